"""Names in rule expressions: columns of rows in sight, columns reached through references, words of code sets."""

from __future__ import annotations

from sqlglot import exp

from auditor.conditions.scope import Row, Scope
from auditor.conditions.values import ConditionError, Notes, value_kind
from auditor.errors import nearest
from auditor.records import Column, Table, contract


class Names:
    """Resolves names in a scope and notes what they read. `lenient` counts enclosing coalesce arguments, whose columns
    an export may lack; `quiet` counts enclosing IS tests, for which emptiness is an answer; `inner` is the row of the
    subquery this walks, if any."""

    def __init__(self, scope: Scope, notes: Notes | None = None, depth: int = 0) -> None:
        self.scope = scope
        self.notes = notes or Notes()
        self.depth = depth
        self.lenient = 0
        self.quiet = 0
        self.inner: Row | None = None
        self.outer_seen: set[str] = set()

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
                self.outer_seen.add(row.alias)
            path = words[1:]
        else:
            row, path = self.scope.default, words
        if len(path) == 1:
            return self._plain(row, path[0])
        return self._reached(row, path)

    def _plain(self, row: Row, name: str) -> tuple[str, str]:
        column = row.table.columns.get(name)
        if column is None:
            raise ConditionError(
                f"'{name}' is not a column of {row.table.name}." + nearest(name, list(row.table.columns))
            )
        row.used.add(name)
        sql = f"{row.alias}.{name}"
        self._note(row.table, name, f"{sql} IS NULL" if self.inner is None else None)
        if column.type == "datetime":
            self.notes.timed = True
        return sql, value_kind(column.type)

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
            raise ConditionError(
                f"'{path[-1]}' is not a column of {table.name}." + nearest(path[-1], list(table.columns))
            )
        sql = _lookup(table, column.name, sql, len(path))
        self._note(table, column.name, f"{sql} IS NULL" if self.inner is None else None)
        return sql, value_kind(column.type)

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
                raise ConditionError(
                    f"'{other.this}' is not a word of the code set {target.codeset}." + nearest(other.this, valid)
                )

    def _declared(self, node: exp.Expression) -> Column | None:
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


def _lookup(table: Table, column: str, key_sql: str, step: int) -> str:
    alias = f"{table.name}_r{step}"
    return f"(SELECT {alias}.{column} FROM {table.name} AS {alias} WHERE {alias}.{table.key} = {key_sql})"
