"""Conditions and expressions of rules, worked out row by row: True, False or None where it cannot be known.

sqlglot only reads the text into a tree; what the tree means is written here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp

from tests.oracle import days
from tests.oracle.records import Record, World, contract


@dataclass(frozen=True)
class Place:
    """Where an expression stands: the row its plain columns belong to, rows with a name, and variables."""

    world: World
    row: Record
    named: dict[str, Record] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)

    def inside(self, row: Record, alias: str) -> Place:
        """The place of a row of a subquery, or of a source, with this one around it."""
        return replace(self, row=row, named={**self.named, alias: row, row.table: row})


def place_of(world: World, base: Record, **variables: Any) -> Place:
    """The place of an expression on a base row."""
    named = {"subject": base, "trigger": base, "record": base, base.table: base}
    return Place(world, base, named, {"as_of": world.as_of, "since": world.since, **variables})


def value(text: Any, place: Place) -> Any:
    """The value of an expression; a number written as such is itself."""
    return text if isinstance(text, (int, float)) or text is None else evaluate(parse(str(text)), place)


@cache
def parse(text: str) -> exp.Expression:
    """The tree of an expression. `contains` goes by another name: SQL's own takes two arguments only."""
    return sqlglot.parse_one(re.sub(r"\bcontains\s*\(", "holds_words(", text), read="duckdb")


def both(*values: bool | None) -> bool | None:
    """AND in three values."""
    if any(v is False for v in values):
        return False
    return None if any(v is None for v in values) else True


def either(*values: bool | None) -> bool | None:
    """OR in three values."""
    if any(v is True for v in values):
        return True
    return None if any(v is None for v in values) else False


COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
    exp.Div: lambda a, b: a / b if b else None,
}


def evaluate(node: exp.Expression, place: Place) -> Any:
    """What a parsed expression is at a place."""
    if type(node) in COMPARE:
        left, right = evaluate(node.this, place), evaluate(node.expression, place)
        return None if left is None or right is None else COMPARE[type(node)](left, right)
    if isinstance(node, exp.Paren):
        return evaluate(node.this, place)
    if isinstance(node, exp.Column):
        return _column(node, place)
    if isinstance(node, (exp.And, exp.Or)):
        combine = both if isinstance(node, exp.And) else either
        return combine(evaluate(node.this, place), evaluate(node.expression, place))
    if isinstance(node, exp.Not):
        inner = evaluate(node.this, place)
        return None if inner is None else not inner
    if isinstance(node, exp.Is):
        wanted = None if isinstance(node.expression, exp.Null) else node.expression.this
        return evaluate(node.this, place) is wanted
    if isinstance(node, exp.In):
        one = evaluate(node.this, place)
        return either(*(_equal(one, evaluate(item, place)) for item in node.expressions))
    if isinstance(node, exp.Between):
        one, low, high = (evaluate(node.args[part], place) for part in ("this", "low", "high"))
        return both(None if None in (one, low) else one >= low, None if None in (one, high) else one <= high)
    if isinstance(node, exp.Case):
        return _case(node, place)
    if isinstance(node, exp.Exists):
        return either(False, *(truth for _, truth in _rows_of(node.this, place)))
    if isinstance(node, exp.Subquery):
        return _single(node.this, place)
    return _literal(node) if isinstance(node, PLAIN) else _function(node, place)


PLAIN = (exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Cast)


def _literal(node: exp.Expression) -> Any:
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Boolean):
        return node.this
    if isinstance(node, exp.Neg):
        return -_literal(node.this)
    if isinstance(node, exp.Cast):
        assert node.to.this == exp.DataType.Type.DATE, node.sql()
        return dt.date.fromisoformat(node.this.this)
    if node.is_string:
        return node.this
    return int(node.this) if node.this.isdigit() else float(node.this)


def _equal(left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else left == right


def _column(node: exp.Column, place: Place) -> Any:
    path = [part.name for part in node.parts]
    if len(path) == 1 and path[0] in place.variables:
        return place.variables[path[0]]
    row: Record | None = place.row
    if len(path) > 1 and path[0] in place.named:
        row = place.named[path.pop(0)]
    for word in path[:-1]:
        row = _follow(row, word, place.world) if row is not None else None
    return None if row is None else row.values[path[-1]]


def _follow(row: Record, word: str, world: World) -> Record | None:
    column = f"{word}_id"
    return world.find(contract()[row.table]["columns"][column]["references"], row.values[column])


def _case(node: exp.Case, place: Place) -> Any:
    for branch in node.args["ifs"]:
        if evaluate(branch.this, place) is True:
            return evaluate(branch.args["true"], place)
    otherwise = node.args.get("default")
    return None if otherwise is None else evaluate(otherwise, place)


def _rows_of(select: exp.Select, place: Place) -> list[tuple[Place, bool | None]]:
    """Rows of a subquery that are tied to the outside, with whether its other conditions hold for them."""
    table = select.find(exp.Table)
    where = select.args["where"].this
    conditions = list(where.flatten()) if isinstance(where, exp.And) else [where]
    found = []
    for row in place.world.rows(table.name):
        inner = place.inside(row, table.alias_or_name)
        ties = [c for c in conditions if isinstance(c, exp.EQ) and _reaches_out(c, table.alias_or_name, place)]
        if all(evaluate(tie, inner) is True for tie in ties):
            found.append((inner, both(*(evaluate(c, inner) for c in conditions if c not in ties))))
    return found


def _reaches_out(condition: exp.Expression, alias: str, place: Place) -> bool:
    firsts = {column.parts[0].name for column in condition.find_all(exp.Column) if len(column.parts) > 1}
    return bool((firsts - {alias}) & set(place.named)) and not condition.find(exp.Subquery, exp.Exists)


def _single(select: exp.Select, place: Place) -> Any:
    rows = [inner for inner, truth in _rows_of(select, place) if truth is True]
    wanted = select.expressions[0]
    if isinstance(wanted, exp.Count) and isinstance(wanted.this, exp.Star):
        return len(rows)
    values = [v for v in (evaluate(wanted.this, inner) for inner in rows) if v is not None]
    if isinstance(wanted, exp.Count):
        return len(values)
    if not values:
        return None
    return {exp.Min: min, exp.Max: max, exp.Sum: sum}[type(wanted)](values)


def starts_word(text: str, phrase: str) -> bool:
    """Whether a text holds a phrase at the start of a word, whatever its case and spacing."""
    tidy = " ".join(text.lower().split())
    return re.search(r"(?<![a-z0-9])" + re.escape(" ".join(phrase.lower().split())), tidy) is not None


def whole_words(text: str, phrase: str) -> bool:
    """Whether a text holds a phrase as words, whatever its case and spacing."""
    tidy = " ".join(text.lower().split())
    return re.search(r"(?<![a-z0-9])" + re.escape(" ".join(phrase.lower().split())) + r"(?![a-z0-9])", tidy) is not None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "age_on": days.age_on,
    "birthday": lambda born, age: days.add_months(born, 12 * age),
    "days_between": lambda first, last: (last - first).days,
    "working_days_between": days.working_days_between,
    "add_days": lambda day, count: day + count * days.DAY,
    "add_months": days.add_months,
    "words": lambda text: len(text.split()),
    "has": lambda codes, *wanted: all(one in codes.split(";") for one in wanted),
    "has_all": lambda codes, *wanted: all(one in codes.split(";") for one in wanted),
    "lists": lambda references, wanted: wanted.strip() in references.replace(" ", "").replace(",", ";").split(";"),
    "holds_words": lambda text, *phrases: any(whole_words(text, phrase) for phrase in phrases),
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "length": len,
    "abs": abs,
}


def _function(node: exp.Expression, place: Place) -> Any:
    if isinstance(node, exp.Anonymous):
        name, parts = node.name.lower(), node.expressions
    else:
        name = node.sql_name().lower()
        second = [node.expression] if node.args.get("expression") is not None else []
        parts = [node.this, *second, *(node.expressions or [])]
    arguments = [evaluate(part, place) for part in parts]
    if name == "coalesce":
        return next((a for a in arguments if a is not None), None)
    if name == "nullif":
        return None if _equal(*arguments) is True else arguments[0]
    if name in ("greatest", "least"):
        known = [a for a in arguments if a is not None]
        return {"greatest": max, "least": min}[name](known) if known else None
    return None if None in arguments else FUNCTIONS[name](*arguments)


def instants(text: str, place: Place) -> days.Span | None:
    """The earliest and latest instant of a date or datetime expression; None where it is empty."""
    return _instants(parse(text), place)


def _instants(node: exp.Expression, place: Place) -> days.Span | None:
    if isinstance(node, exp.Column) and len(node.parts) == 1 and node.name in place.row.instants:
        return place.row.instants[node.name]
    if isinstance(node, exp.Coalesce):
        found = (_instants(part, place) for part in [node.this, *node.expressions])
        return next((span for span in found if span is not None), None)
    day = evaluate(node, place)
    return None if day is None else days.whole_day(day)
