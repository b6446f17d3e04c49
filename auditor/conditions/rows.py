"""Other rows in rule expressions: EXISTS in three values, and single values from one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from auditor.conditions import functions as f
from auditor.conditions.names import Names
from auditor.conditions.scope import Row, Scope
from auditor.conditions.values import ConditionError, call_parts, short
from auditor.errors import nearest
from auditor.records import Table, contract

if TYPE_CHECKING:
    from auditor.conditions.compiler import Walker

MOST_ROWS = 5


class OtherRows(Names):
    """Subqueries: one table each, tied to the outside by equal columns."""

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
            raise ConditionError(
                f"'{short(node.sql())}': a subquery gives one value: (SELECT max(column) FROM table WHERE …)."
            )
        source, link, rest, walker = self._rows_of(select)
        sql, kind = walker.aggregate(select.expressions[0])
        where = " AND ".join([*link, *rest])
        return f"(SELECT {sql} FROM {source}{' WHERE ' + where if where else ''})", kind

    def aggregate(self, node: exp.Expression) -> tuple[str, str]:
        name, arguments = call_parts(node) if isinstance(node, exp.Func) else ("", [])
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

    def _rows_of(self, select: exp.Expression) -> tuple[str, list[str], list[str], Walker]:
        """The FROM clause, the conditions that tie a row to the outside, the other conditions, and an inner walker."""
        if not isinstance(select, exp.Select):
            raise ConditionError("EXISTS takes (SELECT 1 FROM table WHERE …).")
        extra = [
            key
            for key, value in select.args.items()
            if value and key not in ("kind", "expressions", "from", "from_", "where", "hint")
        ]
        source = select.args.get("from") or select.args.get("from_")
        table_node = source.this if source is not None else None
        if extra or not isinstance(table_node, exp.Table) or not table_node.name or table_node.args.get("db") or table_node.args.get("joins"):
            raise ConditionError("A subquery reads one table: SELECT … FROM table alias WHERE …, and nothing else.")
        table = contract().tables.get(table_node.name)
        if table is None:
            raise ConditionError(
                f"'{table_node.name}' is not a table." + nearest(table_node.name, list(contract().tables))
            )
        inner, walker = self._inner(table, table_node.alias)
        link: list[str] = []
        rest: list[str] = []
        seen: set[str] = set()
        loose = False
        where = select.args.get("where")
        conditions = (
            list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []
        )
        for condition in conditions:
            walker.outer_seen = set()
            sql = walker.boolean(condition)
            if walker.outer_seen and isinstance(condition, exp.EQ) and not condition.find(exp.Exists, exp.Subquery):
                link.append(sql)
            else:
                rest.append(f"({sql})" if isinstance(condition, exp.Or) else sql)
                loose = loose or bool(walker.outer_seen)
            seen |= walker.outer_seen
        if loose and not link:
            raise ConditionError("Tie the subquery to the outside by at least one column = subject.column.")
        self.outer_seen |= seen - {self.scope.default.alias}
        return f"{table.name} AS {inner.alias}", link, rest, walker

    def _inner(self, table: Table, alias: str) -> tuple[Row, Walker]:
        if len(self.scope.rows) > MOST_ROWS:
            raise ConditionError("Subqueries are nested too deeply; simplify the condition.")
        taken = {row.alias for row in (self.scope.default, *self.scope.rows)}
        number = 1
        while f"{table.name}_{number}" in taken:
            number += 1
        inner = Row(table, f"{table.name}_{number}", tuple(w for w in (alias, table.name) if w))
        outside = tuple(row for row in (self.scope.default, *self.scope.rows))
        scope = Scope(inner, outside, self.scope.variables, self.scope.numbers)
        walker = type(self)(scope, self.notes, self.depth)
        walker.lenient, walker.quiet = self.lenient, self.quiet
        walker.inner = inner
        return inner, walker
