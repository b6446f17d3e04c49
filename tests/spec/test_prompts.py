"""A prompt asks a person to read a record: it is shown, and counts nowhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from auditor.engine import Request, run_rules
from auditor.literal import put
from auditor.model import Counts
from auditor.rulefile import load_rulebook
from auditor.statement import build
from auditor.store import Store

AS_OF = dt.date(2026, 3, 31)
RULE = "NMS1-worries-in-visit-notes"


def test_a_prompt_is_listed_and_is_no_case() -> None:
    book = load_rulebook()
    book = replace(book, rules={RULE: book.rules[RULE]})
    visit = {"visit_id": "V1", "household_id": "H1", "visited_on": "2025-10-04", "kind": "supervision", "notes": "He wants to leave."}
    with Store() as store:
        supplied = put(store, {"visits": [visit]}, {"visits", "concerns", "complaints", "incidents"})
        outcome = run_rules(store, book, [build(book.rules[RULE], book.parameters)], supplied, Request(AS_OF, dt.date(2025, 3, 31)))
    assert [(finding.outcome, finding.state, finding.subject_id) for finding in outcome.findings] == [("prompt", None, "V1")]
    assert [(result.status, result.cases, result.subjects) for result in outcome.results] == [("assessed", Counts(), Counts())]
    assert outcome.results[0].cases.rate is None
