"""Instants in rule expressions: the earliest and latest moment that a date or time may stand for."""

from __future__ import annotations

from sqlglot import exp

from auditor.conditions.rows import OtherRows
from auditor.conditions.values import call_parts, must

LONDON = "Europe/London"


class Instants(OtherRows):
    """Reads an expression as instants (TIMESTAMPTZ) in place of local days."""

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
        if isinstance(node, (exp.Coalesce, exp.Anonymous, exp.Func)) and call_parts(node)[0] in (
            "coalesce",
            "greatest",
            "least",
        ):
            name, arguments = call_parts(node)
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
        must(kind, "date", node)
        midnight = f"CAST(CAST({sql} AS TIMESTAMP) AT TIME ZONE '{LONDON}' AS TIMESTAMPTZ)"
        if edge == "from":
            return midnight
        next_day = f"CAST({sql} + INTERVAL '1' DAY AS TIMESTAMP) AT TIME ZONE '{LONDON}'"
        return f"(CAST({next_day} AS TIMESTAMPTZ) - INTERVAL '1' MICROSECOND)"
