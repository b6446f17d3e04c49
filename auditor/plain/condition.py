"""A rule's condition in plain English: fields in quotation marks as an export names them, codes as words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from auditor.conditions.grammar import parsed
from auditor.conditions.values import ConditionError
from auditor.durations import iso_date
from auditor.plain.phrases import ARITHMETIC, COMPARED, COMPARED_DAYS, DAY_FUNCTIONS, OPPOSITE, function_in_words
from auditor.wording import long_date

OUTSIDE = ("subject", "trigger", "record", "event")
DAY_NAMES = ("as_of", "since", "mark", "day", "period_from", "period_to")
BEGINNING = dt.date(1900, 1, 1)


def in_words(text: str, values: dict[str, Any] | None = None) -> str:
    """A condition or expression in plain English; `values` are those of the parameters that it names.

    What has no plain form is given as it stands in the rule, so that nothing is left out.
    """
    try:
        return _say(parsed(text), _Words(values or {}))
    except ConditionError:
        return f"`{' '.join(text.split())}`"


def field(name: str) -> str:
    """A column as an export's heading would have it: ‘approved on’."""
    return f"‘{name.replace('_', ' ')}’"


def parts_in_words(text: str, values: dict[str, Any] | None = None) -> list[str]:
    """The same for a condition made of several that must all hold: one sentence for each."""
    try:
        tree = parsed(text)
        parts = list(tree.flatten(unnest=False)) if isinstance(tree, exp.And) else [tree]
        return [_holds(part.unnest(), _Words(values or {})) for part in parts]
    except ConditionError:
        return [f"`{' '.join(text.split())}`"]


class _Words:
    """What the words depend on: the values of parameters, and the letters that subqueries give their tables."""

    def __init__(self, values: dict[str, Any], inner: frozenset[str] = frozenset()) -> None:
        self.values = values
        self.inner = inner

    def inside(self, letter: str) -> _Words:
        return _Words(self.values, self.inner | {letter})


def _say(node: exp.Expression, words: _Words) -> str:
    for kind, say in _SAYINGS.items():
        if isinstance(node, kind):
            return say(node, words)
    return f"`{node.sql()}`"


def _column(node: exp.Column | exp.Dot, words: _Words) -> str:
    parts = [part.name for part in node.parts]
    if parts[0] in words.inner:
        parts = parts[1:]
    elif words.inner and parts[0] in OUTSIDE:
        return f"the {field(parts[-1])} of {_owner(parts[1:-1], 'the record in question')}"
    elif parts[0] in OUTSIDE:
        parts = parts[1:]
    if parts == ["as_of"]:
        return "the audit date"
    if parts == ["since"]:
        return "the first day of the audit"
    if parts in (["mark"], ["day"]):
        return "the day in question"
    return field(parts[-1]) if len(parts) == 1 else f"the {field(parts[-1])} of {_owner(parts[:-1], '')}"


def _owner(path: list[str], base: str) -> str:
    if not path:
        return base
    return "the " + "’s ".join(part.replace("_", " ") for part in path) + (f" of {base}" if base else "")


def _is_day(node: exp.Expression) -> bool:
    """Whether an expression is a day, as far as its words tell."""
    if isinstance(node, exp.Column | exp.Dot):
        return node.name in DAY_NAMES or node.name.endswith(("_on", "_at", "_date"))
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in DAY_FUNCTIONS or (
            node.name.lower() in ("greatest", "least") and _is_day(node.expressions[0])
        )
    if isinstance(node, exp.Coalesce):
        return _is_day(node.this)
    return isinstance(node, exp.Cast)


def _literal(node: exp.Literal, _: _Words) -> str:
    return (node.this.replace("_", " ") or "nothing") if node.is_string else str(node.this)


def _cast(node: exp.Cast, words: _Words) -> str:
    day = iso_date(node.this.this) if isinstance(node.this, exp.Literal) else None
    if day == BEGINNING:
        return "the beginning of the records"
    return long_date(day) if day else _say(node.this, words)


def _both(node: exp.And, words: _Words) -> str:
    return "; and ".join(_holds(part, words) for part in node.flatten(unnest=False))


def _either(node: exp.Or, words: _Words) -> str:
    return "either " + ", or ".join(_holds(part, words) for part in node.flatten(unnest=False)).replace(
        "; and ", " and "
    )


def _holds(node: exp.Expression, words: _Words) -> str:
    """An expression that stands as a condition of its own: a yes-or-no column says so."""
    said = _say(node, words)
    return f"{said} is yes" if isinstance(node, exp.Column | exp.Dot) else said


def _paren(node: exp.Paren, words: _Words) -> str:
    inner = _say(node.this, words).replace("; and ", " and ")
    return f"({inner})" if isinstance(node.this, exp.And | exp.Or) else inner


def _not(node: exp.Not, words: _Words) -> str:
    inner = node.this.this if isinstance(node.this, exp.Paren) else node.this
    if isinstance(inner, exp.Exists):
        return _exists(inner, words, "there is no record")
    if isinstance(inner, exp.In):
        return _in(inner, words, "is none of", "is not")
    if isinstance(inner, exp.Is):
        return _is(inner, words, negated=True)
    if type(inner) in OPPOSITE:
        return _compared(OPPOSITE[type(inner)](this=inner.this, expression=inner.expression), words)
    if isinstance(inner, exp.Anonymous) and inner.name.lower() in ("contains", "has", "has_all", "lists"):
        return _function(inner, words, negated=True)
    if isinstance(inner, exp.Column | exp.Dot):
        return f"{_say(inner, words)} is no"
    said = _say(inner, words).replace("; and ", " and ")
    return f"it is not so that {said}"


def _is(node: exp.Is, words: _Words, *, negated: bool = False) -> str:
    what = _say(node.this, words)
    value = node.expression
    if isinstance(value, exp.Null):
        return f"{what} is {'recorded' if negated else 'empty'}"
    answer = "yes" if isinstance(value, exp.Boolean) and value.this else "no"
    return f"{what} is {'not ' if negated else ''}{answer}"


def _given(node: exp.Expression, words: _Words) -> tuple[str, str]:
    """What is compared, and what counts where it is empty: `coalesce(status, 'completed')` is ‘status’, ‘completed’."""
    if isinstance(node, exp.Coalesce) and len(node.expressions) == 1 and isinstance(node.this, exp.Column | exp.Dot):
        other = node.expressions[0]
        if isinstance(other, exp.Literal | exp.Boolean):
            return _say(node.this, words), f" (empty counts as {_say(other, words)})"
    return _say(node, words), ""


def _compared(node: exp.Expression, words: _Words) -> str:
    left, right = node.this, node.expression
    tied = _tie(node, words)
    if tied:
        return tied
    verbs = COMPARED_DAYS if _is_day(left) or _is_day(right) else {}
    what, empty = _given(left, words)
    value, other = _given(right, words)
    return f"{what} {verbs.get(type(node), COMPARED[type(node)])} {value}{empty}{other}"


def _tie(node: exp.Expression, words: _Words) -> str:
    """`p.child_id = subject.child_id` is ‘of the same child’; empty where the comparison is not of that sort."""
    left, right = node.this, node.expression
    if not isinstance(node, exp.EQ) or not isinstance(left, exp.Column) or not isinstance(right, exp.Column | exp.Dot):
        return ""
    names = [part.name for part in left.parts], [part.name for part in right.parts]
    if (
        not words.inner
        or names[1][0] not in OUTSIDE
        or names[0][-1] != names[1][-1]
        or not names[0][-1].endswith("_id")
    ):
        return ""
    return f"it is of the same {names[0][-1].removesuffix('_id').replace('_', ' ')}"


def _in(node: exp.In, words: _Words, many: str = "is one of", one: str = "is") -> str:
    what, empty = _given(node.this, words)
    values = [_say(value, words) for value in node.expressions]
    return f"{what} {many if len(values) > 1 else one} {', '.join(values)}{empty}"


def _between(node: exp.Between, words: _Words) -> str:
    return f"{_say(node.this, words)} is between {_say(node.args['low'], words)} and {_say(node.args['high'], words)}"


def _like(node: exp.Expression, words: _Words) -> str:
    pattern = _say(node.expression, words)
    start = pattern.endswith("%") and not pattern.startswith("%")
    return f"{_say(node.this, words)} {'begins with' if start else 'holds'} “{pattern.strip('%')}”"


def _coalesce(node: exp.Coalesce, words: _Words) -> str:
    other = node.expressions[0]
    if len(node.expressions) == 1 and isinstance(other, exp.Literal) and not other.this:
        return _say(node.this, words)
    if len(node.expressions) == 1 and isinstance(other, exp.Boolean):
        return f"{_holds(node.this, words)} (if that is not known: {'counted' if other.this else 'not counted'})"
    parts = [_say(part, words) for part in (node.this, *node.expressions)]
    return f"{parts[0]} or, where empty, {' or else '.join(parts[1:])}"


def _case(node: exp.Case, words: _Words) -> str:
    parts = [f"{_say(one.args['true'], words)} where {_say(one.this, words)}" for one in node.args["ifs"]]
    if node.args.get("default") is not None:
        parts.append(f"otherwise {_say(node.args['default'], words)}")
    return "(" + "; ".join(parts) + ")"


def _exists(node: exp.Exists, words: _Words, there: str = "there is a record") -> str:
    select = node.this
    table, where = _from(select)
    if where is None:
        return f"{there} in `{table.name}`"
    inner = words.inside(table.alias_or_name)
    return f"{there} in `{table.name}` where [{_say(where, inner).replace('; and ', ' and ')}]"


def _select(node: exp.Subquery, words: _Words) -> str:
    select = node.this
    table, where = _from(select)
    inner = words.inside(table.alias_or_name)
    what = _say(select.expressions[0], inner)
    tail = f" where [{_say(where, inner).replace('; and ', ' and ')}]" if where is not None else ""
    return f"{what} in `{table.name}`{tail}"


def _from(select: exp.Expression) -> tuple[exp.Table, exp.Expression | None]:
    table = select.find(exp.Table)
    if table is None:
        raise ConditionError("A subquery names one table.")
    where = select.args.get("where")
    return table, where.this if where is not None else None


def _arithmetic(node: exp.Expression, words: _Words) -> str:
    return f"{_say(node.this, words)} {ARITHMETIC[type(node)]} {_say(node.expression, words)}"


def _parameter(node: exp.Expression, words: _Words) -> str:
    name = node.name
    value = words.values.get(name)
    return f"{value} (`{name}`)" if value is not None else f"`{name}`"


def _function(node: exp.Anonymous, words: _Words, *, negated: bool = False) -> str:
    said = function_in_words(node.name.lower(), [_say(part, words) for part in node.expressions], negated=negated)
    return said or f"`{node.sql()}`"


def _nullif(node: exp.Nullif, words: _Words) -> str:
    if node.this == node.expression:
        return "never"
    return f"{_say(node.this, words)} unless it is {_say(node.expression, words)}"


_SAYINGS: dict[type, Callable[[Any, _Words], str]] = {
    exp.And: _both,
    exp.Or: _either,
    exp.Paren: _paren,
    exp.Not: _not,
    exp.Is: _is,
    **dict.fromkeys(tuple(COMPARED), _compared),
    exp.In: _in,
    exp.Between: _between,
    **dict.fromkeys((exp.Like, exp.ILike), _like),
    exp.Coalesce: _coalesce,
    exp.Case: _case,
    exp.Exists: _exists,
    exp.Subquery: _select,
    **dict.fromkeys(tuple(ARITHMETIC), _arithmetic),
    **dict.fromkeys((exp.Placeholder, exp.Parameter), _parameter),
    exp.Column: _column,
    exp.Dot: _column,
    exp.Literal: _literal,
    exp.Cast: _cast,
    exp.Boolean: lambda node, _: "yes" if node.this else "no",
    exp.Neg: lambda node, words: "-" + _say(node.this, words),
    exp.Null: lambda *_: "nothing",
    exp.Nullif: _nullif,
    exp.Anonymous: _function,
}
