"""Tables without a sheet of their own that another sheet holds: households in a list of carers, the terms of approval in
a list of households, placements in a list of children."""

from __future__ import annotations

import re

from auditor.mapping import couples, logs, people
from auditor.mapping.across import checks_beside, notices
from auditor.mapping.codes import code_of
from auditor.mapping.placing import Placed, Plate, assigned
from auditor.mapping.profile import Profile
from auditor.mapping.sketch import Block, Line, column_line
from auditor.mapping.words import key
from auditor.records import contract

LIKELY = 0.75
TERMS = {"max_children", "age_from", "age_to", "categories", "terms"}
SURE = 0.9
_AGES = re.compile(r"\d{1,2}\s*(?:-|–|to|/)\s*\d{1,2}(?: ?(?:yrs|years)\.?)?")
OF_STAYS = ("register_left_on", "register_entered_on")


def derived(blocks: list[Block], plates: list[Plate]) -> list[Block]:
    """The further blocks that the sheets of `blocks` can fill."""
    have = {block.table for block in blocks}
    found = []
    for table, make in (("households", _households), ("placements", _placements), ("children", _children),
                        ("approvals", _approvals), ("carers", _people), ("household_members", _people), ("concerns", _logged), ("complaints", _logged)):
        if table in have or any(one.table == table for one in found):
            continue
        made = [block for one in blocks if not one.unpivot and (block := make(one, blocks, plates)) is not None]
        if made:
            best = max(made, key=lambda block: len(block.columns))
            found.append(best)
            _used([best], blocks)
    listed = [made for one in blocks if not one.unpivot and (made := _carers_listed(one, plates)) is not None]
    if "carers" not in have and (own := next((made for one in blocks if (made := couples.carers(one, blocks))), listed[:1])):
        found += own
        _used(own, blocks)
    if "checks" not in have:
        found += [check for one in blocks for check in checks_beside(one, plates)]
    if "notifications" not in have:
        told = [notice for one in [*blocks, *found] for notice in notices(one)]
        _used(told, blocks)
        found += told
    return found


def _used(made: list[Block], blocks: list[Block]) -> None:
    """What new blocks read is not among what the first block of their sheet leaves out."""
    for block in blocks:
        read = {heading for one in made if one.plate is block.plate for heading in _headings(one)}
        block.ignore = [heading for heading in block.ignore if heading not in read]


def _headings(block: Block) -> set[str]:
    return {
        line.value.get("from", "") if isinstance(line.value, dict) else str(line.value) for line in block.columns.values()
    }


def _with(table: str, block: Block, columns: dict[str, Placed], plates: list[Plate], first: dict[str, Line]) -> Block:
    model = contract().tables[table]
    lines = first | {
        name: column_line(model.columns[name], one, plates, block.plate) for name, one in columns.items() if name not in first
    }
    made = Block(table, block.plate, drop=list(block.drop))
    made.columns = {name: lines[name] for name in model.columns if name in lines}
    return made


def _likely(plate: Plate, table: str, everything: bool = False) -> dict[str, Placed]:
    columns = assigned(plate.profiles if everything else plate.left(), contract().tables[table])
    return {name: one for name, one in columns.items() if one.score >= LIKELY}


def _households(block: Block, blocks: list[Block], plates: list[Plate]) -> Block | None:
    plate = block.plate
    if block.table not in ("carers", "approvals") or "household_id" not in plate.columns:
        return None
    columns = _likely(plate, "households") | {"household_id": plate.columns["household_id"]}
    for name in ("approved_on", "ended_on"):
        if name in plate.columns:
            columns[name] = plate.columns[name]
    if block.table == "approvals" and plate.columns["household_id"].profile.unique:  # one set of terms for each, from its approval on
        columns |= {name: plate.columns[own] for name, own in (("approved_on", "from_date"), ("ended_on", "to_date")) if own in plate.columns}
        kind = _likely(plate, "households", everything=True).get("kind")
        if kind is not None and kind.profile.codes(contract().tables["households"].columns["kind"].codeset or "") > 0:
            columns.setdefault("kind", kind)
    made = _with("households", block, columns, plates, {})
    made.distinct = True
    return made if len(made.columns) > 1 else None


def _placements(block: Block, blocks: list[Block], plates: list[Plate]) -> Block | None:
    plate = block.plate
    if block.table != "children":
        return None
    columns = _likely(plate, "placements", everything=True)
    if "child_id" in plate.columns:
        columns["child_id"] = plate.columns["child_id"]
        if columns.get("placement_id", columns["child_id"]).profile is columns["child_id"].profile:
            columns.pop("placement_id", None)
    if not {"child_id", "household_id", "started_on"} <= columns.keys():
        return None
    key = {}
    if "placement_id" not in columns:
        parts = [columns["child_id"].profile.heading, columns["started_on"].profile.heading]
        key = {"placement_id": Line({"join": parts}, 0.75, note="no column of its own")}
    block.distinct = True
    days = {columns[name].profile.number for name in ("started_on", "ended_on") if name in columns}
    of_stays = [name for name, one in plate.columns.items() if name in OF_STAYS or (one.profile.number in days and one.score < SURE)]
    for name in of_stays:
        if block.columns.pop(name, None) is not None and name in OF_STAYS:
            block.ignore.append(plate.columns[name].profile.heading)
    return _with("placements", block, columns, plates, key)


def _children(block: Block, blocks: list[Block], plates: list[Plate]) -> Block | None:
    plate = block.plate
    if block.table != "placements" or "child_id" not in plate.columns:
        return None
    columns = _likely(plate, "children") | {"child_id": plate.columns["child_id"]}
    made = _with("children", block, columns, plates, {})
    made.distinct = True
    return made if len(made.columns) > 1 else None


def _approvals(block: Block, blocks: list[Block], plates: list[Plate]) -> Block | None:
    plate = block.plate
    columns = _likely(plate, "approvals")
    if block.table != "households" or not TERMS & columns.keys() or not {"household_id", "approved_on"} <= plate.columns.keys():
        return None
    columns = {name: one for name, one in columns.items() if name in TERMS | {"kind"}}
    columns |= {"household_id": plate.columns["household_id"], "from_date": plate.columns["approved_on"]}
    if "ended_on" in plate.columns:
        columns["to_date"] = plate.columns["ended_on"]
    key = Line(plate.columns["household_id"].profile.heading, 0.75, note="one set of terms for each household")
    return _with("approvals", block, columns, plates, {"approval_id": key} | _ages(plate))


def _ages(plate: Plate) -> dict[str, Line]:
    """Both ages of terms of approval, where one column has them: `0-18`, `5 to 12`."""
    for profile in plate.left():
        if "age" in key(profile.heading).split() and profile.share(lambda value: bool(_AGES.fullmatch(value))) > 0.8:
            cells = {name: {"from": profile.heading, "find": found} for name, found in (("age_from", r"^\s*(\d+)"), ("age_to", r"(\d+)\D*$"))}
            return {name: Line(cell, 0.8, profile.shapes()) for name, cell in cells.items()}
    return {}


def _people(block: Block, blocks: list[Block], plates: list[Plate]) -> Block | None:
    """The carers in a list of everybody in a home, or the others in it."""
    parted = people.parted(block.plate)
    if parted is None or block.table not in people.TABLES:
        return None
    table = next(name for name in people.TABLES if name != block.table)
    return _half(table, block, plates, parted[0], "role" if table == "carers" else "relation", people.filters(block.plate, table))


def _logged(block: Block, blocks: list[Block], plates: list[Plate]) -> Block | None:
    """The allegations in a log of complaints, or the complaints in one of concerns."""
    table, parted = logs.OTHER.get(block.table), logs.parted(block.plate)
    if parted is None or table is None or table not in parted[1]:
        return None
    says, words = parted
    made = _half(table, block, plates, says, "kind", ([], logs.others(block.plate, table)))
    if made is not None and "kind" in made.columns and all(code_of(word, "concern_kind") for word in words[table]):
        made.columns["kind"].note = None
    return made


def _half(
    table: str, block: Block, plates: list[Plate], says: Profile, name: str, filters: tuple[list[dict], list[dict]]
) -> Block | None:
    """The block of the other table of a sheet whose column `says` tells two tables' records apart; `name` is the column that it
    gives there, and `filters` what is kept and dropped."""
    plate, model = block.plate, contract().tables[table]
    own = plate.columns.get(contract().tables[block.table].key)
    if own is None:
        return None
    same = {column: one for column, one in plate.columns.items() if column in model.columns} | {model.key: own}
    if name in model.columns:
        same[name] = Placed(says, LIKELY)
    read = {one.profile.number for one in same.values()}
    columns = {n: one for n, one in _likely(plate, table, everything=True).items() if one.profile.number not in read}
    made = _with(table, block, columns | same, plates, {})
    made.keep, made.drop = filters[0], [test for test in block.drop if test["column"] != says.heading] + filters[1]
    return made


def _carers_listed(block: Block, plates: list[Plate]) -> Block | None:
    """A list with a row for each carer, whatever it is about: their checks, their training."""
    plate = block.plate
    if block.table == "households":
        return None
    columns = _likely(plate, "carers", everything=True)
    person = columns.get("carer_id")
    if person is None or "household_id" not in columns or not {"name", "born_on"} & columns.keys():
        return None
    if not person.profile.unique or "carer" not in key(person.profile.heading).split():
        return None
    columns = {name: one for name, one in columns.items() if name in ("carer_id", "household_id", "name", "born_on")}
    made = _with("carers", block, columns, plates, {})
    made.drop = [test for test in block.drop if "blank" not in test]
    return made
