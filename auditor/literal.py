"""Records written out in a rule's cases, put into the store as if an export had held them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from auditor.asof import column_types
from auditor.errors import nearest
from auditor.records import Column, contract
from auditor.store import Store

LONDON = ZoneInfo("Europe/London")
TICK = dt.timedelta(microseconds=1)


class LiteralError(Exception):
    """A record in a case that cannot be read; the message says which and why."""


def put(store: Store, records: dict[str, list[dict]], tables: set[str]) -> dict[str, frozenset[str]]:
    """Create schema `loaded` with these records and empty tables for the rest of `tables`. Every column counts as
    supplied. Raises LiteralError."""
    known = contract().tables
    for name in records:
        if name not in known:
            raise LiteralError(f"'{name}' is not a table of the record model." + nearest(str(name), list(known)))
    store.run("CREATE SCHEMA IF NOT EXISTS loaded")
    for name in sorted(tables | set(records) | {"households", "placements"}):
        _put_table(store, name, records.get(name) or [])
    return {name: frozenset(known[name].columns) for name in tables | set(records)}


def _put_table(store: Store, name: str, rows: list[dict]) -> None:
    table = contract().tables[name]
    types = [pair for column in table.columns.values() for pair in column_types(column)]
    store.run(
        f"CREATE OR REPLACE TABLE loaded.{name} ({', '.join(f'{n} {t}' for n, t in types)}, _source VARCHAR, _row BIGINT)"
    )
    values = []
    for place, row in enumerate(rows, start=2):
        if not isinstance(row, dict):
            raise LiteralError(f"A record of {name} is a mapping of columns to values.")
        for column in row:
            if column not in table.columns:
                raise LiteralError(f"'{column}' is not a column of {name}." + nearest(str(column), list(table.columns)))
        cells = [cell for column in table.columns.values() for cell in _cells(name, column, row.get(column.name))]
        values.append((*cells, f"{name}.csv", place))
    if values:
        marks = "(" + ", ".join("?" for _ in values[0]) + ")"
        store.run(
            f"INSERT INTO loaded.{name} VALUES {', '.join([marks] * len(values))}",
            [cell for row in values for cell in row],
        )


def _cells(table: str, column: Column, value: Any) -> list[Any]:
    if value is None:
        return [None] * len(column_types(column))
    place = f"{table}.{column.name}"
    if column.type in ("id", "text", "code", "codes"):
        return [_text(place, column, value)]
    if column.type == "datetime":
        return _instants(place, value)
    if column.type == "date":
        return [_date(place, value)]
    if column.type == "boolean":
        value = {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise LiteralError(f"{place} is true or false.")
        return [value]
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise LiteralError(f"{place} is a number.")
    return [value]


def _text(place: str, column: Column, value: Any) -> str:
    if column.type == "codes" and isinstance(value, list):
        value = ";".join(str(part) for part in value)
    if not isinstance(value, str):
        raise LiteralError(f"{place} is text: put {value} in quotes or give it letters.")
    if column.codeset:
        valid = contract().codesets[column.codeset]
        for word in value.split(";") if column.type == "codes" else [value]:
            if word.strip() not in valid:
                raise LiteralError(
                    f"'{word}' in {place} is not a word of the code set {column.codeset}." + nearest(word, valid)
                )
    return value


def _date(place: str, value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise LiteralError(f"{place} is a date, year-month-day.") from None


def _instants(place: str, value: Any) -> list[Any]:
    """The local day, and the earliest and latest instant that a date or date and time may stand for."""
    if isinstance(value, str) and len(value.strip()) == 10:
        day = _date(place, value.strip())
        start = dt.datetime.combine(day, dt.time(), LONDON)
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), LONDON)
        return [day, start.astimezone(dt.UTC), end.astimezone(dt.UTC) - TICK]
    try:
        moment = dt.datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise LiteralError(f"{place} is a date, or a date and time such as 2026-03-31 14:30.") from None
    if moment.tzinfo is not None:
        return [moment.astimezone(LONDON).date(), moment, moment]
    first, second = (moment.replace(tzinfo=LONDON, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return [moment.date(), min(first, second), max(first, second)]
