"""Rules about numbers: limit."""

from __future__ import annotations

from typing import Any

from tests.generative import conditions as c
from tests.generative import matters
from tests.generative.chance import Chance
from tests.generative.conditions import condition, perhaps
from tests.generative.example import Example, example, homes


def limit(chance: Chance, luck: Chance) -> Example:
    """Children in a home, the share of visits in person, money, placements in a year."""
    check = chance.pick((_count, _share, _sum, _rolling))(chance)
    when = check.get("when")
    records = homes(luck, (when["in_any"],) if isinstance(when, dict) else ("6 weeks",))
    records["money_records"] = matters.money(luck, records["children"])
    records["plans"] = matters.plans(luck, records["children"])
    return example(chance, luck, "limit", check, records)


def _bound(chance: Chance, low: int, high: int) -> dict[str, Any]:
    if chance.often():
        return {"at_most": chance.number(low, high)}
    return {"at_least": chance.number(low + 1, high + 1)}


def _count(chance: Chance) -> dict[str, Any]:
    when = chance.pick(("as_of", "any_day", "any_day", "window"))
    check = {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD),
        "count": {"table": "placements", **perhaps(chance, "where", c.PLACEMENT)}, **_bound(chance, 0, 2), "when": when,
    }
    if chance.number(0, 1):
        check["count"]["distinct"] = chance.pick(("child_id", "kind"))
    if when == "any_day" and chance.number(0, 1) and "at_most" in check:
        check["unless_same"] = chance.pick(("coalesce(child.sibling_group, child_id)", "child.sibling_group"))
    if chance.seldom() and "at_most" in check:
        check["at_most"] = "bedrooms_for_children"
    if chance.seldom():
        check = {**_bound(chance, 0, 2), "when": when}
        check = {"subject": "children", "count": {"table": "plans", **perhaps(chance, "where", c.PLAN)}, **check}
    return check


def _share(chance: Chance) -> dict[str, Any]:
    share = {"table": "visits", "of": condition(chance, c.VISIT), **perhaps(chance, "where", c.VISIT_ALONE)}
    if chance.number(0, 1):
        share["minimum"] = chance.number(1, 3)
    bound = {chance.pick(("at_most", "at_least")): chance.pick((25, 50, 80))}
    return {"subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), "share": share, **bound, "when": "window"}


def _sum(chance: Chance) -> dict[str, Any]:
    return {
        "subject": "children", "sum": {"table": "money_records", "value": "amount", **perhaps(chance, "where", c.MONEY)},
        chance.pick(("at_most", "at_least")): chance.pick((10, 20, 25)), "when": "window",
    }


def _rolling(chance: Chance) -> dict[str, Any]:
    table, options = chance.pick((("visits", c.VISIT_ALONE), ("placements", c.PLACEMENT)))
    count = {"table": table, **perhaps(chance, "where", options)}
    if table == "placements" and chance.number(0, 1):
        count["distinct"] = "child_id"
    return {
        "subject": "households", **perhaps(chance, "applies_to", c.HOUSEHOLD), "count": count,
        "at_most": chance.number(0, 2), "when": {"in_any": chance.pick(("10 days", "3 months", "12 months"))},
    }
