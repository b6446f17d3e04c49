"""`lists(references, reference)`: whether a text of references holds one of them, whole."""

from __future__ import annotations

import datetime as dt

import pytest

from auditor.cases import run_records
from tests.oracle import run
from tests.spec.ruletext import rule_text

CHECK = {"record": {"table": "visits"}, "require": {"names B2": "lists(notes, 'B2')"}}


@pytest.mark.parametrize(
    ("notes", "outcome"),
    [
        ("B2", "met"),
        ("A1;B2", "met"),
        ("A1, B2, C3", "met"),
        ("B2 ; A1", "met"),
        ("A1", "breach"),
        ("B22", "breach"),
        ("AB2;C3", "breach"),
        ("b2", "breach"),
        (None, "not_evidenced"),
    ],
)
def test_a_reference_is_found_whole_between_semicolons_or_commas(notes: str | None, outcome: str) -> None:
    visit = {"visit_id": "V1", "household_id": "H1", "visited_on": "2026-01-05", "kind": "supervision", "notes": notes}
    rule, day = rule_text("complete", CHECK), dt.date(2026, 3, 31)
    assert [row.outcome for row in run_records(rule, {"visits": [visit]}, as_of=day).rows] == [outcome]
    assert [row.outcome for row in run(rule, {"visits": [visit]}, as_of=day)] == [outcome]
