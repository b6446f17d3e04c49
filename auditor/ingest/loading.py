"""Types the text of a sheet into the table `loaded.<name>`: the columns supplied, and beside them, for a while, the text
of the cells that could not be read.

Two steps: the quick macros of cells.sql read every cell while the source is read; what they leave is read afterwards by
the thorough ones, in the few columns that need it, beside which `left:<column>` then holds what cannot be read at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.errors import ExportError
from auditor.ingest.matching import Mapped
from auditor.ingest.sheet import Sheet, named, quoted
from auditor.records import SEPARATORS, Column, Table, contract
from auditor.store import EngineError, Store

SQL_TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "code": "VARCHAR", "codes": "VARCHAR", "date": "DATE", "boolean": "BOOLEAN",
    "integer": "BIGINT", "number": "DOUBLE",
}
LONGEST_WORD = 60
LEFTS = "lefts"
OTHER = "other"


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

    Adds, for later steps, `left:<column>` for each column of which something could not be read, and `left:fault`.
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
    _read_the_rest(store, mapped, sheet.source)
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
    """Read the source with the quick macros. What they leave of a row goes into one list, `lefts`, empty for most rows:
    a column for each would cost more than the reading."""
    table, name = mapped.table, f"loaded.{named(mapped.table.name)}"
    inner = ["*"]
    outputs: dict[str, str] = {}
    unread = ["fault IS NOT NULL"]
    texts = []
    for column, cell in _cells(mapped):
        typed = quick(column, cell)
        inner += [f"{sql} AS {named(out)}" for out, sql in typed.columns.items()]
        outputs |= {out: named(out) for out in typed.columns}
        unread.append(f"({named(column.name)} IS NULL AND {cell} <> '')")
        texts.append(f"CASE WHEN {named(column.name)} IS NULL AND {cell} <> '' THEN {cell} END")
    outputs |= {
        "_source": quoted(sheet.source),
        "_row": sheet.row or "CAST(NULL AS BIGINT)",
        LEFTS: f"CASE WHEN {' OR '.join(unread)} THEN [fault, {', '.join(texts)}] END",
    }
    other = _other(mapped, sheet)
    if other:
        outputs[OTHER] = other
    query = (
        f"SELECT {', '.join(f'{sql} AS {named(out)}' for out, sql in outputs.items())} "
        f"FROM (SELECT {', '.join(inner)} FROM {sheet.relation})"
    )
    if not _exists(store, table):
        store.run(f"CREATE TABLE {name} AS {query}")
        return
    wanted = {out: kind for column, _ in _cells(mapped) for out, kind in sql_columns(column).items()}
    for out, kind in (wanted | ({OTHER: "BOOLEAN"} if other else {})).items():
        store.run(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {named(out)} {kind}")
    store.run(f"INSERT INTO {name} BY NAME {query}")


def _cells(mapped: Mapped) -> list[tuple[Column, str]]:
    """The supplied columns in the order of the contract, each with the SQL of its cell."""
    return [(column, mapped.cells[name]) for name, column in mapped.table.columns.items() if name in mapped.cells]


def sql_columns(column: Column) -> dict[str, str]:
    """The columns of a loaded table that hold one column of the contract, and their types."""
    if column.type != "datetime":
        return {column.name: SQL_TYPES[column.type]}
    return {column.name: "DATE", f"{column.name}__from": "TIMESTAMPTZ", f"{column.name}__to": "TIMESTAMPTZ"}


def _other(mapped: Mapped, sheet: Sheet) -> str | None:
    """SQL for whether a row has anything in a column that is not read (such a row is not blank); None if all are read."""
    read = set(mapped.cells.values())
    unread = [f"c{n}" for n in range(len(sheet.headings)) if f"c{n}" not in read]
    if not unread:
        return None
    some = ", ".join(f"nullif(trim({cell}), '')" for cell in unread)
    return f"CASE WHEN {seen(unread[0])} THEN TRUE ELSE coalesce({some}) IS NOT NULL END"


def _columns(store: Store, table: Table) -> list[str]:
    store.run(f"SELECT * FROM loaded.{named(table.name)} LIMIT 0")
    return store.names()


def doubtful(store: Store, table: Table) -> frozenset[str]:
    """The columns of a table of which something could not be read at once, and `fault` where a row has one: those with a
    column `left:<column>`."""
    return _doubts(_columns(store, table))


def _doubts(columns: list[str]) -> frozenset[str]:
    return frozenset(name.removeprefix("left:") for name in columns if name.startswith("left:"))


def unread(column: str, doubts: frozenset[str]) -> str:
    """SQL for whether a cell holds something that could not be read."""
    return f"{left(column)} IS NOT NULL" if column in doubts else "FALSE"


def _read_the_rest(store: Store, mapped: Mapped, source: str) -> None:
    """Read what the quick macros left of a sheet, with the thorough ones. What is still left afterwards cannot be read."""
    name = f"loaded.{named(mapped.table.name)}"
    own = f"{LEFTS} IS NOT NULL AND _source = {quoted(source)}"
    columns = [("fault", None), *((column.name, column) for column, _ in _cells(mapped))]
    counts = ", ".join(f"count({LEFTS}[{place}])" for place in range(1, len(columns) + 1))
    found = store.rows(f"SELECT {counts} FROM {name} WHERE {own}")[0]
    for place, ((column, model), count) in enumerate(zip(columns, found, strict=True), start=1):
        if not count:
            continue
        cell = left(column)
        store.run(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {cell} VARCHAR")
        store.run(f"UPDATE {name} SET {cell} = {LEFTS}[{place}] WHERE {own}")
        if model is None:
            continue
        typed = thorough(model, cell)
        sets = [f"{named(out)} = {sql}" for out, sql in typed.columns.items()]
        sets.append(f"{cell} = CASE WHEN {typed.failed} THEN ingest.text_of({cell}) END")
        store.run(f"UPDATE {name} SET {', '.join(sets)} WHERE {own} AND {cell} IS NOT NULL")


def _drop_blank(store: Store, mapped: Mapped) -> None:
    name, there = f"loaded.{named(mapped.table.name)}", _columns(store, mapped.table)
    doubts = _doubts(there)
    other = f"AND {OTHER} IS NOT TRUE" if OTHER in there else ""
    empty = " AND ".join(f"{named(column)} IS NULL AND NOT {unread(column, doubts)}" for column in mapped.cells)
    store.run(f"DELETE FROM {name} WHERE {named(mapped.table.key)} IS NULL {other} AND {empty}")


def finish(store: Store, table: Table) -> None:
    """Make `loaded.<table>` a view with every column of the contract over the rows, which have only those supplied."""
    there = _columns(store, table)
    columns = {out: kind for column in table.columns.values() for out, kind in sql_columns(column).items()}
    cells = [named(out) if out in there else f"CAST(NULL AS {kind}) AS {named(out)}" for out, kind in columns.items()]
    rows = named(f"{table.name} rows")
    for column in there:
        if column not in columns and column not in ("_source", "_row"):
            store.run(f"ALTER TABLE loaded.{named(table.name)} DROP COLUMN {named(column)}")
    store.run(f"ALTER TABLE loaded.{named(table.name)} RENAME TO {rows}")
    store.run(f"CREATE VIEW loaded.{named(table.name)} AS SELECT {', '.join(cells)}, _source, _row FROM loaded.{rows}")
