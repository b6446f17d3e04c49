"""The records that a finding rests on, read again from the export: only for the person at the terminal who asks."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.errors import UsageError
from auditor.ingest import Wanted, read_export
from auditor.mapping import read_mapped, read_mapping
from auditor.records import contract
from auditor.report.words import clean, day
from auditor.statement import Statement
from auditor.store import Store

FOLDER = re.compile(r"(.+)-audit-\d{4}-\d{2}-\d{2}(-\d+)?")
WIDTH = 100


def export_beside(results: Path) -> Path:
    """The export that a folder of results was written beside, by its name. Raises UsageError where it is not there."""
    folder = results.absolute().parent
    named = FOLDER.fullmatch(folder.name)
    for ending in ("", ".xlsx", ".zip"):
        place = folder.with_name(named.group(1) + ending) if named else None
        if place is not None and place.exists():
            return place
    raise UsageError("The export was not found beside the results; name it with --export.")


def records(
    export: Path, mapping: Path | None, finding: dict[str, Any], statement: Statement, run: dict
) -> Iterator[str]:
    """Lines that show each record of the evidence: where it stands, and the columns that the rule reads of it. Values
    from records appear here and nowhere else. Raises ExportError or RulesError."""
    wanted: dict[str, list[str]] = {}
    for item in finding["evidence"]:
        if item["table"] in contract().tables:
            wanted.setdefault(item["table"], []).append(item["id"])
    with Store() as store:
        if mapping is not None:
            found = read_mapped(export, read_mapping(mapping), store)
        else:
            texts = frozenset(
                (table, column)
                for table, column in statement.columns
                if contract().tables[table].columns[column].type == "text"
            )
            found = read_export(export, store, wanted=Wanted(frozenset(wanted), texts))
        store.seal()
        before = {(one["table"], one["source"]): one["sha256"] for one in run.get("inputs", ())}
        if any(before.get((one.table, one.source)) != one.sha256 for one in found.inputs if one.table in wanted):
            yield "The export is not as it was at the audit: rows may have moved, and values may have changed."
        for table, ids in wanted.items():
            for id_ in ids:
                yield ""
                yield from _record(store, table, id_, statement) if table in found.supplied else _lost(table, id_)


def _lost(table: str, id_: str) -> list[str]:
    return [f"{table} {clean(id_)}: not in this export"]


def _record(store: Store, table: str, id_: str, statement: Statement) -> list[str]:
    model = contract().tables[table]
    read = {column for name, column in statement.columns if name == table}
    columns = [name for name in model.columns if name in read or name in (model.key, model.dated_by)]
    rows = store.rows(
        f"SELECT _source, _row, {', '.join(columns)} FROM loaded.{table} WHERE {model.key} = $id LIMIT 1", {"id": id_}
    )
    if not rows:
        return _lost(table, id_)
    source, row, *values = rows[0]
    lines = [f"{table} {clean(id_)} ({clean(str(source))}, row {row})"]
    width = max(len(name) for name in columns) + 2
    for name, value in zip(columns, values, strict=True):
        lines += textwrap.wrap(
            f"{name:<{width}}{_shown(value)}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent="  " + " " * width,
            break_on_hyphens=False,
        )
    return lines


def _shown(value: object) -> str:
    if value is None:
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return day(value)
    return clean(str(value))
