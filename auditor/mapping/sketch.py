"""The parts of a drafted mapping, before they are written: a line for each column, a block for each table of a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from auditor.mapping.codes import codes_of
from auditor.mapping.linking import code_link, link, targets
from auditor.mapping.placing import Placed, Plate, opposite, yes_no_words
from auditor.records import Column, contract

# A line less sure than this is marked LOOK, and asked about by itself.
SURE = 0.75

@dataclass
class Line:
    """One column of the mapping: what is written, how sure that is, shapes of its values, and what to look at."""

    value: Any
    score: float | None = None
    shapes: list[str] = field(default_factory=list)
    note: str | None = None

    @property
    def either(self) -> bool:
        """Whether its dates can be read in either order, so that a person has to say which."""
        return self.note is not None and self.note.startswith("either")


@dataclass
class Block:
    """One table from one sheet, as it will be written."""

    table: str
    plate: Plate
    columns: dict[str, Line] = field(default_factory=dict)
    keep: list[dict] = field(default_factory=list)
    drop: list[dict] = field(default_factory=list)
    unpivot: dict | None = None
    split: dict | None = None
    distinct: bool = False
    ignore: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def proposed(self) -> dict[str, Placed]:
        """The columns that its sheet may give besides: each worth a question, and not read without an answer."""
        own = self.plate.proposed if self.table == self.plate.table_name else {}
        return {name: one for name, one in own.items() if name not in self.columns}

    @property
    def lacking(self) -> list[str]:
        """The columns that every record of the table needs and that nothing on its sheet was taken for."""
        return [c.name for c in contract().tables[self.table].columns.values() if c.required and c.name not in self.columns]


def column_line(column: Column, placed: Placed, plates: list[Plate], own: Plate) -> Line:
    """What is written for a heading that was placed."""
    profile = placed.profile
    value: dict[str, Any] = {"from": profile.heading}
    note = None
    if column.type in ("date", "datetime"):
        order = profile.order()
        if packed := profile.packed():
            value["dates"] = packed
        elif order in ("day_first", "month_first"):
            value["dates"] = order
        elif order == "either":
            note = "either order: write dates: day_first or dates: month_first"
        elif order == "mixed":
            note = "either order: some have the day first and some the month"
    elif column.codeset:
        found = code_link(profile, column.codeset, plates)
        held = profile
        if found is not None:
            value["lookup"], value["_link"] = found, found
            held = next(one for one in found.plate.profiles if one.heading == found.take)
        words = codes_of(held.values, column)
        codes = {w: c for w, c in words.items() if c and re.sub(r"[\s_–-]+", "_", w) != c}
        if codes:
            value["codes"] = dict(sorted(codes.items()))
        lost = sum(code is None for code in words.values())
        signs = [word for word in sorted(codes) if len(word) == 1]
        if signs:
            note = f"some of its words are signs that may mean something else: {', '.join(signs)}"
        if lost:
            note = f"{lost} different words of it are not known; add them under codes"
    elif column.type == "boolean" and (words := yes_no_words(profile, column) or opposite(profile, column)):
        value["codes"] = words
    else:
        for target in targets(column):
            found = link(profile, target, plates, own)
            if found is not None:
                value["lookup"], value["_link"] = found, found
                break
    return Line(profile.heading if len(value) == 1 else value, placed.score, profile.shapes(), note)
