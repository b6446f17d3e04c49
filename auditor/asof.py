"""The records as they stood on the audit date: what rules read.

A record whose own date is after the audit date does not exist yet, and a date value after it is read as empty, except
in columns that speak of the future (expiry and due dates).
"""

from __future__ import annotations

import datetime as dt

from auditor.records import Column, Table, contract
from auditor.store import Store

SQL_TYPES = {"date": "DATE", "datetime": "DATE", "boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE"}
YEARS_BACK, YEARS_AHEAD = 40, 6


def prepare(store: Store, supplied: set[str], as_of: dt.date, tables: set[str], *, copied: bool = False) -> None:
    """Create a view of each supplied table in `tables` as of a date (an empty table where not supplied), and the
    counter that statements read. `copied` makes tables of them: quicker to read many times, at twice the memory."""
    kind = "TABLE" if copied else "VIEW"
    for name in sorted(tables | {"households", "placements"}):
        table = contract().tables[name]
        store.run(f"CREATE {kind} {_stood(table, as_of)}" if name in supplied else _empty(table))
    _who(store, kind)
    store.run("CREATE TABLE counter AS SELECT CAST(range AS BIGINT) AS n FROM range(0, 2000)")


def calendar(store: Store, as_of: dt.date) -> None:
    """Create `calendar` (each day with the number of working days up to it) and `working_day`."""
    from auditor.dates import bank_holidays

    first, last = as_of.year - YEARS_BACK, as_of.year + YEARS_AHEAD
    days = ", ".join(f"DATE '{day}'" for day in sorted(bank_holidays(first, last)))
    store.run(
        "CREATE TABLE calendar AS SELECT day, CAST(SUM(CASE WHEN open THEN 1 ELSE 0 END) OVER (ORDER BY day) AS BIGINT) AS ordinal, open\n"
        "FROM (SELECT CAST(range AS DATE) AS day, DAYOFWEEK(range) NOT IN (0, 6) AND CAST(range AS DATE) NOT IN "
        f"({days}) AS open FROM range(DATE '{first}-01-01', DATE '{last + 1}-01-01', INTERVAL 1 DAY))"
    )
    store.run("CREATE TABLE working_day AS SELECT ordinal, day FROM calendar WHERE open")


def column_types(column: Column) -> list[tuple[str, str]]:
    """The physical columns of a contract column with their SQL types: a datetime has its day and two instants."""
    kind = SQL_TYPES.get(column.type, "VARCHAR")
    if column.type == "datetime":
        return [(column.name, kind), (f"{column.name}__from", "TIMESTAMPTZ"), (f"{column.name}__to", "TIMESTAMPTZ")]
    return [(column.name, kind)]


def _stood(table: Table, as_of: dt.date) -> str:
    day = f"DATE '{as_of}'"
    parts = []
    for column in table.columns.values():
        for name, _ in column_types(column):
            if column.type in ("date", "datetime") and not column.speaks_of_future:
                parts.append(f"CASE WHEN {column.name} <= {day} THEN {name} END AS {name}")
            else:
                parts.append(name)
    where = f" WHERE {table.dated_by} IS NULL OR {table.dated_by} <= {day}" if table.dated_by else ""
    inner = f"(SELECT * FROM loaded.{table.name}{where})"
    return f"{table.name} AS SELECT {', '.join(parts)} FROM {inner} AS kept"


def _empty(table: Table) -> str:
    parts = [f"{name} {kind}" for column in table.columns.values() for name, kind in column_types(column)]
    return f"CREATE TABLE {table.name} ({', '.join(parts)})"


def _who(store: Store, kind: str) -> None:
    """Who a child lives with, by the latest placement: to name the household of a finding about a child."""
    store.run(
        f"CREATE {kind} child_home AS SELECT child_id, household_id FROM (\n"
        "  SELECT child_id, household_id, ROW_NUMBER() OVER (PARTITION BY child_id ORDER BY started_on DESC, placement_id DESC) AS nth\n"
        "  FROM placements) AS latest WHERE nth = 1"
    )
