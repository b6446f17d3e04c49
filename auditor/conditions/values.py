"""Values in rule expressions: their types, the words for them, and what goes wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp


class ConditionError(Exception):
    """An expression that cannot be used; the message says what is wrong and what to write instead."""


@dataclass(frozen=True)
class Compiled:
    """SQL of an expression. `type` is date, text, number, boolean, codes or null; `columns` are the (table, column)
    pairs it reads, `optional` those of them that an export may lack; `empties` pairs SQL that tells whether a fact
    is empty with the name of that fact; `timed` says whether a datetime column stands behind the value."""

    sql: str
    type: str
    columns: frozenset[tuple[str, str]] = frozenset()
    optional: frozenset[tuple[str, str]] = frozenset()
    empties: tuple[tuple[str, str], ...] = ()
    timed: bool = False


@dataclass
class Notes:
    columns: set[tuple[str, str]] = field(default_factory=set)
    required: set[tuple[str, str]] = field(default_factory=set)
    empties: dict[str, str] = field(default_factory=dict)
    timed: bool = False


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 90 else text[:87] + "…"


def a_kind(kind: str) -> str:
    return {"null": "an empty value", "any": "a value", "boolean": "a condition (true or false)"}.get(kind, f"a {kind}")


def call_parts(node: exp.Expression) -> tuple[str, list[exp.Expression]]:
    if isinstance(node, exp.Anonymous):
        return node.name.lower(), list(node.expressions)
    if isinstance(node, (exp.Coalesce, exp.Nullif)):
        rest = [node.expression] if isinstance(node, exp.Nullif) else list(node.expressions)
        return type(node).__name__.lower(), [node.this, *rest]
    arguments = [node.this] if node.args.get("this") is not None else []
    return node.sql_name().lower(), [*arguments, *node.expressions] if isinstance(node, exp.Func) else arguments


def literal(node: exp.Literal) -> tuple[str, str]:
    if node.is_string:
        return "'" + node.this.replace("'", "''") + "'", "text"
    float(node.this)
    return node.this, "number"


def value_kind(column_type: str) -> str:
    return {"id": "text", "code": "text", "datetime": "date", "integer": "number"}.get(column_type, column_type)


def must(kind: str, want: str, node: exp.Expression) -> None:
    if kind not in (want, "null") and not (want == "text" and kind == "codes"):
        raise ConditionError(f"In '{short(node.sql())}' {a_kind(want)} is needed, not {a_kind(kind)}.")


def alike(left: str, right: str, node: exp.Expression) -> None:
    if "null" in (left, right):
        raise ConditionError(f"'{short(node.sql())}': use IS NULL or IS NOT NULL; nothing equals an empty value.")
    if left != right:
        hint = " Write a date as DATE '2013-07-01'." if "date" in (left, right) else ""
        raise ConditionError(f"'{short(node.sql())}' compares {a_kind(left)} with {a_kind(right)}.{hint}")


def same(kinds: list[str], node: exp.Expression) -> str:
    known = sorted({kind for kind in kinds if kind != "null"})
    if len(known) > 1:
        raise ConditionError(f"'{short(node.sql())}' mixes {' and '.join(a_kind(kind) for kind in known)}.")
    return known[0] if known else "null"
