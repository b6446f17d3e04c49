"""What a kind hands over: the statement of a rule, with the base table it speaks of."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Callable
from dataclasses import dataclass

from auditor.kinds.source import Base


@dataclass(frozen=True)
class Plan:
    """One rule's SQL up to its `result`, with the slot for `subject` still open: later parts may ask for more of its
    columns. `subject` gives the body of that CTE, once all are known. `merged`: one finding for a base row, listing its
    breached cases in `missing`. `applies`: the column of `subject` that says whether a case is one beyond doubt.
    `judged_on`: the day whose law a case is judged by."""

    sql: str
    base: Base
    subject: Callable[[], str] | None = None
    merged: bool = False
    applies: str = "applies"
    judged_on: str = "COALESCE(result.due_on, result.trigger_on, $as_of)"

    def common_tables(self) -> str:
        """The whole WITH clause."""
        return self.sql.replace("{{subject}}", self.subject() if self.subject is not None else self.base.sql())


@functools.cache
def _text(name: str) -> str:
    return importlib.resources.files("auditor.kinds").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def fill(name: str, **slots: str) -> str:
    """The SQL file `name` with each {{slot}} filled."""
    sql = _text(name)
    if "{{pauses}}" in sql:
        sql = sql.replace("{{pauses}}", _text("pause").split("\n", 1)[1].strip())
    for slot, value in slots.items():
        sql = sql.replace("{{" + slot + "}}", value)
    return sql
