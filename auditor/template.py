"""Empty templates of an export, and the reference page of the record model, both made from the contract."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from auditor.errors import ExportError, UsageError, nearest
from auditor.records import Column, Contract, Table, contract

HOW_TO_WRITE = {
    "id": "a reference, the same wherever the record is named",
    "text": "text",
    "date": "a date: 2026-03-31 or 31/03/2026",
    "datetime": "a date and time: 2026-03-31 14:30 or 31/03/2026 14:30; a date alone will do where the time is not known",
    "boolean": "yes or no",
    "integer": "a whole number",
    "number": "a number",
    "code": "one word of the list",
    "codes": "words of the list, parted by semicolons",
}
INTRODUCTION = (
    "One sheet or CSV file for each table, under the table's name. Leave out tables and columns that the service does not "
    "record: what depends on them is reported as not assessed. The first row holds the names of the columns. An empty cell "
    "means that it is not recorded."
)


def write_template(target: Path, tables: Iterable[str] | None = None) -> list[Path]:
    """Write empty tables to fill: one workbook where `target` ends in .xlsx, else a folder of CSV files with notes.txt.

    tables: names of the tables wanted; left out, the core tables. "all" stands for every table.
    Returns the files written. Raises UsageError for an unknown table, ExportError where a file is already there or cannot
    be written.
    """
    chosen = _chosen(tables)
    try:
        if target.suffix.lower() == ".xlsx":
            _refuse_existing(target)
            _workbook(target, chosen)
            return [target]
        target.mkdir(parents=True, exist_ok=True)
        return _folder(target, chosen)
    except OSError as error:
        raise ExportError(f"{target}: the template cannot be written there ({error.strerror}).") from None


def _chosen(tables: Iterable[str] | None) -> list[Table]:
    model = contract()
    wanted = list(tables) if tables is not None else list(model.core)
    if "all" in wanted:
        wanted = list(model.tables)
    for name in wanted:
        if name not in model.tables:
            raise UsageError(f"There is no table '{name}'.{nearest(name, list(model.tables))}")
    return [model.tables[name] for name in model.tables if name in wanted]


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise ExportError(f"{file}: it is there already and is not overwritten. Give another name.")


def _folder(folder: Path, tables: list[Table]) -> list[Path]:
    files = [folder / f"{table.name}.csv" for table in tables]
    notes = folder / "notes.txt"
    for file in (*files, notes):
        _refuse_existing(file)
    for file, table in zip(files, tables, strict=True):
        with file.open("x", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow(table.columns)
    notes.write_text(_notes(tables), encoding="utf-8")
    return [*files, notes]


def _notes(tables: list[Table]) -> str:
    lines = [INTRODUCTION, ""]
    for table in tables:
        lines += [table.name, f"  {table.about}"]
        lines += [f"  {column.name}: {column.about} {_how(column)}" for column in table.columns.values()]
        lines.append("")
    return "\n".join(lines)


def _how(column: Column) -> str:
    """How a column is filled, in brackets: (required; a date: …)."""
    how = HOW_TO_WRITE[column.type]
    if column.codeset:
        how += ": " + ", ".join(contract().codesets[column.codeset])
    if column.references:
        how += f"; a record of {column.references}"
    return f"({'required; ' if column.required else ''}{how})"


def _workbook(file: Path, tables: list[Table]) -> None:
    """A sheet for each table, with lists to choose codes from; a sheet of notes and one of codes."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(file)) as book:
        formats = {
            "required": book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1}),
            "heading": book.add_format({"bold": True, "border": 1}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "datetime": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            "id": book.add_format({"num_format": "@"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        notes = book.add_worksheet("Notes")
        for table in tables:
            _sheet(book.add_worksheet(table.name), table, formats)
        codes = _codes_sheet(book.add_worksheet("Codes"), tables)
        for table in tables:
            _choices(book.get_worksheet_by_name(table.name), table, codes)
        _notes_sheet(notes, tables, formats)
        notes.activate()


def _sheet(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(table.columns.values()):
        sheet.set_column(number, number, max(12, len(column.name) + 2), formats.get(column.type))
        sheet.write_string(0, number, column.name, formats["required" if column.required else "heading"])
        sheet.write_comment(0, number, f"{column.about} {_how(column)}"[:1000], {"x_scale": 2, "y_scale": 1.5})


def _codes_sheet(sheet: Any, tables: list[Table]) -> dict[str, str]:
    """Every code set in a column; the range of cells that holds the words of each."""
    from xlsxwriter.utility import xl_col_to_name

    ranges = {}
    used = sorted({column.codeset for table in tables for column in table.columns.values() if column.codeset})
    for number, name in enumerate(used):
        words = contract().codesets[name]
        sheet.set_column(number, number, max(14, len(name) + 2))
        sheet.write_column(0, number, [name, *words])
        letter = xl_col_to_name(number)
        ranges[name] = f"=Codes!${letter}$2:${letter}${len(words) + 1}"
    return ranges


def _choices(sheet: Any, table: Table, ranges: dict[str, str]) -> None:
    for number, column in enumerate(table.columns.values()):
        if column.type == "code":
            sheet.data_validation(1, number, 1_048_575, number, {
                "validate": "list", "source": ranges[column.codeset or ""],
                "error_title": "Not in the list", "error_message": f"Choose one of the words of {column.codeset}.",
            })
        elif column.type == "boolean":
            sheet.data_validation(1, number, 1_048_575, number, {"validate": "list", "source": ["yes", "no"]})


def _notes_sheet(sheet: Any, tables: list[Table], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 1, 30)
    sheet.set_column(2, 2, 60, formats["wrap"])
    sheet.set_column(3, 3, 60, formats["wrap"])
    sheet.merge_range(0, 0, 0, 3, INTRODUCTION, formats["wrap"])
    sheet.set_row(0, 60)
    sheet.write_row(1, 0, ["table", "column", "what it means", "how to write it"], formats["heading"])
    row = 2
    for table in tables:
        sheet.write_row(row, 0, [table.name, "", table.about])
        for column in table.columns.values():
            row += 1
            sheet.write_row(row, 0, [table.name, column.name, column.about, _how(column)])
        row += 1


def records_page() -> str:
    """The reference page of the record model, docs/reference/records.md: every table, column and code."""
    model = contract()
    lines = [
        "# Case records", "",
        "<!-- Made by auditor.template.records_page from auditor/contract.yaml; change that file, not this one. -->", "",
        "What an export holds: one CSV or Parquet file, or one sheet of a workbook, for each table, under the table's name. "
        "Every table may be left out, and so may every column but a table's key; what cannot be assessed without it is then "
        "reported, never passed. Case, spaces, hyphens and underscores in names do not matter.", "",
        "The tables enough for a first audit: " + ", ".join(f"[{name}](#{name})" for name in model.core) + ".", "",
        *_writing(), *_tables(model), *_codes(model),
    ]
    return "\n".join(lines) + "\n"


def _writing() -> list[str]:
    return [
        "## How cells are written", "",
        "| type | how |", "| --- | --- |",
        *(f"| {kind} | {how} |" for kind, how in HOW_TO_WRITE.items()), "",
        "Dates are day first. 31/03/2026, 31-03-26, 31.03.2026, 31 Mar 2026, 31 March 2026, 2026-03-31 and real dates of a "
        "workbook are all read; a year of two figures is 2000 to 2068 or 1969 to 1999. A time without an offset is local time in "
        "London; `Z` and offsets such as `+01:00` are understood. Yes and no may be yes, no, y, n, true, false, 1 or 0. Words "
        "of a list may have capitals, spaces or hyphens.", "",
        "Empty, `-`, `.`, `NULL`, `n/a`, `nan` and `not recorded` all mean that nothing is recorded.", "",
        "A row is rejected, and reported, where its key or another *required* value is missing or cannot be read, where its key "
        "stood on an earlier row, or where it ends before it starts. Any other cell that cannot be read is reported and left "
        "empty.", "",
    ]


def _tables(model: Contract) -> list[str]:
    lines = ["## Tables", ""]
    for table in model.tables.values():
        lines += [f"### {table.name}", "", table.about, "", f"Key: `{table.key}`." + _dates(table), "",
                  "| column | type | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{column.name}` | {_type(column)} | {column.about} |" for column in table.columns.values()]
        lines.append("")
    return lines


def _dates(table: Table) -> str:
    words = f" The record's own date is `{table.dated_by}`." if table.dated_by else ""
    if table.span:
        words += f" It runs from `{table.span[0]}` until `{table.span[1]}`, the first day no longer covered."
    return words


def _type(column: Column) -> str:
    words = f"[{column.type}](#codes-{column.codeset})" if column.codeset else column.type
    words += ", *required*" if column.required else ""
    return words + (f", of [{column.references}](#{column.references})" if column.references else "")


def _codes(model: Contract) -> list[str]:
    lines = ["## Lists of words", ""]
    for name, words in model.codesets.items():
        lines += [f'<a id="codes-{name}"></a>**{name}**: ' + ", ".join(f"`{word}`" for word in words) + ".", ""]
    return lines[:-1]
