"""The kinds that came after the first seven, by the oracle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml

from tests.oracle import boilerplate, covered, days, mention, order, pattern, reconcile
from tests.oracle.cases import Words, _in_audit
from tests.oracle.records import load
from tests.oracle.rows import Row

KINDS = {
    "boilerplate": boilerplate.cases,
    "covered": covered.cases,
    "mention": mention.cases,
    "order": order.cases,
    "pattern": pattern.cases,
    "reconcile": reconcile.cases,
}


def run(rule_text: str, records: dict[str, list[dict[str, Any]]], *, as_of: dt.date, since: dt.date | None = None) -> list[Row]:
    """Every case of a rule of one of these kinds."""
    rule = yaml.load(rule_text, Loader=Words)
    world = load(records, as_of, since or days.add_months(as_of, -12), {})
    return [row for row in KINDS[rule["kind"]](rule["check"], world) if _in_audit(row, rule, world)]


