"""Rules in plain words: conditions, and the sentences of each kind of check."""

from __future__ import annotations

import pytest

from auditor.plain.check import check_lines
from auditor.plain.condition import in_words, parts_in_words
from auditor.rulefile import load_rulebook

BOOK = load_rulebook()


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("ended_on IS NULL", "‘ended on’ is empty"),
        ("ended_on IS NOT NULL", "‘ended on’ is recorded"),
        ("coalesce(status, 'completed') = 'completed'", "‘status’ is completed (empty counts as completed)"),
        ("kind IN ('care_plan', 'placement_plan')", "‘kind’ is one of care plan, placement plan"),
        ("kind NOT IN ('respite')", "‘kind’ is not respite"),
        ("visited_on < approved_on", "‘visited on’ is earlier than ‘approved on’"),
        ("age_on(child.born_on, as_of) >= 18", "the age of the child on the audit date is at least 18"),
        ("started_on <= add_months(as_of, -3)", "‘started on’ is not later than 3 months before the audit date"),
        ("unannounced OR kind = 'unannounced'", "either ‘unannounced’ is yes, or ‘kind’ is unannounced"),
        ("NOT unannounced", "‘unannounced’ is no"),
        ("contains(text, 'fire')", "‘text’ speaks of “fire”"),
        ("NOT contains(text, 'fire')", "‘text’ does not speak of “fire”"),
        (
            "EXISTS (SELECT 1 FROM placements p WHERE p.child_id = subject.child_id AND p.ended_on IS NULL)",
            "there is a record in `placements` where [it is of the same child and ‘ended on’ is empty]",
        ),
        ("value > :ceiling", "‘value’ is more than 12 (`ceiling`)"),
    ],
)
def test_a_condition_in_words(condition: str, words: str) -> None:
    assert in_words(condition, {"ceiling": "12"}) == words


def test_conditions_that_must_all_hold_are_a_list() -> None:
    assert parts_in_words("kind = 'dbs' AND (level = 'low' OR level IS NULL)") == [
        "‘kind’ is dbs",
        "either ‘level’ is low, or ‘level’ is empty",
    ]


def test_what_cannot_be_said_stands_as_it_is() -> None:
    assert in_words("kind = ") == "`kind =`"


@pytest.mark.parametrize("rule_id", list(BOOK.rules))
def test_every_rule_is_said_without_sql(rule_id: str) -> None:
    text = "\n".join(line for _, line in check_lines(BOOK.rules[rule_id], BOOK.parameters))
    for trace in ("SELECT", "EXISTS", " AND ", "IS NULL", "coalesce(", "subject.", "'s '"):
        assert trace not in text, text
