"""Reads the spec files: sections with a rule, and cases written as small tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.cases import Words
from tests.oracle.records import type_of
from tests.spec.ruletext import around

FOLDER = Path(__file__).parent
KINDS = (
    "recurring", "quota", "deadline", "matrix", "current", "complete", "limit",
    "covered", "order", "reconcile", "mention", "boilerplate", "pattern",
)
SHORT = {"subject": "subject_id", "mark": "trigger_on", "due": "due_on", "done": "done_on", "late": "days_late"}
NOTHING = "-"
Table = list[dict[str, str]]


@dataclass(frozen=True)
class Case:
    """One situation: what the records hold (tables of text), and what comes of it. In `expect` an empty cell is not
    compared, and a dash stands for nothing."""

    name: str
    rule: str
    as_of: dt.date
    since: dt.date | None
    history_from: dict[str, dt.date]
    tables: dict[str, Table]
    expect: Table

    @property
    def rule_text(self) -> str:
        return around(self.rule)

    @property
    def records(self) -> dict[str, list[dict[str, Any]]]:
        return {
            table: [{column: _typed(table, column, cell) for column, cell in row.items() if cell} for row in rows]
            for table, rows in self.tables.items()
        }


@dataclass(frozen=True)
class Section:
    """Cases about one thing, with the rule that they share."""

    title: str
    about: str
    rule: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Spec:
    """What one kind of check means."""

    kind: str
    title: str
    about: str
    sections: tuple[Section, ...]


def specs() -> list[Spec]:
    """All spec files, in the order of the kinds."""
    return [_spec(kind) for kind in KINDS]


def _spec(kind: str) -> Spec:
    raw = yaml.load((FOLDER / f"{kind}.yaml").read_text(encoding="utf-8"), Loader=Words)
    sections = tuple(
        Section(one["title"], one.get("about", ""), one["rule"], tuple(_case(case, one["rule"]) for case in one["cases"]))
        for one in raw["sections"]
    )
    return Spec(kind, raw["title"], raw["about"], sections)


def _case(raw: dict[str, Any], rule: str) -> Case:
    history = {table: dt.date.fromisoformat(day) for table, day in raw.get("history_from", {}).items()}
    since = dt.date.fromisoformat(raw["since"]) if "since" in raw else None
    tables = {table: rows(text) for table, text in raw.get("records", {}).items()}
    as_of = dt.date.fromisoformat(raw["as_of"])
    return Case(raw["name"], rule, as_of, since, history, tables, rows(raw["expect"]))


def rows(text: str) -> Table:
    """A table of text: a line of names, then one line for each row, with bars between the cells."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return []
    names, *body = lines
    for line in body:
        assert len(line) == len(names), f"{line} has not as many cells as {names}"
    return [dict(zip(names, line, strict=True)) for line in body]


def _typed(table: str, column: str, cell: str) -> Any:
    kind = type_of(table, column)
    if kind == "boolean":
        return {"true": True, "false": False}[cell]
    if kind == "integer":
        return int(cell)
    return float(cell) if kind == "number" else cell


def differences(expect: Table, found: list[Any]) -> list[str]:
    """Expected rows that are not there, and rows that are there and not expected."""
    left = [seen(row) for row in found]
    missing = []
    for wanted in expect:
        match = next((row for row in left if _fits(wanted, row)), None)
        if match is None:
            missing.append(f"expected {wanted}")
        else:
            left.remove(match)
    return missing + [f"not expected {row}" for row in left]


def _fits(wanted: dict[str, str], row: dict[str, str]) -> bool:
    return all(not cell or row[SHORT.get(name, name)] == cell for name, cell in wanted.items())


def seen(row: Any) -> dict[str, str]:
    """A row of either reading as text. Only a breach has a state."""
    values = {
        "subject_id": row.subject_id, "outcome": row.outcome.replace("_", " "),
        "state": row.state.replace("_", " ") if row.outcome == "breach" else None,
        "trigger_on": row.trigger_on, "due_on": row.due_on, "done_on": row.done_on, "days_late": row.days_late,
        "missing": ", ".join(sorted(row.missing)), "amount": _plain(row.amount), "allowed": _plain(row.allowed),
    }
    return {name: NOTHING if value in (None, "") else str(value) for name, value in values.items()}


def _plain(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number
