"""The agency as it is being built: its tables, and the homes and stays that tie them together."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

Row = dict[str, Any]


@dataclass
class Stay:
    """One child's time in one household."""

    child: Row
    start: dt.date
    end: dt.date | None
    kind: str
    placement: Row = field(default_factory=dict)
    contacts: int = 0

    def covers(self, day: dt.date) -> bool:
        """Whether the child lives there on `day`; on the day of leaving no longer."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass
class Home:
    """One household with the people in it and what happened to it."""

    row: Row
    profile: str
    occupancy: int
    approved: dt.date
    ended: dt.date | None
    carers: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    pauses: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)
    workers: list[tuple[dt.date, dt.date | None, str]] = field(default_factory=list)
    must_visit: dict[dt.date, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The household's key."""
        return self.row["household_id"]

    def worker_on(self, day: dt.date) -> str:
        """Key of the supervising social worker on `day`."""
        for start, end, worker in self.workers:
            if start <= day and (end is None or day < end):
                return worker
        return self.workers[0][2]

    def children_on(self, day: dt.date) -> list[Stay]:
        """The stays that cover `day`."""
        return [stay for stay in self.stays if stay.covers(day)]

    def paused_on(self, day: dt.date) -> bool:
        """Whether the household is on a break that day."""
        return any(start <= day and (end is None or day < end) for start, end in self.pauses)


class Agency:
    """All tables, filled row by row. Rows are dictionaries by column; dates are dates, not text."""

    def __init__(self, seed: int, households: int):
        self.rng = Random(seed)
        self.households = households
        self.tables: dict[str, list[Row]] = {}
        self.homes: list[Home] = []
        self._counts: Counter[str] = Counter()

    def new_id(self, prefix: str, width: int = 5) -> str:
        """The next key of a sort: 'V-00001', 'V-00002', …"""
        self._counts[prefix] += 1
        return f"{prefix}-{self._counts[prefix]:0{width}d}"

    def add(self, table: str, **values: Any) -> Row:
        """Append a row and return it, so that later steps may still fill it."""
        self.tables.setdefault(table, []).append(values)
        return values

    def rows(self, table: str) -> list[Row]:
        """The rows of a table so far."""
        return self.tables.get(table, [])

    def find(self, table: str, **match: Any) -> list[Row]:
        """Rows whose columns have these values, in the order in which they were made."""
        return [row for row in self.rows(table) if all(row.get(k) == v for k, v in match.items())]

    def remove(self, table: str, rows: list[Row]) -> None:
        """Take rows out again (to plant a shortfall)."""
        gone = {id(row) for row in rows}
        self.tables[table] = [row for row in self.rows(table) if id(row) not in gone]
