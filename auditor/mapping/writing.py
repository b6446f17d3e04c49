"""Writes a drafted mapping as YAML that a person can read, check and change."""

from __future__ import annotations

import json
import re
from typing import Any

from auditor.ingest.source import Part
from auditor.mapping.draft import Draft
from auditor.mapping.linking import Link
from auditor.mapping.sketch import SURE, Block, Line

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./()&+-]*[A-Za-z0-9_)]|[A-Za-z]")
DOUBT = 0.75
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def text(draft: Draft) -> str:
    """The mapping file. It holds headings, words of known code sets, and shapes of values; never a value."""
    lines = [
        "# Drafted by `auditor map`. Look through it and put it right; then: auditor run EXPORT --mapping THIS_FILE",
        "# After each column: how sure it is, and three shapes of its values (a letter for letters, 9 for figures).",
        "mapping: 1",
    ]
    if draft.either:
        lines += [
            "# The dates of some columns can be read with the day or with the month first, and nothing in them says which.",
            "# If the day always comes first, take the # from the next line; if not, write `dates` into those columns.",
            "#dates: day_first",
        ]
    ignored = list(dict.fromkeys(_sheet_pattern(part) for part in (*(plate.part for plate in draft.unplaced), *draft.skipped)))
    if ignored:
        lines += ["# Files and sheets that were not placed. Give those that matter a table below.",
                  "ignore: [" + ", ".join(scalar(one) for one in ignored) + "]"]
    if draft.empty:
        lines += ["# Days that stand for none.", f"empty: {value(draft.empty)}"]
    if draft.begun:
        lines += ["# No older records of these are in the export. Time before is held against nobody. Take out what does go back to the beginning.",
                  "history_from: {" + ", ".join(f"{table}: {day}" for table, day in draft.begun.items()) + "}"]
    lines.append("tables:")
    for table in dict.fromkeys(block.table for block in draft.blocks):
        blocks = [block for block in draft.blocks if block.table == table]
        lines += ["", f"  {table}:"]
        for block in blocks:
            body = _block(block)
            if len(blocks) > 1:
                body = [f"    - {body[0].strip()}", *(f"  {line}" for line in body[1:])]
            lines += body
    return "\n".join(lines) + "\n"


def _block(block: Block) -> list[str]:
    plate = block.plate
    lines = [f"    file: {scalar(_pattern(plate.part.file))}"]
    if plate.part.is_sheet:
        lines.append(f"    sheet: {scalar(_pattern(plate.part.names[0]))}")
    first, rows = plate.header
    if rows > 1:
        lines.append(f"    header: [{', '.join(str(first + n + 1) for n in range(rows))}]")
    elif first > 0:
        lines.append(f"    # The headings stand on row {first + 1}; they are found by their words.")
    lines += [f"    # {note}" for note in block.notes]
    if block.distinct:
        lines.append("    distinct: true")
    if plate.fill:
        lines.append("    # LOOK: blank cells of this are read as the one above.")
        lines.append(f"    fill_down: {value(plate.fill)}")
    for key, tests in (("keep", [*plate.keep, *block.keep]), ("drop", block.drop)):
        if tests:
            lines.append(f"    {key}:")
            lines += [f"      - {value(test)}" for test in tests]
    if block.unpivot:
        lines.append(f"    unpivot: {value(block.unpivot)}")
    if block.split:
        lines.append(f"    split: {value(block.split)}")
    lines.append("    columns:")
    lines += [_column(name, line) for name, line in block.columns.items()]
    if block.lacking:
        lines.append(f"      # LOOK: every record needs {', '.join(block.lacking)} too. Write the heading, or {{constant: …}} where all are alike.")
    if block.proposed:
        lines.append("      # Not sure enough to be read. Take the #? away from those that are right.")
        lines += ["      #? " + _column(name, Line(one.profile.heading, one.score, one.profile.shapes())).strip() for name, one in block.proposed.items()]
    if block.ignore:
        lines.append("    # Headings that were not placed. Move those that matter to the columns above.")
        lines.append("    ignore: [" + ", ".join(scalar(heading) for heading in block.ignore) + "]")
    return lines


def _column(name: str, line: Line) -> str:
    parts = []
    if line.score is not None:
        parts.append(f"{round(line.score * 100)}%")
    if line.shapes:
        parts.append(" | ".join(line.shapes))
    if line.note:
        parts.append(("LOOK: " if (line.score is not None and line.score < SURE) or line.either or line.note.startswith("some") else "") + line.note)
    comment = "  # " + "; ".join(parts) if parts else ""
    return f"      {name}: {value(line.value)}{comment}"


def value(one: Any) -> str:
    """A value in YAML on one line."""
    if isinstance(one, Link):
        where = {"file": _pattern(one.plate.part.file)}
        if one.plate.part.is_sheet:
            where["sheet"] = _pattern(one.plate.part.names[0])
        return value({**where, "match": one.match.heading, "take": one.take})
    if isinstance(one, dict):
        return "{" + ", ".join(f"{scalar(k)}: {value(v)}" for k, v in one.items() if not str(k).startswith("_")) + "}"
    if isinstance(one, list):
        return "[" + ", ".join(value(item) for item in one) + "]"
    if isinstance(one, int):
        return str(one)
    return scalar(str(one))


def scalar(one: str) -> str:
    """A text in YAML: plain where that is sure to be read as it stands, else in quotation marks."""
    if _PLAIN.fullmatch(one) and one.lower() not in _WORDS and ": " not in one and " #" not in one:
        return one
    return json.dumps(one, ensure_ascii=False)


def _pattern(name: str) -> str:
    """A name with dates and running numbers as *, so that next month's file is found too."""
    out = re.sub(r"\d{4}[-_. ]?\d{2}[-_. ]?\d{2}|\d{1,2}[-_. ]\d{1,2}[-_. ]\d{2,4}|20\d\d[-/_]\d\d(?!\d)|\d{4,}", "*", name)
    out = re.sub(r"(?i)(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_ ]?(\d{2,4}|\*)", "*", out)
    out = re.sub(r"(?<!\d)\d\d[-/]\d\d(?!\d)", "*", out)
    out = re.sub(r"(?i)(?<![a-z])v\d+|\(\d+\)", "*", out)
    return re.sub(r"[\[\]?]", "*", re.sub(r"\*+", "*", out))


def _sheet_pattern(part: Part) -> str:
    return _pattern(part.names[0]) if part.is_sheet else _pattern(part.file)


__all__ = ["scalar", "text", "value"]
