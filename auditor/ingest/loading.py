"""Types the text of a sheet into the table `loaded.<name>`: every column of the contract, and beside it, for a while,
what could not be read."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.errors import ExportError
from auditor.ingest.matching import Mapped
from auditor.ingest.sheet import Sheet, named, quoted
from auditor.records import Column, Table, contract
from auditor.store import EngineError, Store

SQL_TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "code": "VARCHAR", "codes": "VARCHAR", "date": "DATE", "boolean": "BOOLEAN",
    "integer": "BIGINT", "number": "DOUBLE",
}
SEPARATORS = r"\s*[;,|\n]\s*"


@dataclass(frozen=True)
class Expressions:
    """SQL for one column: `inner` names what is taken from the text of the cell, `outer` the typed columns made of
    those, and `bad` what tells that a cell had something in it and gave nothing (for codes, its words)."""

    inner: dict[str, str]
    outer: dict[str, str]
    bad: str | None


def expressions(column: Column, cell: str | None) -> Expressions:
    """The SQL that types `column` from the SQL text `cell`; all NULL where the column is not supplied."""
    name = column.name
    if cell is None:
        kinds = _sql_columns(column)
        return Expressions({}, {out: f"CAST(NULL AS {kind})" for out, kind in kinds.items()}, None)
    if column.type == "datetime":
        return _datetime(name, cell)
    if column.type in ("code", "codes"):
        return _coded(column, cell)
    if column.type in ("id", "text"):
        value = f"ingest.{column.type}_of({cell})"
        return Expressions({f"v:{name}": value}, {name: named(f"v:{name}")}, None)
    value, blank = named(f"v:{name}"), named(f"t:{name}")
    inner = {f"v:{name}": f"ingest.{column.type}_of({cell})", f"t:{name}": cell}
    return Expressions(inner, {name: value}, f"CASE WHEN {value} IS NULL THEN ingest.text_of({blank}) IS NOT NULL ELSE FALSE END")


def _sql_columns(column: Column) -> dict[str, str]:
    if column.type != "datetime":
        return {column.name: SQL_TYPES[column.type]}
    return {column.name: "DATE", f"{column.name}__from": "TIMESTAMPTZ", f"{column.name}__to": "TIMESTAMPTZ"}


def _datetime(name: str, cell: str) -> Expressions:
    """The local day, and the earliest and latest instant that the cell may mean."""
    instant, local, day, text = (named(f"{part}:{name}") for part in "zldt")
    inner = {
        f"z:{name}": f"ingest.instant_of({cell})",
        f"l:{name}": f"ingest.local_of({cell})",
        f"d:{name}": f"ingest.day_of({cell})",
        f"t:{name}": cell,
    }
    whole_day = f"CAST({day} AS TIMESTAMP)"
    outer = {
        name: f"coalesce(CAST(ingest.london({instant}) AS DATE), CAST({local} AS DATE), {day})",
        f"{name}__from": f"coalesce({instant}, ingest.first_reading({local}), ingest.london({whole_day}))",
        f"{name}__to": f"coalesce({instant}, ingest.london({local}), "
                       f"ingest.london({whole_day} + INTERVAL '23:59:59.999999'))",
    }
    bad = f"coalesce({instant}::TIMESTAMP, {local}, {day}) IS NULL AND ingest.text_of({text}) IS NOT NULL"
    return Expressions(inner, outer, bad)


def _coded(column: Column, cell: str) -> Expressions:
    words = quoted("|".join(contract().codesets[column.codeset or ""]))
    word = named(f"w:{column.name}")
    if column.type == "code":
        inner = f"CASE WHEN regexp_full_match({cell}, {words}) THEN {cell} ELSE ingest.word_of({cell}) END"
        outer = f"CASE WHEN regexp_full_match({word}, {words}) THEN {word} END"
        bad = f"CASE WHEN NOT regexp_full_match({word}, {words}) THEN left({word}, 60) END"
        return Expressions({f"w:{column.name}": inner}, {column.name: outer}, bad)
    each = (
        f"list_filter(list_transform(regexp_split_to_array(ingest.text_of({cell}), {quoted(SEPARATORS)}), "
        "lambda word: ingest.word_of(word)), lambda word: word IS NOT NULL)"
    )
    unknown = f"list_filter({word}, lambda word: NOT regexp_full_match(word, {words}))"
    outer = f"CASE WHEN len({unknown}) = 0 THEN nullif(array_to_string({word}, ';'), '') END"
    bad = f"CASE WHEN len({unknown}) > 0 THEN left({unknown}[1], 60) END"
    return Expressions({f"w:{column.name}": each}, {column.name: outer}, bad)


def load(store: Store, mapped: Mapped) -> tuple[Sheet, int]:
    """Type the rows of a sheet into `loaded.<table>`, which is created with the first sheet of the table.

    Adds, for later steps, a column `bad:<column>` for each supplied column that can fail, and `fault`.
    Returns the sheet as it was read in the end, and how many rows it gave, blank ones not counted.
    Raises ExportError if the source cannot be read.
    """
    sheet, name = mapped.sheet, f"loaded.{named(mapped.table.name)}"
    loaded = False
    if sheet.relation is not None:
        try:
            _insert(store, mapped, sheet)
            loaded = sheet.expected in (None, _count(store, name, sheet))
        except EngineError as error:
            _stop_if_full(error, sheet)
    if not loaded:
        sheet = _slower(store, mapped, sheet)
    if sheet.row is None:
        unplaced = f"SELECT min(rowid) FROM {name} WHERE _row IS NULL"
        store.run(f"UPDATE {name} SET _row = rowid - ({unplaced}) + {sheet.first_row} WHERE _row IS NULL")
    store.run(f"DELETE FROM {name} WHERE blank")
    return sheet, _count(store, name, sheet)


def _count(store: Store, name: str, sheet: Sheet) -> int:
    return store.rows(f"SELECT count(*) FROM {name} WHERE _source = ?", [sheet.source])[0][0]


def _slower(store: Store, mapped: Mapped, sheet: Sheet) -> Sheet:
    """The other reading of a source whose first reading failed, or saw another number of records than it holds."""
    if sheet.slower is None:
        raise ExportError(f"{sheet.source}: it cannot be read. It may be damaged; export it again.")
    if _exists(store, mapped.table):
        store.run(f"DELETE FROM loaded.{named(mapped.table.name)} WHERE _source = ?", [sheet.source])
    again = sheet.slower(store)
    try:
        _insert(store, mapped, again)
    except EngineError as error:
        _stop_if_full(error, sheet)
        raise
    return again


def _exists(store: Store, table: Table) -> bool:
    query = "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'loaded' AND table_name = ?"
    return bool(store.rows(query, [table.name]))


def _stop_if_full(error: EngineError, sheet: Sheet) -> None:
    if "memory" in str(error).lower() and "limit" in str(error).lower():
        raise ExportError(f"{sheet.source}: the export does not fit in memory. Export a shorter period, or fewer columns.") from None


def _insert(store: Store, mapped: Mapped, sheet: Sheet) -> None:
    table = mapped.table
    parts = {name: expressions(column, mapped.cells.get(name)) for name, column in table.columns.items()}
    inner = [f"{sql} AS {named(name)}" for part in parts.values() for name, sql in part.inner.items()]
    outer = [f"{sql} AS {named(name)}" for part in parts.values() for name, sql in part.outer.items()]
    outer += [f"{part.bad} AS {named('bad:' + name)}" for name, part in parts.items() if part.bad]
    row = sheet.row or "CAST(NULL AS BIGINT)"
    key = next(iter(parts[table.key].inner.values()))
    cells = ", ".join(f"ingest.text_of({cell})" for cell in _own_cells(sheet))
    blank = f"CASE WHEN {key} IS NULL THEN coalesce({cells}) IS NULL ELSE FALSE END"
    query = (
        f"SELECT {', '.join(outer)}, {quoted(sheet.source)} AS _source, _row, fault, blank "
        f"FROM (SELECT {', '.join(inner)}, {row} AS _row, fault, {blank} AS blank FROM {sheet.relation})"
    )
    name = f"loaded.{named(table.name)}"
    if not _exists(store, table):
        store.run(f"CREATE TABLE {name} AS {query}")
        return
    for column, part in parts.items():
        if part.bad:
            kind = "VARCHAR" if table.columns[column].codeset else "BOOLEAN"
            store.run(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {named('bad:' + column)} {kind}")
    store.run(f"INSERT INTO {name} BY NAME {query}")


def _own_cells(sheet: Sheet) -> list[str]:
    return [f"c{number}" for number in range(len(sheet.headings))]


def finish(store: Store, table: Table) -> None:
    """Take away the columns that were only needed while reading."""
    name = f"loaded.{named(table.name)}"
    store.run(f"SELECT * FROM {name} LIMIT 0")
    for column in store.names():
        if column.startswith("bad:") or column in ("fault", "blank"):
            store.run(f"ALTER TABLE {name} DROP COLUMN {named(column)}")
