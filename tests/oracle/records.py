"""Records as the oracle sees them: values read by the contract's types, as they stood on the audit date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.oracle import days

CONTRACT = Path(__file__).parents[2] / "auditor" / "contract.yaml"


@cache
def contract() -> dict[str, dict[str, Any]]:
    """The tables of the contract, as its YAML has them."""
    return yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["tables"]


def type_of(table: str, column: str) -> str:
    return contract()[table]["columns"][column]["type"].split("(")[0]


def key_of(table: str) -> str:
    return contract()[table]["key"]


def reference(table: str, other: str) -> str | None:
    """The column of `table` that refers to `other`: the one named like its key, else the only one."""
    pointing = [name for name, spec in contract()[table]["columns"].items() if spec.get("references") == other]
    if key_of(other) in pointing:
        return key_of(other)
    return pointing[0] if len(pointing) == 1 else None


def speaks_of_future(column: str) -> bool:
    return column in ("expires_on", "due_on", "booked_for") or column.endswith(("_expires_on", "_due_on"))


@dataclass(frozen=True)
class Record:
    """One row: every column of its table (dates as days, None where empty), and the instants of its datetimes."""

    table: str
    values: dict[str, Any]
    instants: dict[str, days.Span]

    @property
    def key(self) -> str:
        return self.values[key_of(self.table)]


@dataclass(frozen=True)
class World:
    """All records of an audit as of `as_of`, with its window's first day and the days from which tables begin."""

    tables: dict[str, list[Record]]
    as_of: dt.date
    since: dt.date
    history_from: dict[str, dt.date]

    def rows(self, table: str) -> list[Record]:
        return self.tables.get(table, [])

    def find(self, table: str, key: Any) -> Record | None:
        """The record with this key, if there is one."""
        return next((row for row in self.rows(table) if key is not None and row.key == key), None)


def load(records: dict[str, list[dict]], as_of: dt.date, since: dt.date, history: dict[str, dt.date]) -> World:
    """Read literal records; leave out what does not exist yet, and empty dates that have not come."""
    tables: dict[str, list[Record]] = {}
    for table, rows in records.items():
        read = [_read(table, row) for row in rows]
        own_date = contract()[table].get("dated_by")
        there = [r for r in read if own_date is None or r.values[own_date] is None or r.values[own_date] <= as_of]
        tables[table] = [_as_of(record, as_of) for record in there]
    return World(tables, as_of, since, history)


def _read(table: str, row: dict) -> Record:
    values, instants = {}, {}
    for column in contract()[table]["columns"]:
        value, kind = row.get(column), type_of(table, column)
        if value is not None and kind in ("date", "datetime"):
            value, span = days.moment(str(value))
            if kind == "datetime":
                instants[column] = span
        if value is not None and kind == "codes" and isinstance(value, list):
            value = ";".join(value)
        values[column] = value
    return Record(table, values, instants)


def _as_of(record: Record, as_of: dt.date) -> Record:
    values, instants = dict(record.values), dict(record.instants)
    for column, value in record.values.items():
        if isinstance(value, dt.date) and value > as_of and not speaks_of_future(column):
            values[column] = None
            instants.pop(column, None)
    return Record(record.table, values, instants)
