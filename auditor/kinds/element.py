"""Base rows that are not rows of one table: elements of two sources, or groups of rows, each with the record it is."""

from __future__ import annotations

from auditor.kinds.source import Base
from auditor.records import Table, contract


def whose(expression: object, table: Table) -> Table | None:
    """The table whose key an expression on a row of `table` gives: `child_id`, `household.worker_id`, or the row's own
    key. None where it is no key."""
    *path, last = str(expression).split(".")
    for word in path:
        link = table.columns.get(word + "_id")
        if link is None or link.references is None:
            return None
        table = contract().tables[link.references]
    column = table.columns.get(last)
    if column is None:
        return None
    if column.name == table.key:
        return table
    return contract().tables[column.references] if column.references else None


def elements(rows: Base, cte: str, column: str) -> str:
    """The body of the `subject` CTE: every value of `column` in `cte`, with what is known of it as a record."""
    key = rows.table.key
    carried = [name for name in sorted(rows.row.used | rows.who()) if name != key]
    columns = "".join(f", s.{name}" for name in carried)
    return (
        f"SELECT {cte}.{column} AS subject_id, {cte}.{column} AS {key}, TRUE AS applies, '' AS unknown{columns}\n"
        f"  FROM {cte} LEFT JOIN {rows.table.name} AS s ON s.{key} = {cte}.{column}"
    )
