"""One rule over records, by the oracle: every case with its outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from tests.oracle import (
    boilerplate,
    complete,
    covered,
    current,
    days,
    deadline,
    limit,
    matrix,
    mention,
    order,
    pattern,
    quota,
    reconcile,
    recurring,
)
from tests.oracle.records import World, load
from tests.oracle.rows import Row
from tests.oracle.sources import has_span

KINDS: dict[str, Callable[[dict, World], Iterator[Row]]] = {
    "recurring": recurring.cases,
    "quota": quota.cases,
    "deadline": deadline.cases,
    "matrix": matrix.cases,
    "current": current.cases,
    "complete": complete.cases,
    "limit": limit.cases,
    "covered": covered.cases,
    "order": order.cases,
    "reconcile": reconcile.cases,
    "mention": mention.cases,
    "boilerplate": boilerplate.cases,
    "pattern": pattern.cases,
}


class Words(yaml.SafeLoader):
    """YAML in which dates stay text, as in rule files."""


Words.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith("timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

def run(
    rule_text: str,
    records: dict[str, list[dict[str, Any]]],
    *,
    as_of: dt.date,
    since: dt.date | None = None,
    history_from: dict[str, dt.date] | None = None,
) -> list[Row]:
    """Every case of a rule, in order of subject and dates. `since` left out is 12 months before `as_of`."""
    rule = yaml.load(rule_text, Loader=Words)
    world = load(records, as_of, since or days.add_months(as_of, -12), history_from or {})
    found = [row for row in KINDS[rule["kind"]](rule["check"], world) if _in_audit(row, rule, world)]
    return sorted(found, key=lambda row: row.order)


def _stands(rule: dict) -> bool:
    """Whether the rule looks at what stands on the audit date, which is judged by the law of that day."""
    check, kind = rule["check"], rule["kind"]
    if kind == "current":
        return True
    if kind == "limit":
        return check.get("when", "as_of") in ("as_of", "window")
    if kind == "complete":
        return "date" not in check["record"] and has_span(check["record"]["table"], check["record"].get("span"))
    return False


def _in_audit(row: Row, rule: dict, world: World) -> bool:
    """Alive on some day of the window, and of the time in which the rule is in force."""
    if row.began is not None and row.began > world.as_of:
        return False
    if row.closed is not None and row.closed < world.since:
        return False
    force = rule.get("in_force") or {}
    first, last = (dt.date.fromisoformat(str(force[end])) if force.get(end) else None for end in ("from", "to"))
    judged = world.as_of if _stands(rule) else row.due_on or row.trigger_on or world.as_of
    return not (first and judged < first) and not (last and judged >= last)
