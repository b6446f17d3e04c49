"""Both readings of one example, side by side."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from auditor.cases import CaseRun, run_records
from auditor.store import Store
from tests.generative.example import Example
from tests.oracle import Row, run

FIELDS = ("subject_id", "outcome", "state", "trigger_on", "due_on", "done_on", "days_late", "missing", "amount", "allowed")


@cache
def shared() -> Store:
    """The store of every example: making one takes as long as an example does."""
    return Store(threads=1)


def run_once_more(rule: str, records: dict[str, list[dict]], **given: Any) -> CaseRun:
    """`run_records` in the shared store."""
    return run_records(rule, records, store=shared(), **given)


def engine(example: Example) -> list[tuple]:
    """The engine's cases as comparable tuples."""
    done = run_once_more(
        example.rule, example.records, as_of=example.as_of, since=example.since, history_from=example.history_from
    )
    return sorted((comparable(row, example) for row in done.rows), key=str)


def oracle(example: Example) -> list[tuple]:
    """The oracle's cases as comparable tuples."""
    return sorted((comparable(row, example) for row in oracle_rows(example)), key=str)


def oracle_rows(example: Example) -> list[Row]:
    return run(example.rule, example.records, as_of=example.as_of, since=example.since, history_from=example.history_from)


def comparable(row: Any, example: Example) -> tuple:
    """What must agree. A breach agrees in everything. A case that is met or pending is told apart by its subject, item
    and first day; what is not evidenced has no dates to rely on, so that only its first day is compared (in `current`
    not even that: it is the day of a record that may or may not count).

    When a pause is still running, nobody knows when a pending duty will fall due: then that day is not compared. Nor
    is it in `current`, where an item that may be held has no one such day.
    """
    kind, breach = example.kind, row.outcome == "breach"
    counted = breach and kind in ("recurring", "quota", "limit")
    dated = breach or (row.outcome == "pending" and kind != "current" and "pause:" not in example.rule)
    missing = tuple(sorted(row.missing)) if kind in ("matrix", "current", "complete") else ()
    if row.outcome in ("met", "pending") and kind == "complete":
        missing = ()
    values = {
        "subject_id": row.subject_id,
        "outcome": row.outcome,
        "state": row.state if breach else None,
        "trigger_on": row.trigger_on if breach or kind != "current" else None,
        "due_on": row.due_on if dated else None,
        "done_on": row.done_on if breach else None,
        "days_late": row.days_late if breach else None,
        "missing": missing,
        "amount": _number(row.amount) if counted else None,
        "allowed": _number(row.allowed) if counted else None,
    }
    return tuple(str(value) if isinstance(value, dt.date) else value for value in values.values())


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def differences(example: Example) -> str:
    """Cases that only one of the two has, in words; empty where they agree."""
    theirs, ours = engine(example), oracle(example)
    lines = [f"only the engine: {_words(row)}" for row in theirs if theirs.count(row) > ours.count(row)]
    lines += [f"only the oracle: {_words(row)}" for row in ours if ours.count(row) > theirs.count(row)]
    return "\n".join(lines)


def _words(row: tuple) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(FIELDS, row, strict=True) if value not in (None, ()))
