"""Types the text of a sheet into the table `loaded.<name>`: every column of the contract, and beside it, for a while,
the text of the cells that could not be read.

Two steps: the quick macros of cells.sql read every cell while the source is read; what they leave (`left:<column>`) is
read afterwards by the thorough ones, in the few columns that need it.
"""

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
LONGEST_WORD = 60


def seen(cell: str) -> str:
    """SQL that is true where a cell begins with an ordinary sign, and so is not blank. Most are told apart by this alone."""
    return f"{cell} BETWEEN '!' AND '~'"


def left(column: str) -> str:
    """The SQL name of the column that holds what could not be read of `column`."""
    return named(f"left:{column}")


@dataclass(frozen=True)
class Typed:
    """SQL for one column from the SQL text of its cell: the columns it gives (three for a datetime, else one), and the
    condition under which it gave nothing."""

    columns: dict[str, str]
    failed: str


def quick(column: Column, cell: str) -> Typed:
    """How most cells of the column are read."""
    name = column.name
    if column.type == "datetime":
        local, day = f"ingest.quick_local({cell})", f"ingest.quick_date({cell})"
        return Typed(_moment(name, local, day), f"{local} IS NULL AND {day} IS NULL")
    if column.codeset:
        words = " ".join(f"WHEN {quoted(word)} THEN {quoted(word)}" for word in contract().codesets[column.codeset])
        value = f"CASE {cell} {words} END"
    else:
        value = f"ingest.quick_{column.type}({cell})"
    return Typed({name: value}, f"({value}) IS NULL")


def thorough(column: Column, cell: str) -> Typed:
    """How the cells are read that `quick` left."""
    name = column.name
    if column.type == "datetime":
        columns = _moment(name, f"ingest.local_of({cell})", f"ingest.day_of({cell})", f"ingest.instant_of({cell})")
        return Typed(columns, f"({columns[name]}) IS NULL")
    if column.type == "code":
        value = f"CASE WHEN regexp_full_match(ingest.word_of({cell}), {_words(column)}) THEN ingest.word_of({cell}) END"
    elif column.type == "codes":
        value = (
            f"CASE WHEN len({unknown_words(column, cell)}) = 0 "
            f"THEN nullif(array_to_string({_each_word(cell)}, ';'), '') END"
        )
    else:
        value = f"ingest.{column.type}_of({cell})"
    return Typed({name: value}, f"({value}) IS NULL")


def unknown_words(column: Column, cell: str) -> str:
    """SQL for the list of words of a cell that are not in the column's code set."""
    return f"list_filter({_each_word(cell)}, lambda word: NOT regexp_full_match(word, {_words(column)}))"


def _each_word(cell: str) -> str:
    parts = f"regexp_split_to_array(ingest.text_of({cell}), {quoted(SEPARATORS)})"
    return f"list_filter(list_transform({parts}, lambda word: ingest.word_of(word)), lambda word: word IS NOT NULL)"


def _words(column: Column) -> str:
    return quoted("|".join(contract().codesets[column.codeset or ""]))


def _moment(name: str, local: str, day: str, instant: str = "CAST(NULL AS TIMESTAMPTZ)") -> dict[str, str]:
    """The local day, and the earliest and the latest instant that the cell may mean."""
    midnight = f"CAST({day} AS TIMESTAMP)"
    return {
        name: f"coalesce(CAST(ingest.london({instant}) AS DATE), CAST({local} AS DATE), {day})",
        f"{name}__from": f"coalesce({instant}, ingest.first_reading({local}), ingest.london({midnight}))",
        f"{name}__to": f"coalesce({instant}, ingest.london({local}), ingest.london({midnight} + INTERVAL '23:59:59.999999'))",
    }


def load(store: Store, mapped: Mapped) -> tuple[Sheet, int]:
    """Type the rows of a sheet into `loaded.<table>`, which is created with the first sheet of the table.

    Adds, for later steps, `left:<column>` for each supplied column (the text that could not be read) and `fault`.
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
            stop_if_full(error, sheet.source)
    if not loaded:
        sheet = _slower(store, mapped, sheet)
    if sheet.row is None:
        unplaced = f"SELECT min(rowid) FROM {name} WHERE _row IS NULL"
        store.run(f"UPDATE {name} SET _row = rowid - ({unplaced}) + {sheet.first_row} WHERE _row IS NULL")
    _read_the_rest(store, mapped)
    _drop_blank(store, mapped)
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
        stop_if_full(error, sheet.source)
        raise
    return again


def _exists(store: Store, table: Table) -> bool:
    query = "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'loaded' AND table_name = ?"
    return bool(store.rows(query, [table.name]))


def stop_if_full(error: EngineError, source: str) -> None:
    """Raise ExportError in place of an engine's error that means the memory is full."""
    words = str(error).lower()
    if "out of memory" in words or "memory_limit" in words:
        raise ExportError(f"{source}: the export does not fit in memory. Export a shorter period, or fewer columns.") from None


def _insert(store: Store, mapped: Mapped, sheet: Sheet) -> None:
    """Read the source with the quick macros."""
    table, name = mapped.table, f"loaded.{named(mapped.table.name)}"
    inner = ["*"]
    outputs: dict[str, str] = {}
    lefts: dict[str, str] = {}
    for column in table.columns.values():
        cell = mapped.cells.get(column.name)
        if cell is None:
            outputs |= {out: f"CAST(NULL AS {kind})" for out, kind in _sql_columns(column).items()}
            continue
        typed = quick(column, cell)
        inner += [f"{sql} AS {named(out)}" for out, sql in typed.columns.items()]
        outputs |= {out: named(out) for out in typed.columns}
        lefts[f"left:{column.name}"] = f"CASE WHEN {named(column.name)} IS NULL AND {cell} <> '' THEN {cell} END"
    outputs |= lefts | {
        "_source": quoted(sheet.source),
        "_row": sheet.row or "CAST(NULL AS BIGINT)",
        "fault": "fault",
        "other": _other(mapped, sheet),
    }
    query = (
        f"SELECT {', '.join(f'{sql} AS {named(out)}' for out, sql in outputs.items())} "
        f"FROM (SELECT {', '.join(inner)} FROM {sheet.relation})"
    )
    if not _exists(store, table):
        store.run(f"CREATE TABLE {name} AS {query}")
        return
    for out in lefts:
        store.run(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {named(out)} VARCHAR")
    store.run(f"INSERT INTO {name} BY NAME {query}")


def _sql_columns(column: Column) -> dict[str, str]:
    if column.type != "datetime":
        return {column.name: SQL_TYPES[column.type]}
    return {column.name: "DATE", f"{column.name}__from": "TIMESTAMPTZ", f"{column.name}__to": "TIMESTAMPTZ"}


def _other(mapped: Mapped, sheet: Sheet) -> str:
    """SQL for whether a row has anything in a column that is not read: such a row is not blank."""
    read = set(mapped.cells.values())
    unread = [f"c{n}" for n in range(len(sheet.headings)) if f"c{n}" not in read]
    if not unread:
        return "FALSE"
    some = ", ".join(f"nullif(trim({cell}), '')" for cell in unread)
    return f"CASE WHEN {seen(unread[0])} THEN TRUE ELSE coalesce({some}) IS NOT NULL END"


def _read_the_rest(store: Store, mapped: Mapped) -> None:
    """Read what the quick macros left, with the thorough ones. What is still left afterwards cannot be read."""
    name = f"loaded.{named(mapped.table.name)}"
    counts = ", ".join(f"count({left(column)})" for column in mapped.cells)
    for column, count in zip(mapped.cells, store.rows(f"SELECT {counts} FROM {name}")[0], strict=True):
        if not count:
            continue
        cell = left(column)
        typed = thorough(mapped.table.columns[column], cell)
        sets = [f"{named(out)} = {sql}" for out, sql in typed.columns.items()]
        sets.append(f"{cell} = CASE WHEN {typed.failed} THEN ingest.text_of({cell}) END")
        store.run(f"UPDATE {name} SET {', '.join(sets)} WHERE {cell} IS NOT NULL")


def _drop_blank(store: Store, mapped: Mapped) -> None:
    name = f"loaded.{named(mapped.table.name)}"
    empty = " AND ".join(f"{named(column)} IS NULL AND {left(column)} IS NULL" for column in mapped.cells)
    store.run(f"DELETE FROM {name} WHERE {named(mapped.table.key)} IS NULL AND NOT other AND {empty}")


def finish(store: Store, table: Table) -> None:
    """Take away the columns that were only needed while reading."""
    name = f"loaded.{named(table.name)}"
    store.run(f"SELECT * FROM {name} LIMIT 0")
    for column in store.names():
        if column.startswith("left:") or column in ("fault", "other"):
            store.run(f"ALTER TABLE {name} DROP COLUMN {named(column)}")
