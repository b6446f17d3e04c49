"""From the text of an expression to checked SQL.

sqlglot parses; this module walks the tree it gives, refuses everything that is not listed, resolves names, infers
types, and writes SQL. EXISTS keeps three values: TRUE where a row fits, unknown where one may fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp, parse
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError

from auditor.conditions import functions as f
from auditor.conditions.scope import Row, Scope
from auditor.errors import nearest
from auditor.records import Table, contract

LONDON = "Europe/London"
_LONGEST = 5000
_DEEPEST = 60


class _Parser(DuckDB.Parser):
    """DuckDB's grammar, with every function call left as the rule writes it."""

    FUNCTIONS = {name: build for name, build in DuckDB.Parser.FUNCTIONS.items() if name in {"COALESCE", "NULLIF"}}
    FUNCTION_PARSERS = {}
    NO_PAREN_FUNCTION_PARSERS = {
        key: value for key, value in DuckDB.Parser.NO_PAREN_FUNCTION_PARSERS.items() if key in {"CASE"}
    }


class _Rules(DuckDB):
    Parser = _Parser


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
class _Notes:
    columns: set[tuple[str, str]] = field(default_factory=set)
    required: set[tuple[str, str]] = field(default_factory=set)
    empties: dict[str, str] = field(default_factory=dict)
    timed: bool = False


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
    walker = _Walker(scope)
    tree = _parsed(text)
    if instant is not None:
        sql, kind = walker.instant(tree, instant)
    else:
        sql, kind = walker.value(tree)
    if want and kind not in (want, "null"):
        raise ConditionError(f"'{_short(text)}' gives {_a(kind)}, but {_a(want)} is needed here.")
    notes = walker.notes
    return Compiled(
        sql=sql,
        type=kind,
        columns=frozenset(notes.columns),
        optional=frozenset(notes.columns - notes.required),
        empties=tuple(notes.empties.items()),
        timed=notes.timed,
    )


def _parsed(text: str) -> exp.Expression:
    try:
        trees = parse(text, dialect=_Rules)
    except SqlglotError as error:
        detail = error.errors[0].get("description", "") if getattr(error, "errors", None) else ""
        raise ConditionError(f"'{_short(text)}' cannot be read as an SQL expression. {detail}".strip()) from None
    except RecursionError:
        raise ConditionError("The expression is nested too deeply; simplify it.") from None
    if len(trees) != 1 or trees[0] is None:
        raise ConditionError(f"'{_short(text)}' must be one expression, without semicolons.")
    return trees[0]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 90 else text[:87] + "…"


def _a(kind: str) -> str:
    return {"null": "an empty value", "any": "a value", "boolean": "a condition (true or false)"}.get(kind, f"a {kind}")


_BINARY = {exp.And: "AND", exp.Or: "OR"}
_COMPARE = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


class _Walker:
    def __init__(self, scope: Scope, notes: _Notes | None = None, depth: int = 0):
        self.scope = scope
        self.notes = notes or _Notes()
        self.depth = depth
        self.lenient = 0
        self.quiet = 0
        self.inner: Row | None = None
        self.outer_seen = 0

    # -- values -------------------------------------------------------------------------------------------

    def value(self, node: exp.Expression) -> tuple[str, str]:
        """SQL and type of any allowed node."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ConditionError("The expression is nested too deeply; simplify it.")
        try:
            return self._value(node)
        finally:
            self.depth -= 1

    def _value(self, node: exp.Expression) -> tuple[str, str]:
        if isinstance(node, exp.Paren):
            sql, kind = self.value(node.this)
            return f"({sql})", kind
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Literal):
            return _literal(node)
        if isinstance(node, exp.Boolean):
            return ("TRUE" if node.this else "FALSE"), "boolean"
        if isinstance(node, exp.Null):
            return "NULL", "null"
        if isinstance(node, (exp.Placeholder, exp.Parameter)):
            return self._number(node)
        for table, build in (
            (_BINARY, self._logical), (_COMPARE, self._comparison), (_ARITHMETIC, self._arithmetic),
        ):
            if type(node) in table:
                return build(node, table[type(node)])
        special = {
            exp.Not: self._not, exp.Neg: self._neg, exp.Is: self._is, exp.In: self._in, exp.Between: self._between,
            exp.Like: self._like, exp.ILike: self._like, exp.Case: self._case, exp.Cast: self._date_literal,
            exp.Exists: self._exists, exp.Subquery: self._subquery,
        }.get(type(node))
        if special is not None:
            return special(node)
        if isinstance(node, (exp.Anonymous, exp.Coalesce, exp.Nullif, exp.Func)):
            return self._function(node)
        raise ConditionError(
            f"'{_short(node.sql())}' is not allowed in a rule. See 'Conditions and expressions' in the rule format."
        )

    def boolean(self, node: exp.Expression) -> str:
        sql, kind = self.value(node)
        if kind not in ("boolean", "null"):
            raise ConditionError(f"'{_short(node.sql())}' is {_a(kind)}, but a condition is needed here.")
        return sql

    def _logical(self, node: exp.Binary, word: str) -> tuple[str, str]:
        parts = [f"({self.boolean(part)})" if isinstance(part, exp.Or) else self.boolean(part)
                 for part in node.flatten()]
        return f" {word} ".join(parts), "boolean"

    def _not(self, node: exp.Not) -> tuple[str, str]:
        return f"NOT ({self.boolean(node.this)})", "boolean"

    def _neg(self, node: exp.Neg) -> tuple[str, str]:
        sql, kind = self.value(node.this)
        _must(kind, "number", node)
        return f"-{sql}", "number"

    def _comparison(self, node: exp.Binary, sign: str) -> tuple[str, str]:
        left, left_kind = self.value(node.this)
        right, right_kind = self.value(node.expression)
        _alike(left_kind, right_kind, node)
        self._check_codes(node.this, [node.expression])
        self._check_codes(node.expression, [node.this])
        return f"{left} {sign} {right}", "boolean"

    def _arithmetic(self, node: exp.Binary, sign: str) -> tuple[str, str]:
        left, left_kind = self.value(node.this)
        right, right_kind = self.value(node.expression)
        if "date" in (left_kind, right_kind):
            raise ConditionError(f"'{_short(node.sql())}': use add_days, add_months or days_between with dates.")
        _must(left_kind, "number", node)
        _must(right_kind, "number", node)
        return (f"{left} / NULLIF({right}, 0)" if sign == "/" else f"{left} {sign} {right}"), "number"

    def _is(self, node: exp.Is) -> tuple[str, str]:
        target = node.expression
        negated = isinstance(target, exp.Not)
        target = target.this if negated else target
        self.quiet += 1
        sql, kind = self.value(node.this)
        self.quiet -= 1
        if isinstance(target, exp.Boolean):
            _must(kind, "boolean", node)
            word = "TRUE" if target.this else "FALSE"
        elif isinstance(target, exp.Null):
            word = "NULL"
        else:
            raise ConditionError(f"'{_short(node.sql())}': IS takes NULL, TRUE or FALSE.")
        return f"({sql}) IS {'NOT ' if negated else ''}{word}", "boolean"

    def _in(self, node: exp.In) -> tuple[str, str]:
        if node.args.get("query") is not None or not node.expressions:
            raise ConditionError(f"'{_short(node.sql())}': IN takes a list of values; use EXISTS for other rows.")
        left, left_kind = self.value(node.this)
        items = []
        for item in node.expressions:
            sql, kind = self.value(item)
            _alike(left_kind, kind, node)
            items.append(sql)
        self._check_codes(node.this, node.expressions)
        return f"{left} IN ({', '.join(items)})", "boolean"

    def _between(self, node: exp.Between) -> tuple[str, str]:
        parts = [self.value(part) for part in (node.this, node.args["low"], node.args["high"])]
        for _, kind in parts[1:]:
            _alike(parts[0][1], kind, node)
        return f"{parts[0][0]} BETWEEN {parts[1][0]} AND {parts[2][0]}", "boolean"

    def _like(self, node: exp.Binary) -> tuple[str, str]:
        left, left_kind = self.value(node.this)
        right, right_kind = self.value(node.expression)
        _must(left_kind, "text", node)
        _must(right_kind, "text", node)
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
        return f"CASE {' '.join(parts)} END", _same(kinds, node)

    def _date_literal(self, node: exp.Cast) -> tuple[str, str]:
        text = node.this
        if not (isinstance(text, exp.Literal) and text.is_string and node.to.is_type("date")):
            raise ConditionError(f"'{_short(node.sql())}' is not allowed; write a date as DATE '2013-07-01'.")
        import datetime

        try:
            datetime.date.fromisoformat(text.this)
        except ValueError:
            raise ConditionError(f"DATE '{text.this}' is not a date; write year-month-day.") from None
        return f"DATE '{text.this}'", "date"

    def _number(self, node: exp.Expression) -> tuple[str, str]:
        name = node.name
        value = self.scope.numbers.get(name)
        if value is None:
            raise ConditionError(f"':{name}' is not a number parameter of this rule." + nearest(name, list(self.scope.numbers)))
        return repr(value), "number"

    def _function(self, node: exp.Expression) -> tuple[str, str]:
        name, arguments = _call_parts(node)
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
            if function.literal_from is not None and place >= function.literal_from:
                if not (isinstance(argument, exp.Literal) and argument.is_string):
                    raise ConditionError(f"'{name}' takes words in quotes after its first value.")
            self.lenient += name == "coalesce" and place < len(arguments) - 1
            sql, kind = self.value(argument)
            self.lenient -= name == "coalesce" and place < len(arguments) - 1
            if want != f.ANY:
                _must(kind, want, node)
            parts.append(sql)
            kinds.append(kind)
        if name in ("has", "has_all"):
            self._check_codes(arguments[0], arguments[1:])
        if name in ("coalesce", "nullif"):
            self._check_codes(arguments[0], arguments[1:])
        result = _same(kinds, node) if function.result == "same" else function.result
        return function.sql(*parts), result

    # -- names --------------------------------------------------------------------------------------------

    def _column(self, node: exp.Column) -> tuple[str, str]:
        words = [part.name for part in node.parts]
        if len(words) == 1:
            variable = self.scope.variables.get(words[0])
            if variable is not None and words[0] not in self.scope.default.table.columns:
                return variable.sql, variable.type
            return self._plain(self.scope.default, words[0])
        row = self.scope.row(words[0])
        if row is not None:
            if row is not self.scope.default:
                self.outer_seen += 1
            path = words[1:]
        else:
            row, path = self.scope.default, words
        if len(path) == 1:
            return self._plain(row, path[0])
        return self._reached(row, path)

    def _plain(self, row: Row, name: str) -> tuple[str, str]:
        column = row.table.columns.get(name)
        if column is None:
            raise ConditionError(f"'{name}' is not a column of {row.table.name}." + nearest(name, list(row.table.columns)))
        row.used.add(name)
        sql = f"{row.alias}.{name}"
        self._note(row.table, name, f"{sql} IS NULL" if self.inner is None else None)
        if column.type == "datetime":
            self.notes.timed = True
        return sql, _kind(column.type)

    def _reached(self, row: Row, path: list[str]) -> tuple[str, str]:
        """The column at the end of a chain of references, as nested single-value subqueries."""
        table, sql = row.table, ""
        for step, word in enumerate(path[:-1]):
            link = table.columns.get(word + "_id")
            if link is None or link.references is None:
                links = [c.name[:-3] for c in table.columns.values() if c.references and c.name.endswith("_id")]
                raise ConditionError(f"'{word}' is not a reference of {table.name}." + nearest(word, links))
            self._note(table, link.name, None)
            if step == 0:
                row.used.add(link.name)
                sql = f"{row.alias}.{link.name}"
            else:
                sql = _lookup(table, link.name, sql, step)
            table = contract().tables[link.references]
        column = table.columns.get(path[-1])
        if column is None:
            raise ConditionError(f"'{path[-1]}' is not a column of {table.name}." + nearest(path[-1], list(table.columns)))
        sql = _lookup(table, column.name, sql, len(path))
        self._note(table, column.name, f"{sql} IS NULL" if self.inner is None else None)
        return sql, _kind(column.type)

    def _note(self, table: Table, name: str, empty: str | None) -> None:
        self.notes.columns.add((table.name, name))
        ends_span = table.span is not None and name == table.span[1]
        if not self.lenient and not ends_span:
            self.notes.required.add((table.name, name))
        if not self.lenient and not self.quiet and empty is not None:
            self.notes.empties[empty] = f"{table.name}.{name}"

    def _check_codes(self, column: exp.Expression, others: list[exp.Expression]) -> None:
        """Words compared with a code column must be in its code set."""
        target = self._declared(column)
        if target is None or target.codeset is None:
            return
        valid = contract().codesets[target.codeset]
        for other in others:
            if isinstance(other, exp.Literal) and other.is_string and other.this not in valid:
                raise ConditionError(f"'{other.this}' is not a word of the code set {target.codeset}." + nearest(other.this, valid))

    def _declared(self, node: exp.Expression):
        if isinstance(node, exp.Paren):
            return self._declared(node.this)
        if isinstance(node, exp.Coalesce):
            return self._declared(node.this)
        if not isinstance(node, exp.Column):
            return None
        words = [part.name for part in node.parts]
        row = self.scope.row(words[0]) if len(words) > 1 else self.scope.default
        path = words[1:] if len(words) > 1 and row is not None else words
        table = (row or self.scope.default).table
        for word in path[:-1]:
            link = table.columns.get(word + "_id")
            if link is None or link.references is None:
                return None
            table = contract().tables[link.references]
        return table.columns.get(path[-1])

    # -- other rows ---------------------------------------------------------------------------------------

    def _exists(self, node: exp.Exists) -> tuple[str, str]:
        """Three values: TRUE if a row fits, unknown if none fits but one may, else FALSE."""
        source, link, rest, _ = self._rows_of(node.this)
        if not rest:
            return f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join(link) or 'TRUE'})", "boolean"
        fits = " AND ".join(rest)
        found = f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join([*link, fits])})"
        possible = f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join([*link, f'({fits}) IS NULL'])})"
        return f"(CASE WHEN {found} THEN TRUE WHEN {possible} THEN CAST(NULL AS BOOLEAN) ELSE FALSE END)", "boolean"

    def _subquery(self, node: exp.Subquery) -> tuple[str, str]:
        select = node.this
        if not isinstance(select, exp.Select) or len(select.expressions) != 1:
            raise ConditionError(f"'{_short(node.sql())}': a subquery gives one value: (SELECT max(column) FROM table WHERE …).")
        source, link, rest, walker = self._rows_of(select)
        sql, kind = walker.aggregate(select.expressions[0])
        where = " AND ".join([*link, *rest])
        return f"(SELECT {sql} FROM {source}{' WHERE ' + where if where else ''})", kind

    def aggregate(self, node: exp.Expression) -> tuple[str, str]:
        name, arguments = _call_parts(node) if isinstance(node, exp.Func) else ("", [])
        if name not in f.AGGREGATES:
            raise ConditionError("A subquery gives min, max, count, sum or avg of a column.")
        if name == "count" and len(arguments) == 1 and isinstance(arguments[0], exp.Star):
            return "COUNT(*)", "number"
        distinct = ""
        if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct) and len(arguments[0].expressions) == 1:
            distinct, arguments = "DISTINCT ", arguments[0].expressions
        if len(arguments) != 1:
            raise ConditionError(f"'{name}' takes one column.")
        sql, kind = self.value(arguments[0])
        return f"{name.upper()}({distinct}{sql})", kind if f.AGGREGATES[name] == "same" else f.AGGREGATES[name]

    def _rows_of(self, select: exp.Expression) -> tuple[str, list[str], list[str], _Walker]:
        """The FROM clause, the conditions that tie a row to the outside, the other conditions, and an inner walker."""
        if not isinstance(select, exp.Select):
            raise ConditionError("EXISTS takes (SELECT 1 FROM table WHERE …).")
        extra = [key for key, value in select.args.items()
                 if value and key not in ("kind", "expressions", "from", "from_", "where", "hint")]
        source = select.args.get("from") or select.args.get("from_")
        table_node = source.this if source is not None else None
        if extra or not isinstance(table_node, exp.Table) or table_node.args.get("db") or table_node.args.get("joins"):
            raise ConditionError("A subquery reads one table: SELECT … FROM table alias WHERE …, and nothing else.")
        table = contract().tables.get(table_node.name)
        if table is None:
            raise ConditionError(f"'{table_node.name}' is not a table." + nearest(table_node.name, list(contract().tables)))
        inner, walker = self._inner(table, table_node.alias)
        link, rest, loose = [], [], 0
        where = select.args.get("where")
        conditions = list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []
        for condition in conditions:
            walker.outer_seen = 0
            sql = walker.boolean(condition)
            if walker.outer_seen and isinstance(condition, exp.EQ) and not condition.find(exp.Exists, exp.Subquery):
                link.append(sql)
            else:
                rest.append(f"({sql})" if isinstance(condition, exp.Or) else sql)
                loose += walker.outer_seen
        if loose and not link:
            raise ConditionError("Tie the subquery to the outside by at least one column = subject.column.")
        self.outer_seen += loose + len(link)
        return f"{table.name} AS {inner.alias}", link, rest, walker

    def _inner(self, table: Table, alias: str) -> tuple[Row, _Walker]:
        taken = {row.alias for row in (self.scope.default, *self.scope.rows)}
        number = 1
        while f"{table.name}_{number}" in taken:
            number += 1
        inner = Row(table, f"{table.name}_{number}", tuple(w for w in (alias, table.name) if w))
        outside = tuple(row for row in (self.scope.default, *self.scope.rows))
        scope = Scope(inner, outside, self.scope.variables, self.scope.numbers)
        walker = _Walker(scope, self.notes, self.depth)
        walker.lenient, walker.quiet = self.lenient, self.quiet
        walker.inner = inner
        return inner, walker

    # -- instants -----------------------------------------------------------------------------------------

    def instant(self, node: exp.Expression, edge: str) -> tuple[str, str]:
        """The earliest ('from') or latest ('to') instant a date or datetime expression may stand for."""
        if isinstance(node, exp.Paren):
            return self.instant(node.this, edge)
        if isinstance(node, exp.Column):
            declared = self._declared(node)
            sql, kind = self.value(node)
            if declared is not None and declared.type == "datetime" and "SELECT" not in sql:
                row, name = sql.rsplit(".", 1)
                for seen in (self.scope.default, *self.scope.rows):
                    if seen.alias == row:
                        seen.used.add(f"{name}__{edge}")
                return f"{sql}__{edge}", kind
            return self._day_edge(sql, kind, edge, node), kind
        if isinstance(node, (exp.Coalesce, exp.Anonymous, exp.Func)) and _call_parts(node)[0] in ("coalesce", "greatest", "least"):
            name, arguments = _call_parts(node)
            parts = []
            for place, argument in enumerate(arguments):
                self.lenient += name == "coalesce" and place < len(arguments) - 1
                parts.append(self.instant(argument, edge)[0])
                self.lenient -= name == "coalesce" and place < len(arguments) - 1
            return f"{name.upper()}({', '.join(parts)})", "date"
        sql, kind = self.value(node)
        return self._day_edge(sql, kind, edge, node), kind

    @staticmethod
    def _day_edge(sql: str, kind: str, edge: str, node: exp.Expression) -> str:
        _must(kind, "date", node)
        midnight = f"CAST(CAST({sql} AS TIMESTAMP) AT TIME ZONE '{LONDON}' AS TIMESTAMPTZ)"
        if edge == "from":
            return midnight
        next_day = f"CAST({sql} + INTERVAL '1' DAY AS TIMESTAMP) AT TIME ZONE '{LONDON}'"
        return f"(CAST({next_day} AS TIMESTAMPTZ) - INTERVAL '1' MICROSECOND)"


def _call_parts(node: exp.Expression) -> tuple[str, list[exp.Expression]]:
    if isinstance(node, exp.Anonymous):
        return node.name.lower(), list(node.expressions)
    if isinstance(node, (exp.Coalesce, exp.Nullif)):
        rest = [node.expression] if isinstance(node, exp.Nullif) else list(node.expressions)
        return type(node).__name__.lower(), [node.this, *rest]
    arguments = [node.this] if node.args.get("this") is not None else []
    return node.sql_name().lower(), [*arguments, *node.expressions] if isinstance(node, exp.Func) else arguments


def _lookup(table: Table, column: str, key_sql: str, step: int) -> str:
    alias = f"{table.name}_r{step}"
    return f"(SELECT {alias}.{column} FROM {table.name} AS {alias} WHERE {alias}.{table.key} = {key_sql})"


def _literal(node: exp.Literal) -> tuple[str, str]:
    if node.is_string:
        return "'" + node.this.replace("'", "''") + "'", "text"
    float(node.this)
    return node.this, "number"


def _kind(column_type: str) -> str:
    return {"id": "text", "code": "text", "datetime": "date", "integer": "number"}.get(column_type, column_type)


def _must(kind: str, want: str, node: exp.Expression) -> None:
    if kind not in (want, "null") and not (want == "text" and kind == "codes"):
        raise ConditionError(f"In '{_short(node.sql())}' {_a(want)} is needed, not {_a(kind)}.")


def _alike(left: str, right: str, node: exp.Expression) -> None:
    if "null" in (left, right):
        raise ConditionError(f"'{_short(node.sql())}': use IS NULL or IS NOT NULL; nothing equals an empty value.")
    if left != right:
        hint = " Write a date as DATE '2013-07-01'." if "date" in (left, right) else ""
        raise ConditionError(f"'{_short(node.sql())}' compares {_a(left)} with {_a(right)}.{hint}")


def _same(kinds: list[str], node: exp.Expression) -> str:
    known = sorted({kind for kind in kinds if kind != "null"})
    if len(known) > 1:
        raise ConditionError(f"'{_short(node.sql())}' mixes {' and '.join(_a(kind) for kind in known)}.")
    return known[0] if known else "null"
