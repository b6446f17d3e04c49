"""Finds the table that a file or sheet holds, and the column that a heading names, in the contract's own names.

Case, spaces, hyphens and underscores do not matter. Other names are the work of a mapping, which makes the same
`Mapped` from them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.errors import ExportError
from auditor.ingest.issues import Issues
from auditor.ingest.sheet import Sheet, named, shown
from auditor.ingest.source import USES, Found, Part
from auditor.records import Contract, Table

NOTES = ("notes", "codes")
HIDDEN = "The sheet is hidden. Show it, or give its whole name under 'sheet' in a mapping, if its records belong to the audit."


@dataclass(frozen=True)
class Mapped:
    """A sheet whose rows belong to `table`. `cells` gives the SQL text of each supplied column over the sheet's
    relation, `headings` the heading that each came from."""

    sheet: Sheet
    table: Table
    cells: dict[str, str]
    headings: dict[str, str]


def plain(name: str) -> str:
    """A name as the contract would write it: 'Visit Date ' is visit_date."""
    return re.sub(r"[\s_–-]+", "_", name.strip().lower()).strip("_")


def choose(found: Found, contract: Contract, issues: Issues) -> list[tuple[Part, Table]]:
    """The parts of an export that hold a table of the contract, in the contract's order.

    Raises ExportError if there are none, or if two hold the same table.
    """
    for source, why in found.passed_over:
        issues.add("unknown_table", None, source, None, why, "file not read")
    for part in found.hidden:
        issues.add("hidden", None, part.source, None, HIDDEN, "sheet not read")
    chosen: dict[str, Part] = {}
    for part in found.parts:
        table = next((plain(name) for name in part.names if plain(name) in contract.tables), None)
        if table is None:
            _unknown(part, contract, issues)
        elif table in chosen:
            raise ExportError(
                f"Both {chosen[table].source} and {part.source} are called '{table}'. Keep the one to be audited, or put "
                "all its rows into one."
            )
        else:
            chosen[table] = part
    if not chosen:
        raise ExportError(_nothing_known(found, contract))
    return [(chosen[name], contract.tables[name]) for name in contract.tables if name in chosen]


def _unknown(part: Part, contract: Contract, issues: Issues) -> None:
    own = plain(part.names[0])
    if own in NOTES or part.is_plain_text:
        return
    near = difflib.get_close_matches(own, list(contract.tables), n=1, cutoff=0.6)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    what = "sheet" if part.is_sheet else "file"
    issues.add("unknown_table", None, part.source, None, f"The name is not that of a table.{hint}", f"{what} not read")


def _nothing_known(found: Found, contract: Contract) -> str:
    seen = [part.source for part in (*found.parts, *found.hidden)] + [source for source, _ in found.passed_over]
    shown_names = ", ".join(seen[:12]) + (f" and {len(seen) - 12} more" if len(seen) > 12 else "")
    there = f"Found: {shown_names}." if seen else "Found nothing that can be read."
    return (
        "There is no table of case records here. Looked for files or sheets called "
        + ", ".join(contract.core)
        + f", or another table of the record model. {there} {USES}"
    )


def match(sheet: Sheet, table: Table, issues: Issues) -> Mapped:
    """Match the headings of a sheet to the columns of its table. Raises ExportError if the key is not among them."""
    cells: dict[str, str] = {}
    headings: dict[str, str] = {}
    unknown: list[str] = []
    for number, heading in enumerate(sheet.headings):
        name = plain(heading)
        if name in cells:
            issues.add("unknown_column", table.name, sheet.source, name, f"The heading '{name}' stands more than once.",
                       "only the first column of the name is read")
        elif name in table.columns:
            cells[name], headings[name] = f"c{number}", shown(heading)
        elif name:
            unknown.append(heading)
    _require_key(sheet, table, cells, unknown)
    for heading in unknown:
        near = difflib.get_close_matches(plain(heading), [c for c in table.columns if c not in cells], n=1, cutoff=0.6)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        issues.add("unknown_column", table.name, sheet.source, shown(heading),
                   f"'{table.name}' has no column of this name.{hint}", "column not read")
    for column in table.columns.values():
        if column.required and column.name not in cells:
            issues.add("missing_column", table.name, sheet.source, column.name,
                       "This column is required and is not there.", "what depends on it cannot be assessed")
    return Mapped(sheet, table, cells, headings)


def _require_key(sheet: Sheet, table: Table, known: Iterable[str], unknown: list[str]) -> None:
    """Headings that were not recognised are not repeated here: in a file without headings they are a record."""
    if table.key in known:
        return
    near = difflib.get_close_matches(table.key, [plain(heading) for heading in unknown], n=1, cutoff=0.75)
    hint = f" Is it the column headed '{near[0]}'?" if near else ""
    there = ", ".join(f"'{name}'" for name in known) or "none"
    raise ExportError(
        f"{sheet.source}: the key column '{table.key}' is missing.{hint} Headings recognised: {there}. The first row must "
        f"hold the names of the columns, and '{table.key}' must be one of them."
    )


def dressed(columns: Iterable[str]) -> str:
    """A list of SQL names."""
    return ", ".join(named(column) for column in columns)
