"""Never accuse wrongly: every rule has a case of the benefit of the doubt.

Such a case holds records in which a fact is unknown, outside the period, exempt or not yet due, and nobody is in breach: it
expects no breach and no prompt, and something that is not evidenced, not applicable or pending.
"""

from __future__ import annotations

import pytest

from auditor.rulefile import load_rulebook
from auditor.yamlfile import Map, load

BOOK = load_rulebook()
DOUBT = ("not_evidenced", "not_applicable", "pending")
ACCUSED = ("breach", "prompt")


def _gives_the_benefit_of_the_doubt(case: Map) -> bool:
    expect = case["expect"]
    records = any(rows for rows in (case.get("records") or {}).values())
    return bool(records) and any(expect.get(one) for one in DOUBT) and not any(expect.get(one) for one in ACCUSED)


@pytest.mark.parametrize("rule_id", list(BOOK.rules))
def test_a_rule_has_a_case_of_the_benefit_of_the_doubt(rule_id: str) -> None:
    rule = BOOK.rules[rule_id]
    assert rule.cases is not None, "a rule has cases beside it"
    assert any(_gives_the_benefit_of_the_doubt(case) for case in load(*rule.cases)), (
        f"{rule.cases[1]}: add a case in which a fact is unknown, outside the period, exempt or not yet due, and nobody is in breach"
    )
