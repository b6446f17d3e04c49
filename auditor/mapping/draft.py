"""Drafts a mapping for an export that nobody has described."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import ingest
from auditor.errors import ExportError
from auditor.ingest import source
from auditor.ingest.sheet import quoted
from auditor.mapping import couples, logs, people, spread, technical
from auditor.mapping.across import checks_across, used
from auditor.mapping.cellsql import filled
from auditor.mapping.derived import derived
from auditor.mapping.evidence import confirm, propose
from auditor.mapping.grid import Grid, folded
from auditor.mapping.history import begun
from auditor.mapping.layout import find_header, like, totals
from auditor.mapping.linking import PEOPLE, missing_reference, person_kinds, prefix, targets
from auditor.mapping.months import month_of
from auditor.mapping.placing import Plate, assigned, place
from auditor.mapping.profile import Profile, profiles
from auditor.mapping.sketch import Block, Line, column_line
from auditor.mapping.stems import stems
from auditor.mapping.words import hint, key, vocabulary
from auditor.records import Column, contract
from auditor.store import Store

# The words of a column beside a course that say that nobody was trained: the day is then no day of completion.
NOT_ATTENDED = re.compile(
    r"dna|(?:did|has) not (?:attend|complete)d?|not (?:attended|completed|complete|passed)|no[- ]show|absent|cancelled|withdrawn|withdrew"
    r"|booked|enrolled|invited|waiting list|in progress|failed|(?:to be|tbc).*"
)


@dataclass
class Draft:
    """A drafted mapping: its blocks, the sheets that were not placed, the columns whose dates can be read in `either` order
    (where, heading), the parts that hold no table at all, the day from which the records of a table `begun`, and
    words that stand for nothing."""

    blocks: list[Block]
    unplaced: list[Plate]
    either: list[tuple[str, str]]
    skipped: list[source.Part] = field(default_factory=list)
    begun: dict[str, dt.date] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)

    def supplied(self) -> dict[str, frozenset[str]]:
        """The columns that the mapping gives each table."""
        found: dict[str, set[str]] = {}
        for block in self.blocks:
            found.setdefault(block.table, set()).update(block.columns)
        return {table: frozenset(columns) for table, columns in found.items()}


def draft(path: Path, store: Store) -> Draft:
    """Draft a mapping of the export at `path`. Raises ExportError if nothing of it can be read."""
    ingest._prepared(store)
    with source.opened(path) as found:
        parts = [part for part in found.parts if not part.is_plain_text]
        plates = [plate for part in parts if (plate := _plate(part, store))]
        if not plates:
            raise ExportError("There is nothing here that can be read as a table of records. " + source.USES)
        for plate in plates:
            if not technical.says_codes(plate, plates):
                place(plate)
        _settle(plates)
        confirm(plates)
        couples.people_by_name(plates)
        for plate in plates:
            plate.fill = _in_groups(plate, store)
        blocks = [block for plate in plates if plate.table is not None for block in _Block(plate, plates, store).made()]
        blocks += derived(blocks, plates)
        people.tell_apart(blocks, plates)
        if not blocks:
            raise ExportError(
                "None of these looks like a table of case records: " + ", ".join(plate.raw.source for plate in plates) + ". "
                "Check that it is the right folder or file, or write a mapping by hand (docs/how-to/map-an-export.md)."
            )
        for plate in plates:
            propose(plate)
        since = begun(blocks, store)
    order = list(contract().tables)
    blocks.sort(key=lambda block: order.index(block.table))
    taken = {id(block.plate) for block in blocks} | {
        id(one.plate) for block in blocks for line in block.columns.values() for one in _links(line)
    }
    either = [
        (block.plate.raw.source, heading)
        for block in blocks
        for name, line in block.columns.items()
        if line.either
        for heading in [_heading(line.value)]
    ]
    skipped = [part for part in parts if all(plate.part is not part for plate in plates)] + list(found.hidden)
    return Draft(blocks, [plate for plate in plates if id(plate) not in taken], either, skipped, since, technical.no_days(plates))


def _links(line: Line) -> list:
    return [line.value["_link"]] if isinstance(line.value, dict) and "_link" in line.value else []


def _heading(value: Any) -> str:
    return value.get("from", "") if isinstance(value, dict) else str(value)


def _plate(part: source.Part, store: Store) -> Plate | None:
    try:
        grid = Grid(part, store)
        if not any(any(row) for row in grid.head):
            return None
        first, rows = find_header(grid)
        raw = grid.take(first, rows)
    except ExportError:
        return None
    if not raw.headings:
        return None
    found = totals(store, raw)
    drop = " OR ".join(f"{filled(f'c{n}')} = {quoted(word)}" for n, words in found.items() for word in words) or "FALSE"
    aside, keep = technical.versions(store, raw)
    own = profiles(store, raw, tuple(part.names), f"coalesce({drop} OR {technical.old_versions(raw, keep)}, FALSE)", rows > 1)
    plate = Plate(part, raw, (first, rows), [one for one in own if one.number not in aside], found)
    plate.keep = [keep] if keep else []
    plate.aside = [raw.headings[number] for number in aside if keep is None or raw.headings[number] != keep["column"]]
    return plate if len(plate.profiles) > 1 else None


def _in_groups(plate: Plate, store: Store) -> list[str]:
    """The headings of a list in groups that stand at the first row of each group alone: what every record needs and refers to,
    blank in many rows and never there twice."""
    found = []
    for name, placed in plate.columns.items():
        column, profile = plate.table.columns[name] if plate.table else None, placed.profile
        if column is None or not column.required or not column.references or not 1 < profile.filled < 0.7 * profile.rows:
            continue
        first = store.rows(f"SELECT {filled(f'c{profile.number}')} FROM {plate.raw.relation} ORDER BY _at LIMIT 1")
        if first[0][0] is not None and len(profile.values) >= 0.95 * profile.filled:
            found.append(profile.heading)
    return found


def _settle(plates: list[Plate]) -> None:
    """Two sheets that were taken for carers and households are told apart: where only one of the two is there, a list
    of carers with one row for each household is the households."""
    tables = {plate.table.name for plate in plates if plate.table}
    for plate in plates:
        if plate.table is None:
            continue
        if plate.table.name == "carers" and "households" not in tables and "household_id" not in plate.columns:
            columns = assigned(plate.profiles, contract().tables["households"])
            if "household_id" in columns:
                plate.table, plate.columns = contract().tables["households"], columns


class _Block:
    """Makes the block of one sheet's own table."""

    def __init__(self, plate: Plate, plates: list[Plate], store: Store):
        assert plate.table is not None
        self.plate, self.plates, self.store, self.table = plate, plates, store, plate.table
        self.block = Block(self.table.name, plate)
        self.says = {k: v for name in (*plate.part.names, plate.part.file) for k, v in hint(name, self.table.name).items()}

    def made(self) -> list[Block]:
        """The blocks of the sheet: one, or one for each kind of check that stands in columns of its own."""
        if self.table.name != "training" or "course" not in self.plate.columns:
            spread.turn(self.block, self.table, self.plate.left(), self.says, lambda one: not self._is_a_date(one))
        for name, placed in self.plate.columns.items():
            self.block.columns[name] = column_line(self.table.columns[name], placed, self.plates, self.plate)
        self._references()
        self._constants()
        self._filters()
        self._key()
        ordered = [name for name in self.table.columns if name in self.block.columns]
        self.block.columns = {name: self.block.columns[name] for name in ordered}
        taken = {one.profile.number for one in self.plate.columns.values()}
        dropped = {folded(test["column"]) for test in self.block.drop}
        months = {n.number for n in self.plate.left() if self.block.unpivot and self._turned(n)}
        self.block.ignore = [
            one.heading for one in self.plate.profiles
            if one.number not in taken and one.number not in months and folded(one.heading) not in dropped
        ] + self.plate.aside
        blocks = checks_across(self.block, self.plates)
        if len(blocks) > 1:
            blocks[0].ignore = [one.heading for one in self.plate.profiles if one.heading not in used(blocks)]
        return blocks

    def _turned(self, profile: Profile) -> bool:
        patterns = self.block.unpivot["columns"] if self.block.unpivot else []
        return profile.heading in patterns or ("any month" in patterns and month_of(profile.heading) is not None)

    def _is_a_date(self, profile: Profile) -> bool:
        """Whether a heading speaks of a date of the table and of no course."""
        said = stems(key(profile.heading))
        dated = [c.name for c in self.table.columns.values() if c.type == "date"]
        names = frozenset().union(*(one for name in dated for one in vocabulary().stems[(self.table.name, name)]))
        return said <= names | vocabulary().scales[self.table.name].of_table

    def _references(self) -> None:
        """Required references that no heading names, found by their values."""
        for column in self.table.columns.values():
            if column.required and column.name not in self.block.columns and targets(column):
                found = missing_reference(self.plate, column, self.plates)
                if found is not None:
                    self.plate.columns[column.name] = found[0]
                    self.block.columns[column.name] = column_line(column, found[0], self.plates, self.plate)

    def _constants(self) -> None:
        """What the sheet's name says, and what kind of person a list is about."""
        for name, word in self.says.items():
            if name not in self.block.columns and not self._told_in_rows(self.table.columns[name]):
                self.block.columns[name] = Line({"constant": word}, 0.8, note="from the name of the sheet")
        person = self.plate.columns.get("person_id")
        if person is None or "person_kind" not in self.table.columns or "person_kind" in self.block.columns:
            return
        shares = {kind: share for kind, share in person_kinds(person.profile, self.plates).items() if share > 0.02}
        if not shares:
            return
        kinds = sorted(shares, key=lambda kind: -shares[kind])
        starts = {kind: self._prefix(kind) for kind in kinds}
        if len(kinds) > 1 and len(set(starts.values())) == len(kinds) and all(starts.values()):
            codes = {f"{start}*": kind for kind, start in starts.items() if start}
            self.block.columns["person_kind"] = Line({"from": person.profile.heading, "codes": codes}, 0.85)
        else:
            note = None if len(kinds) == 1 else "some of these people may be of another kind"
            self.block.columns["person_kind"] = Line({"constant": kinds[0]}, min(shares[kinds[0]], 0.9), note=note)

    def _told_in_rows(self, column: Column) -> bool:
        """Whether a heading that was not placed holds words of the column's code set, more than one of them."""
        codeset = column.codeset or ""
        return any(len(one.values) > 1 and one.yes_no < 0.9 and one.codes(codeset) >= 0.8 for one in self.plate.left())

    def _prefix(self, kind: str) -> str:
        for plate in self.plates:
            if plate.table is not None and plate.table.name == PEOPLE[kind] and plate.table.key in plate.columns:
                return prefix(plate.columns[plate.table.key].profile)
        return ""

    def _filters(self) -> None:
        for number, words in self.plate.totals.items():
            heading = next((one.heading for one in self.plate.profiles if one.number == number), None)
            if heading is not None:
                self.block.drop.append({"column": heading, "like": list(dict.fromkeys(like(word) for word in words))})
        keep, drop = people.filters(self.plate, self.table.name)
        self.block.keep += keep
        self.block.drop += drop
        self.block.drop += logs.others(self.plate, self.table.name)
        for one in self.plate.left():
            absent = sorted(word for word in one.values if NOT_ATTENDED.fullmatch(word))
            if self.table.name == "training" and absent and len(one.values) <= 12:
                self.block.drop.append({"column": one.heading, "is": absent})
            if technical.marks_deleted(one.heading) and (one.yes_no > 0.9 or not one.filled):
                self.block.drop.append({"column": one.heading, "is": list(technical.YES)})

    def _key(self) -> None:
        name = self.table.key
        if name in self.block.columns:
            if "name" in self.block.columns and self.plate.heading("name") == self.plate.heading(name):
                self.block.columns[name].note = "no reference of their own; two of one name would be one"
            return
        parts = self._parts()
        if self.table.name == "service":
            line = Line({"constant": "SERVICE"}, 0.8, note="the export gives no reference of its own")
        elif self.block.unpivot and parts:
            within = [self.block.split["number"]] if self.block.split else []
            line = Line({"join": [*parts, self.block.unpivot["name"], *within]}, 0.8)
        elif parts and self._is_key(parts):
            line = Line({"join": parts} if len(parts) > 1 else parts[0], 0.75, note="no column of its own")
        else:
            line = Line("(row)", 0.5, note="no column of its own; the row's number changes from export to export")
        self.block.columns[name] = line

    def _parts(self) -> list[str]:
        """Headings that together may tell the records of a table apart."""
        wanted = [c for c in self.table.columns.values() if targets(c) and c.required]
        wanted += [c for c in self.table.columns.values() if c.required and not targets(c) and c.name != self.table.key]
        wanted += [c for c in self.table.columns.values() if not c.required and c.name in ("person_id", "household_id", "kind", "completed_on")]
        return list(dict.fromkeys(h for c in wanted if (h := self.plate.heading(c.name)) is not None))

    def _is_key(self, headings: list[str]) -> bool:
        numbers = [next(p.number for p in self.plate.profiles if p.heading == h) for h in headings]
        cells = ", ".join(f"coalesce({filled(f'c{n}')}, '')" for n in numbers)
        rows = self.store.rows(f"SELECT count(*) - count(DISTINCT ({cells},)) FROM {self.plate.raw.relation} WHERE c{numbers[0]} <> ''")
        return rows[0][0] == 0
