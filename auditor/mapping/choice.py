"""Which file or sheet of an export each entry of a mapping reads."""

from __future__ import annotations

import fnmatch
from pathlib import PurePosixPath

from auditor.errors import ExportError
from auditor.ingest.issues import Issues
from auditor.ingest.matching import HIDDEN
from auditor.ingest.source import Found, Part
from auditor.mapping.grid import folded
from auditor.mapping.plan import Entry, Mapping


def choose(mapping: Mapping, found: Found, issues: Issues) -> list[tuple[Entry, Part]]:
    """Each entry with each part that it reads. What no entry reads, and entries that find nothing, are data issues.

    Raises ExportError if no entry finds anything.
    """
    chosen = []
    for entry in mapping.entries:
        parts = parts_of(found, entry.file, entry.sheet)
        if not parts:
            where = f"'{entry.file}'" + (f", sheet '{entry.sheet}'" if entry.sheet else "")
            issues.add(
                "missing_file",
                entry.table,
                entry.file,
                None,
                f"The mapping reads '{entry.table}' from {where}, and no such file or sheet is there.",
                f"'{entry.table}' not read from it",
            )
        chosen += [(entry, part) for part in parts]
    if not chosen:
        seen = ", ".join(part.source for part in (*found.parts, *found.hidden)[:12]) or "nothing that can be read"
        raise ExportError(
            f"No file or sheet is one that {mapping.path} names. Found: {seen}. Check the patterns under 'file' and 'sheet'."
        )
    lookups = [
        cell.lookup
        for entry in mapping.entries
        for column in entry.columns.values()
        for cell in column.read()
        if cell.lookup
    ]
    read = {id(part) for _, part in chosen}
    read |= {id(part) for one in lookups for part in parts_of(found, one.file, one.sheet)}
    for part in found.parts:
        known = any(_matches(part, pattern) for pattern in mapping.ignore)
        if id(part) not in read and not known and not part.is_plain_text:
            issues.add(
                "unknown_table",
                None,
                part.source,
                None,
                "The mapping does not name this file or sheet.",
                f"{'sheet' if part.is_sheet else 'file'} not read",
            )
    for part in found.hidden:
        if id(part) not in read and not any(_matches(part, pattern) for pattern in mapping.ignore):
            issues.add("hidden", None, part.source, None, HIDDEN, "sheet not read")
    for name, why in found.passed_over:
        if not any(fnmatch.fnmatchcase(folded(name), folded(pattern)) for pattern in mapping.ignore):
            issues.add("unknown_table", None, name, None, why, "file not read")
    return chosen


def parts_of(found: Found, file: str, sheet: str | None) -> list[Part]:
    """The parts that a file and sheet of the mapping name. A hidden sheet has to be named in full."""
    hidden = [part for part in found.hidden if sheet and folded(part.names[0]) == folded(sheet)]
    return [part for part in (*found.parts, *hidden) if is_file(part, file, sheet)]


def is_file(part: Part, file: str, sheet: str | None) -> bool:
    """Whether a part is one that the patterns `file` (with or without its ending) and `sheet` name."""
    name = folded(part.file)
    wanted = folded(file)
    if not (fnmatch.fnmatchcase(name, wanted) or fnmatch.fnmatchcase(PurePosixPath(name).stem, wanted)):
        return False
    return sheet is None or (part.is_sheet and fnmatch.fnmatchcase(folded(part.names[0]), folded(sheet)))


def _matches(part: Part, pattern: str) -> bool:
    return is_file(part, pattern, None) or (part.is_sheet and is_file(part, "*", pattern))
