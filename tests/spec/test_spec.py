"""Every case of the spec files, by the engine and by the oracle; and the pages printed from them are current."""

from __future__ import annotations

import pytest

from auditor.cases import run_records
from tests.oracle import run
from tests.spec.page import outdated
from tests.spec.read import Case, differences, rows, specs

CASES = [
    pytest.param(case, id=f"{spec.kind}: {case.name}")
    for spec in specs() for section in spec.sections for case in section.cases
]


@pytest.mark.parametrize("case", CASES)
def test_the_oracle_agrees(case: Case) -> None:
    found = run(case.rule_text, case.records, as_of=case.as_of, since=case.since, history_from=case.history_from)
    assert differences(case.expect, found) == []


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees(case: Case) -> None:
    done = run_records(
        case.rule_text, case.records, as_of=case.as_of, since=case.since, history_from=case.history_from
    )
    assert differences(case.expect, list(done.rows)) == []


def test_the_pages_are_current() -> None:
    assert outdated() == [], "run python -m tests.spec.page"


def test_names_of_cases_are_not_used_twice() -> None:
    names = [case.id for case in CASES]
    assert sorted(names) == sorted(set(names))


def test_a_table_tells_rows_that_are_missing_from_rows_too_many() -> None:
    expect = rows("subject | outcome\nH1 | met")
    assert differences(expect, []) == ["expected {'subject': 'H1', 'outcome': 'met'}"]
    case = next(param.values[0] for param in CASES if param.values[0].expect)
    found = run(case.rule_text, case.records, as_of=case.as_of, since=case.since, history_from=case.history_from)
    assert len(differences([], found)) == len(found)
