"""How one cell is read, by the quick and the thorough macros alike. Expected values are worked out by hand: day first,
London time (the clocks go back on 25 October 2026 at 02:00 and forward on 29 March 2026 at 01:00)."""

from __future__ import annotations

import datetime as dt
import importlib.resources

import pytest

from auditor.store import Store

DAY = dt.date(2026, 3, 31)


@pytest.fixture(scope="module")
def store():
    with Store() as opened:
        opened.run("CREATE SCHEMA ingest")
        opened.run(importlib.resources.files("auditor.ingest").joinpath("cells.sql").read_text(encoding="utf-8"))
        yield opened


def read(store: Store, macro: str, text: str | None) -> object:
    return store.rows(f"SELECT ingest.{macro}(CAST(? AS VARCHAR))", [text])[0][0]


@pytest.mark.parametrize("text", [
    "2026-03-31", "31/03/2026", "31-03-26", "31.03.2026", "31 Mar 2026", "31 March 2026", "31-Mar-26", "31-MAR-2026",
    " 31/3/2026 ", "31st March 2026", "2026/03/31", "2026-03-31 00:00:00", "2026-03-31T10:15:00", "31/03/2026 23:59",
    "Tuesday 31 March 2026", "31/03/2026\u00a0",
])
def test_a_date_in_any_of_these_forms_is_read(store, text):
    assert read(store, "date_of", text) == DAY


@pytest.mark.parametrize("text", [
    "2026-02-30", "29/02/2023", "03/31/2026", "31/13/2026", "46112", "soon", "12:30", "0202-03-31", "31/03/3026", "31 Foo 2026",
    "infinity", "epoch", "31/03", "March 2026", "2026-03-31 25:00", "31 Sept 2025", "1/2/3/2026", "2026-03-31x",
])
def test_what_is_no_date_is_not_guessed(store, text):
    assert read(store, "date_of", text) is None
    assert read(store, "quick_date", text) is None


def test_two_figure_years_turn_at_69(store):
    assert read(store, "date_of", "29/02/68") == dt.date(2068, 2, 29)
    assert read(store, "date_of", "28/02/69") == dt.date(1969, 2, 28)
    assert read(store, "date_of", "1 Jan 00") == dt.date(2000, 1, 1)


def test_an_offset_moves_the_day_to_london(store):
    assert read(store, "date_of", "2026-03-31T23:30:00Z") == dt.date(2026, 4, 1)
    assert read(store, "date_of", "2026-01-31T23:30:00Z") == dt.date(2026, 1, 31)
    assert read(store, "date_of", "2026-03-31T00:30:00+05:30") == dt.date(2026, 3, 30)


@pytest.mark.parametrize(("text", "instant"), [
    ("2026-03-31T10:00:00Z", "2026-03-31 10:00:00+00"),
    ("2026-03-31 10:00+01", "2026-03-31 09:00:00+00"),
    ("2026-03-31T10:00:00+0100", "2026-03-31 09:00:00+00"),
    ("2026-10-24T23:30:00-01:30", "2026-10-25 01:00:00+00"),
    ("2026-10-25 01:30 BST", "2026-10-25 00:30:00+00"),
    ("2026-10-25 01:30 GMT", "2026-10-25 01:30:00+00"),
    ("2026-03-31 10:00", None),
    ("2026-03-31", None),
])
def test_an_instant_is_read_where_there_is_an_offset(store, text, instant):
    assert store.rows("SELECT CAST(ingest.instant_of(CAST(? AS VARCHAR)) AS VARCHAR)", [text])[0][0] == instant


@pytest.mark.parametrize(("text", "local"), [
    ("31/03/2026 14:30", dt.datetime(2026, 3, 31, 14, 30)),
    ("31/03/2026 2:30 pm", dt.datetime(2026, 3, 31, 14, 30)),
    ("31 March 2026 12:05 am", dt.datetime(2026, 3, 31, 0, 5)),
    ("31/03/26 9:05:07", dt.datetime(2026, 3, 31, 9, 5, 7)),
    ("2026-03-31T14:30:00.250", dt.datetime(2026, 3, 31, 14, 30, 0, 250_000)),
    ("31/03/2026, 14:30", dt.datetime(2026, 3, 31, 14, 30)),
    ("2026-03-31T14:30:00Z", None),
    ("2026-03-31", None),
    ("2026-03-31 24:00", None),
    ("2026-03-31 14:60", None),
    ("31/03/2026 14:30 pm", None),
])
def test_a_local_time_is_read_where_there_is_none(store, text, local):
    assert read(store, "local_of", text) == local


def test_quick_and_thorough_readings_agree(store):
    for text in ("2026-03-31", "31/03/2026", "31/02/2026", "2025-02-29", "1999-12-31"):
        assert read(store, "quick_date", text) == read(store, "date_of", text)
    for text in ("2026-03-31 10:15", "2026-03-31T10:15:20", "31/03/2026 10:15", "31/02/2026 10:15"):
        assert read(store, "quick_local", text) == read(store, "local_of", text)
    for text in ("yes", "no", "true", "false"):
        assert read(store, "quick_boolean", text) == read(store, "boolean_of", text)
    for text in ("0", "12", "007"):
        assert read(store, "quick_integer", text) == read(store, "integer_of", text)
    for text in ("0", "12", "12.5"):
        assert read(store, "quick_number", text) == read(store, "number_of", text)
    for text in ("A1", "12", "some words", "n", "No issues", "x" * 40):
        assert read(store, "quick_text", text) in (None, read(store, "text_of", text))


@pytest.mark.parametrize("text", [
    "", " ", "-", " - ", ".", "NULL", "null", "n/a", "N/A", "nan", "NaN", "Not recorded", "\t", "\u00a0", " \n ", " " * 50,
])
def test_the_words_for_nothing_are_nothing(store, text):
    assert read(store, "text_of", text) is None
    assert read(store, "id_of", text) is None
    assert read(store, "word_of", text) is None
    assert read(store, "quick_text", text) is None


@pytest.mark.parametrize("text", ["None", "no", "na", "nanny", "n", "nothing recorded", "not recorded by me", "0", "- seen", "Dad"])
def test_words_that_only_look_like_them_stay(store, text):
    assert read(store, "text_of", text) == text
    assert read(store, "quick_text", text) in (None, text)


def test_a_key_that_a_spreadsheet_took_for_a_number(store):
    assert read(store, "id_of", "12.0") == "12"
    assert read(store, "id_of", "0012") == "0012"
    assert read(store, "quick_id", "0012") == "0012"
    assert read(store, "id_of", " HH-014 ") == "HH-014"
    assert read(store, "id_of", "12.50") == "12.50"
    assert read(store, "id_of", "a/b c") == "a/b c"


@pytest.mark.parametrize(("text", "word"), [
    ("In Person", "in_person"), ("in-person", "in_person"), ("IN_PERSON ", "in_person"), ("  Parent and  Child", "parent_and_child"),
    ("short–breaks", "short_breaks"),
])
def test_codes_are_words_whatever_their_spelling(store, text, word):
    assert read(store, "word_of", text) == word


@pytest.mark.parametrize(("text", "value"), [
    ("Yes", True), ("y", True), ("TRUE", True), ("1", True), ("1.0", True), (" yes ", True),
    ("No", False), ("n", False), ("false", False), ("0", False), ("maybe", None), ("2", None), ("", None), ("yes no", None),
])
def test_yes_and_no(store, text, value):
    assert read(store, "boolean_of", text) is value


@pytest.mark.parametrize(("text", "value"), [
    ("3", 3), ("3.0", 3), ("-2", -2), ("1,234", 1234), (" 7 ", 7), ("3.5", None), ("1e3", None), ("three", None), ("9" * 25, None),
])
def test_whole_numbers(store, text, value):
    assert read(store, "integer_of", text) == value


@pytest.mark.parametrize(("text", "value"), [
    ("12.5", 12.5), ("£12.50", 12.5), ("95%", 95.0), ("1,234.5", 1234.5), ("-3", -3.0), (".5", 0.5), ("1e3", 1000.0),
    ("inf", None), ("nan", None), ("12,5", None), ("1.2.3", None),
])
def test_numbers(store, text, value):
    assert read(store, "number_of", text) == value
