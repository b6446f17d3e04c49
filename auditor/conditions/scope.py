"""What the names in an expression stand for: rows of tables, and variables such as `mark` and `as_of`."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.records import Table


@dataclass
class Row:
    """A row whose columns an expression may use. `alias` is its name in SQL; `words` are the names a rule may
    write for it. `used` collects the SQL columns that were asked for."""

    table: Table
    alias: str
    words: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Variable:
    """A name that stands for SQL of a type: `mark`, `as_of`, `days_late`."""

    sql: str
    type: str


@dataclass
class Scope:
    """The rows in sight (`default` is the one that plain columns belong to), variables and named numbers."""

    default: Row
    rows: tuple[Row, ...] = ()
    variables: dict[str, Variable] = field(default_factory=dict)
    numbers: dict[str, float | int] = field(default_factory=dict)

    def row(self, word: str) -> Row | None:
        """The row that `word` names, if any."""
        for row in (self.default, *self.rows):
            if word == row.alias or word in row.words:
                return row
        return None


AUDIT_VARIABLES = {"as_of": Variable("$as_of", "date"), "since": Variable("$since", "date")}
