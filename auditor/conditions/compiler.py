"""From the text of an expression to checked SQL.

sqlglot parses; the walker goes through the tree it gives, refuses everything that is not listed, resolves names,
infers types, and writes SQL.
"""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from auditor.conditions import functions as f
from auditor.conditions.grammar import parsed
from auditor.conditions.instants import Instants
from auditor.conditions.scope import Scope
from auditor.conditions.values import Compiled, ConditionError, a_kind, alike, call_parts, literal, must, same, short
from auditor.errors import nearest

_LONGEST = 5000
_DEEPEST = 60
_LARGEST_SQL = 100_000


def compile_expression(text: object, scope: Scope, *, want: str | None = None, instant: str | None = None) -> Compiled:
    """Compile `text`. `want` is the type it must have (None: any). `instant` 'from' or 'to' asks for the earliest
    or latest instant (TIMESTAMPTZ) that a date or datetime expression may stand for, in place of the local day.
    Raises ConditionError."""
    if isinstance(text, bool):
        text = "TRUE" if text else "FALSE"
    if isinstance(text, (int, float)):
        text = str(text)
    if not isinstance(text, str) or not text.strip():
        raise ConditionError("An expression is needed here, written as text.")
    if len(text) > _LONGEST:
        raise ConditionError(f"The expression is longer than {_LONGEST} characters; shorten it.")
    walker = Walker(scope)
    tree = parsed(text)
    if instant is not None:
        sql, kind = walker.instant(tree, instant)
    else:
        sql, kind = walker.value(tree)
    if want and kind not in (want, "null"):
        raise ConditionError(f"'{short(text)}' gives {a_kind(kind)}, but {a_kind(want)} is needed here.")
    notes = walker.notes
    return Compiled(
        sql=sql,
        type=kind,
        columns=frozenset(notes.columns),
        optional=frozenset(notes.columns - notes.required),
        empties=tuple(notes.empties.items()),
        timed=notes.timed,
    )


_BINARY = {exp.And: "AND", exp.Or: "OR"}
_COMPARE = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


class Walker(Instants):
    """Writes the SQL of values and conditions."""

    def value(self, node: exp.Expression) -> tuple[str, str]:
        """SQL and type of any allowed node."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ConditionError("The expression is nested too deeply; simplify it.")
        try:
            sql, kind = self._value(node)
            if len(sql) > _LARGEST_SQL:
                raise ConditionError("The expression is too large; simplify it.")
            return sql, kind
        finally:
            self.depth -= 1

    def _value(self, node: exp.Expression) -> tuple[str, str]:
        if isinstance(node, exp.Paren):
            sql, kind = self.value(node.this)
            return f"({sql})", kind
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Literal):
            return literal(node)
        if isinstance(node, exp.Boolean):
            return ("TRUE" if node.this else "FALSE"), "boolean"
        if isinstance(node, exp.Null):
            return "NULL", "null"
        if isinstance(node, (exp.Placeholder, exp.Parameter)):
            return self._number(node)
        for table, build in (
            (_BINARY, self._logical),
            (_COMPARE, self._comparison),
            (_ARITHMETIC, self._arithmetic),
        ):
            if type(node) in table:
                return build(node, table[type(node)])
        special = {
            exp.Not: self._not,
            exp.Neg: self._neg,
            exp.Is: self._is,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.ILike: self._like,
            exp.Case: self._case,
            exp.Cast: self._date_literal,
            exp.Exists: self._exists,
            exp.Subquery: self._subquery,
        }.get(type(node))
        if special is not None:
            return special(node)
        if isinstance(node, (exp.Anonymous, exp.Coalesce, exp.Nullif, exp.Func)):
            return self._function(node)
        raise ConditionError(
            f"'{short(node.sql())}' is not allowed in a rule. See 'Conditions and expressions' in the rule format."
        )

    def boolean(self, node: exp.Expression) -> str:
        sql, kind = self.value(node)
        if kind not in ("boolean", "null"):
            raise ConditionError(f"'{short(node.sql())}' is {a_kind(kind)}, but a condition is needed here.")
        return sql

    def _logical(self, node: exp.Binary, word: str) -> tuple[str, str]:
        parts = [
            f"({self.boolean(part)})" if isinstance(part, exp.Or) else self.boolean(part) for part in node.flatten()
        ]
        return f" {word} ".join(parts), "boolean"

    def _not(self, node: exp.Not) -> tuple[str, str]:
        return f"NOT ({self.boolean(node.this)})", "boolean"

    def _neg(self, node: exp.Neg) -> tuple[str, str]:
        sql, kind = self.value(node.this)
        must(kind, "number", node)
        return f"-{sql}", "number"

    def _comparison(self, node: exp.Binary, sign: str) -> tuple[str, str]:
        left, left_kind = self.value(node.this)
        right, right_kind = self.value(node.expression)
        alike(left_kind, right_kind, node)
        self._check_codes(node.this, [node.expression])
        self._check_codes(node.expression, [node.this])
        return f"{left} {sign} {right}", "boolean"

    def _arithmetic(self, node: exp.Binary, sign: str) -> tuple[str, str]:
        left, left_kind = self.value(node.this)
        right, right_kind = self.value(node.expression)
        if "date" in (left_kind, right_kind):
            raise ConditionError(f"'{short(node.sql())}': use add_days, add_months or days_between with dates.")
        must(left_kind, "number", node)
        must(right_kind, "number", node)
        return (f"{left} / NULLIF({right}, 0)" if sign == "/" else f"{left} {sign} {right}"), "number"

    def _is(self, node: exp.Is) -> tuple[str, str]:
        target = node.expression
        negated = isinstance(target, exp.Not)
        target = target.this if negated else target
        self.quiet += 1
        sql, kind = self.value(node.this)
        self.quiet -= 1
        if isinstance(target, exp.Boolean):
            must(kind, "boolean", node)
            word = "TRUE" if target.this else "FALSE"
        elif isinstance(target, exp.Null):
            word = "NULL"
        else:
            raise ConditionError(f"'{short(node.sql())}': IS takes NULL, TRUE or FALSE.")
        return f"({sql}) IS {'NOT ' if negated else ''}{word}", "boolean"

    def _in(self, node: exp.In) -> tuple[str, str]:
        if node.args.get("query") is not None or not node.expressions:
            raise ConditionError(f"'{short(node.sql())}': IN takes a list of values; use EXISTS for other rows.")
        left, left_kind = self.value(node.this)
        items = []
        for item in node.expressions:
            sql, kind = self.value(item)
            alike(left_kind, kind, node)
            items.append(sql)
        self._check_codes(node.this, node.expressions)
        return f"{left} IN ({', '.join(items)})", "boolean"

    def _between(self, node: exp.Between) -> tuple[str, str]:
        parts = [self.value(part) for part in (node.this, node.args["low"], node.args["high"])]
        for _, kind in parts[1:]:
            alike(parts[0][1], kind, node)
        return f"{parts[0][0]} BETWEEN {parts[1][0]} AND {parts[2][0]}", "boolean"

    def _like(self, node: exp.Binary) -> tuple[str, str]:
        left, left_kind = self.value(node.this)
        right, right_kind = self.value(node.expression)
        must(left_kind, "text", node)
        must(right_kind, "text", node)
        word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
        return f"{left} {word} {right}", "boolean"

    def _case(self, node: exp.Case) -> tuple[str, str]:
        if node.this is not None:
            raise ConditionError("Write CASE WHEN condition THEN value … END.")
        parts, kinds = [], []
        for branch in node.args["ifs"]:
            condition = self.boolean(branch.this)
            sql, kind = self.value(branch.args["true"])
            parts.append(f"WHEN {condition} THEN {sql}")
            kinds.append(kind)
        if node.args.get("default") is not None:
            sql, kind = self.value(node.args["default"])
            parts.append(f"ELSE {sql}")
            kinds.append(kind)
        return f"CASE {' '.join(parts)} END", same(kinds, node)

    def _date_literal(self, node: exp.Cast) -> tuple[str, str]:
        text = node.this
        if not (isinstance(text, exp.Literal) and text.is_string and node.to.is_type("date")):
            raise ConditionError(f"'{short(node.sql())}' is not allowed; write a date as DATE '2013-07-01'.")
        try:
            dt.date.fromisoformat(text.this)
        except ValueError:
            raise ConditionError(f"DATE '{text.this}' is not a date; write year-month-day.") from None
        return f"DATE '{text.this}'", "date"

    def _number(self, node: exp.Expression) -> tuple[str, str]:
        name = node.name
        value = self.scope.numbers.get(name)
        if value is None:
            raise ConditionError(
                f"':{name}' is not a number parameter of this rule." + nearest(name, list(self.scope.numbers))
            )
        return repr(value), "number"

    def _function(self, node: exp.Expression) -> tuple[str, str]:
        name, arguments = call_parts(node)
        function = f.FUNCTIONS.get(name)
        if function is None:
            raise ConditionError(f"The function '{name}' is not allowed in a rule." + nearest(name, list(f.FUNCTIONS)))
        wanted = list(function.arguments)
        if wanted[-1] == "...":
            wanted = wanted[:-1] + [wanted[-2]] * max(0, len(arguments) - len(wanted) + 1)
        if len(arguments) != len(wanted):
            raise ConditionError(f"'{name}' takes {len(wanted)} values, not {len(arguments)}.")
        parts, kinds = [], []
        for place, (argument, want) in enumerate(zip(arguments, wanted, strict=True)):
            word_wanted = function.literal_from is not None and place >= function.literal_from
            if word_wanted and not (isinstance(argument, exp.Literal) and argument.is_string):
                raise ConditionError(f"'{name}' takes words in quotes after its first value.")
            self.lenient += name == "coalesce" and place < len(arguments) - 1
            sql, kind = self.value(argument)
            self.lenient -= name == "coalesce" and place < len(arguments) - 1
            if want != f.ANY:
                must(kind, want, node)
            parts.append(sql)
            kinds.append(kind)
        if name in ("has", "has_all"):
            self._check_codes(arguments[0], arguments[1:])
        if name in ("coalesce", "nullif"):
            self._check_codes(arguments[0], arguments[1:])
        result = same(kinds, node) if function.result == "same" else function.result
        return function.sql(*parts), result
