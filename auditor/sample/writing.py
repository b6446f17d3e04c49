"""Writes the tables as one CSV each, in contract form; large agencies are copies of one of a hundred households."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

from auditor.records import Table, contract
from auditor.sample.agency import Agency, Row

COPY_OF = 100
ONCE = frozenset({"service", "service_documents", "service_reviews", "reported_figures"})
_MARK = "\x1f"   # stands after every key in the text of a copy, until the number of the copy takes its place


def write(agency: Agency, folder: Path) -> None:
    """Write every table that has rows; the order of tables, rows and columns is always the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in contract().tables.items():
        rows = agency.rows(name)
        if rows:
            text = _header(table) + _lines(table, rows, mark="")
            (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def write_copies(agency: Agency, folder: Path, copies: int) -> None:
    """Write the agency many times over as one, with keys of their own for each copy; text is made only once."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in contract().tables.items():
        rows = agency.rows(name)
        if not rows:
            continue
        once = _lines(table, rows, mark="" if name in ONCE else _MARK)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(_header(table))
            for copy in range(1 if name in ONCE else copies):
                file.write(once.replace(_MARK, f"-{copy}" if copy else ""))


def _header(table: Table) -> str:
    return ",".join(table.columns) + "\n"


def _lines(table: Table, rows: list[Row], mark: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = {c.name for c in table.columns.values() if c.type == "id" and c.references not in ONCE} if mark else set()
    for row in rows:
        unknown = row.keys() - table.columns.keys()
        if unknown:
            raise KeyError(f"{table.name} has no column {sorted(unknown)}")
        writer.writerow([_cell(row.get(name), mark if name in keys else "") for name in table.columns])
    return out.getvalue()


def _cell(value: Any, mark: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list):
        return ";".join(value)
    return f"{value}{mark}"
