"""boilerplate, worked through: what is set aside, what makes a copy, and how copies are put together."""

from __future__ import annotations

import datetime as dt
import random

from auditor.cases import CaseRun, run_records
from tests.spec.ruletext import rule_text

AS_OF = dt.date(2026, 3, 31)
WORDS = [a + b for a in ("bra", "clo", "dri", "fle", "gru", "hap", "jol", "kin") for b in ("den", "fast", "gent", "holm", "let", "mond", "nest", "port")]


def prose(seed: int, count: int = 80) -> list[str]:
    """Made-up words in an order of their own."""
    return random.Random(seed).choices(WORDS, k=count)


def audit(texts: list[str], names: list[str] | None = None, **check: object) -> CaseRun:
    """One safer-care plan for each child."""
    records = {
        "children": [{"child_id": f"C{n}", "name": (names or [None] * len(texts))[n]} for n in range(len(texts))],
        "plans": [
            {"plan_id": f"P{n:03d}", "kind": "safer_care", "child_id": f"C{n}", "issued_on": "2025-06-01", "text": text}
            for n, text in enumerate(texts)
        ],
    }
    return run_records(rule_text("boilerplate", {"text": {"table": "plans", "text": "text"}, "by": "child_id", **check}), records, as_of=AS_OF)


def copies(run: CaseRun) -> set[str]:
    return {row.subject_id for row in run.rows if row.outcome == "breach" and row.state == "generic"}


def test_the_same_text_twice_is_one_finding_that_names_both() -> None:
    text = " ".join(prose(1))
    run = audit([text, " ".join(prose(2)), text])
    assert copies(run) == {"P000", "P002"}
    assert [(finding.subject_id, finding.missing) for finding in run.findings] == [("P000", ("P002",))]
    assert [row.outcome for row in run.rows if row.subject_id == "P001"] == ["met"]


def test_names_dates_and_pronouns_do_not_make_a_text_individual() -> None:
    parts = [" ".join(prose(seed, 10)) for seed in range(8)]
    texts = [f" {name} on {day} {word} ".join(parts) for name, day, word in (("Asha", "3 May 2025", "she"), ("Milo", "12/06/2024", "He"))]
    assert copies(audit(texts, ["Asha", "Milo"], similarity=95)) == {"P000", "P001"}


def test_a_few_changed_words_leave_a_copy_and_many_do_not() -> None:
    text = prose(3, 100)
    few, many = list(text), list(text)
    for place in (10, 40, 70):
        few[place] = "otherwise"
    for place in range(5, 100, 7):
        many[place] = "otherwise"
    assert copies(audit([" ".join(text), " ".join(few)])) == {"P000", "P001"}
    assert copies(audit([" ".join(text), " ".join(many)])) == set()


def test_a_form_shared_by_all_does_not_make_copies() -> None:
    form = [" ".join(prose(seed, 25)) for seed in range(100, 106)]
    texts = [" ".join(f"{printed} {' '.join(prose(1000 * n + place, 12))}" for place, printed in enumerate(form)) for n in range(30)]
    assert copies(audit(texts)) == set()
    assert copies(audit([*texts, texts[4].replace(WORDS[0], "otherwise")])) == {"P004", "P030"}


def test_a_form_on_which_nothing_was_written_is_a_copy_of_the_others() -> None:
    form = " ".join(prose(200, 120))
    texts = [f"{form} {' '.join(prose(n, 2))}" for n in range(25)]
    assert len(copies(audit(texts))) == 25


def test_copies_of_copies_are_one_group() -> None:
    texts, words = [], prose(5, 120)
    for step in range(5):
        words = list(words)
        for place in range(3):
            words[(step * 17 + place * 31) % 120] = f"changed{'abcdefgh'[step]}{'xyz'[place]}"
        texts.append(" ".join(words))
    run = audit(texts)
    assert [finding.subject_id for finding in run.findings] == ["P000"]
    assert run.findings[0].missing == ("P001", "P002", "P003", "P004")


def test_the_order_of_rows_changes_nothing() -> None:
    text = " ".join(prose(7))
    texts = [text, " ".join(prose(8)), text, " ".join(prose(9)), text]
    first = audit(texts)
    assert copies(first) == {"P000", "P002", "P004"}
    assert [finding.fingerprint for finding in first.findings] == [finding.fingerprint for finding in audit(texts).findings]


def test_at_least_counts_children_and_short_texts_are_not_cases() -> None:
    text = " ".join(prose(11))
    assert copies(audit([text, text], at_least=3)) == set()
    assert len(copies(audit([text, text, text], at_least=3))) == 3
    assert audit(["brief and to the point"] * 3).rows == ()


def test_texts_are_compared_within_what_the_rule_names_only() -> None:
    text = " ".join(prose(12))
    records = {
        "visits": [
            {"visit_id": f"V{n}", "household_id": home, "visited_on": "2025-06-01", "kind": "supervision", "notes": text}
            for n, home in enumerate(("H1", "H1", "H2"))
        ]
    }
    rule = rule_text("boilerplate", {"text": {"table": "visits", "text": "notes"}, "within": "household_id"})
    assert copies(run_records(rule, records, as_of=AS_OF)) == {"V0", "V1"}


def test_another_childs_whole_name_is_a_breach_and_a_first_name_alone_a_prompt() -> None:
    whole = audit([" ".join(prose(13)) + " Milo Test", " ".join(prose(14))], ["Asha Test", "Milo Test"])
    assert [(row.subject_id, row.outcome, row.missing) for row in whole.rows if row.state == "inconsistent"] == [("P000", "breach", ("C1",))]
    alone = audit([" ".join(prose(13)) + " with Milo", " ".join(prose(14))], ["Asha", "Milo"])
    assert [(row.subject_id, row.outcome) for row in alone.rows if row.state == "inconsistent"] == [("P000", "prompt")]


def test_a_first_name_that_is_a_plain_word_is_left_alone() -> None:
    run = audit([" ".join(prose(13)) + " In May we hope so. Hope helps.", " ".join(prose(14))], ["Asha", "Hope"])
    assert [row for row in run.rows if row.state == "inconsistent"] == []


def test_a_few_lines_of_ones_own_on_a_very_long_form_are_individual() -> None:
    form = " ".join(prose(300, 900))
    texts = [f"{form} {' '.join(prose(n, 30))}" for n in range(25)]
    assert copies(audit(texts)) == set()
