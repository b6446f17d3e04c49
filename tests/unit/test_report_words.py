"""The wording of reports."""

import datetime as dt

import pytest

from auditor.records import contract
from auditor.report import words


def test_dates_are_written_as_people_write_them():
    assert words.day(dt.date(2026, 3, 31)) == "31 March 2026"
    assert words.day(dt.date(2024, 2, 1)) == "1 February 2024"
    assert words.day(None) == ""


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (None, "none decided"),
        (0, "0%"),
        (0.004, "under 1%"),
        (0.915, "92%"),
        (0.994, "over 99%"),
        (0.999, "over 99%"),
        (1, "100%"),
    ],
)
def test_a_percentage_never_rounds_to_all_or_nothing(rate, said):
    assert words.percent(rate) == said


def test_shares_say_what_is_counted():
    assert words.share(6, 83, "households") == "6 of 83 households"
    assert words.share(1, 1, "children") == "1 of 1 child"
    assert words.share(2, 1200, None) == "2 of 1,200"


def test_every_table_of_the_record_model_has_a_word_for_one_row():
    said = {table: words.one(table) for table in contract().tables}
    assert said["children"] == "child"
    assert said["household_members"] == "household member"
    assert said["training"] == "training record"
    assert not [word for table, word in said.items() if word.endswith("s")]


def test_citations_stand_in_the_order_of_the_instruments():
    cites = [
        "NMS 10.5",
        "SCCIF 4",
        "FSR Sch 7",
        "FSR 36(1)",
        "NMS 9.1",
        "FSR 9",
        "FSR 10(2)",
        "FSR 10",
        "CPPCR 28",
        "FSR 17A",
    ]
    assert sorted(cites, key=words.citation_order) == [
        "FSR 9", "FSR 10", "FSR 10(2)", "FSR 17A", "FSR 36(1)", "FSR Sch 7", "CPPCR 28", "NMS 9.1", "NMS 10.5", "SCCIF 4",
    ]  # fmt: skip


def test_a_rule_is_listed_under_the_provision_of_its_own_type():
    cites = ("WT 4", "NMS 22.6", "FSR 12(3)(b)", "FSR 36(1)")
    assert words.first_cite(cites, "requirement") == "FSR 12(3)(b)"
    assert words.first_cite(cites, "recommendation") == "NMS 22.6"
    assert words.first_cite(cites, "practice") == "WT 4"
    assert words.first_cite(("CA 1989 Sch 7",), "requirement") == "CA 1989 Sch 7"


def test_ids_are_in_the_order_a_person_expects():
    assert sorted(["HH-10", "HH-9", "hh-1", "HH-" + "9" * 9000], key=words.natural)[:3] == ["hh-1", "HH-9", "HH-10"]


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x9b", "\u202e", "\u2066", "\u200f", "\ud800", "\uffff", "\u2028"])
def test_characters_that_steer_programs_are_replaced(bad):
    assert words.clean(f"a{bad}b") == "a\ufffdb"


@pytest.mark.parametrize("kept", ["O’Brien", "é ü ł 字 🙂", "a\u00a0b", "<b>", "=1", "“x”"])
def test_other_characters_are_kept(kept):
    assert words.clean(kept) == kept


def test_a_value_stays_on_its_line():
    assert words.clean("one\r\ntwo\tthree\nfour") == "one two three four"


def test_lists_name_a_few_and_count_the_rest():
    assert words.listed(["A"]) == "A"
    assert words.listed(["A", "B"]) == "A and B"
    assert words.listed(["A", "B", "C", "D"]) == "A, B, C and D"
    assert words.listed(["A", "B", "C", "D", "E"]) == "A, B, C and 2 others"
