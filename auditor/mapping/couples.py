"""The carers of a household who stand beside it in a list of households: both in one cell, or each in a column."""

from __future__ import annotations

import re

from auditor.mapping.codes import plain_code
from auditor.mapping.placing import Placed, Plate
from auditor.mapping.profile import Profile
from auditor.mapping.sketch import Block, Line
from auditor.records import contract

NAMES_AT = [" & ", " and ", "; ", " + "]
_NAME = re.compile(r"(?i)\b(?:first |fore|sur|last |family |full )?names?(?: of)?\b")
_SURNAME = re.compile(r"(?i)\b(?:sur|last |family )name")
MOST = 0.5


def apart(plate: Plate) -> dict[str, list[Profile]]:
    """The columns of a list of households that name one carer each, by the word of `carer_role`: one, or forename and surname.
    Empty unless the second carer has one."""
    found: dict[str, list[Profile]] = {}
    for profile in plate.profiles:
        role = plain_code(" ".join(_NAME.sub(" ", profile.plain or profile.heading).split()).casefold(), "carer_role")
        if role is not None and profile.filled and profile.dates < 0.2 and profile.references < 0.2 and profile.yes_no < 0.5:
            found.setdefault(role, []).append(profile)
    if "secondary" not in found:
        return {}
    name = plate.columns.get("name")
    named = ({"primary": [name.profile]} if name is not None else {}) | found
    return {role: sorted(own, key=lambda one: bool(_SURNAME.search(one.heading)))[:2] for role, own in named.items()}


def together(plate: Plate) -> Profile | None:
    """The column of a list of households that names all its carers in one cell."""
    if "name" not in plate.columns:
        return None
    names = plate.columns["name"].profile
    several = any(sign in value for value in names.values for sign in NAMES_AT)
    return names if several or "carer" in names.heading.lower() else None


def single_names(plate: Plate) -> set[str]:
    """The names of the carers in a list of households, one by one, folded."""
    found = {value for own in apart(plate).values() if len(own) == 1 for value in own[0].values}
    if (both := together(plate)) is not None and not found:
        found = {name for value in both.values for name in _each(value)}
    return found


def _parts(value: str) -> list[str]:
    return [part.strip() for part in re.split("|".join(map(re.escape, NAMES_AT)), value)]


def _shares(value: str) -> bool:
    """Whether the last of several names gives a surname to those before it: `Ann & Bob Surname`."""
    parts = _parts(value)
    return len(parts) > 1 and " " in parts[-1] and any(" " not in part for part in parts[:-1])


def _each(value: str) -> list[str]:
    parts = _parts(value)
    return [f"{part} {parts[-1].split()[-1]}" if " " not in part else part for part in parts] if _shares(value) else parts


def called_by_name(blocks: list[Block], names: set[str]) -> bool:
    """Whether other sheets refer to carers by these names; if so, they are said to be carers there."""
    found = False
    for one in blocks:
        person = one.plate.columns.get("person_id")
        if person is not None and person.profile.values and len(names & person.profile.values.keys()) > MOST * len(person.profile.values):
            found = True
            one.columns.setdefault("person_kind", Line({"constant": "carer"}, 0.8))
    return found


def carers(block: Block, blocks: list[Block]) -> list[Block]:
    """The blocks that read the carers out of a list of households. Where other sheets name people by their names, a name is
    the carer's reference."""
    plate = block.plate
    names, each = single_names(plate), apart(plate)
    if block.table != "households" or "household_id" not in plate.columns or not (names or each):
        return []
    by_name = not any(_numbered(one) for one in blocks) and called_by_name(blocks, names)
    note = "other sheets name carers by their names" if by_name else None
    both, household = together(plate), plate.columns["household_id"].profile.heading
    made = []
    for role, parts in each.items():
        number, headings = "2" if role == "secondary" else "1", [one.heading for one in parts]
        name = headings[0] if len(headings) == 1 else {"join": headings, "with": " "}
        one = {"carer_id": Line(name if by_name else {"join": [household, {"constant": number}]}, 0.7, note=note)}
        own = _block(block, household, one | {"name": Line(name, 0.8), "role": Line({"constant": role}, 0.8, note="from the heading")})
        own.drop.append({"column": headings[0], "blank": True})
        made.append(own)
    if not made and both is not None:
        one = {"carer_id": Line("one name" if by_name else {"join": [household, "one number"]}, 0.7, note=note)}
        made = [_block(block, household, one | {"name": Line("one name", 0.8)})]
        made[0].split = {"column": both.heading, "at": NAMES_AT, "name": "one name", "number": "one number"}
        if any(_shares(value) for value in both.values):
            made[0].split["shared_surname"] = True
    return made


def _numbered(block: Block) -> bool:
    """Whether a block speaks of a household's first and second carer by number."""
    person = block.columns.get("person_id")
    return person is not None and isinstance(person.value, dict) and "join" in person.value


def _block(block: Block, household: str, lines: dict[str, Line]) -> Block:
    made = Block("carers", block.plate, drop=list(block.drop))
    lines = lines | {"household_id": Line(household, 0.9)}
    made.columns = {name: lines[name] for name in contract().tables["carers"].columns if name in lines}
    return made


def people_by_name(plates: list[Plate]) -> None:
    """Where a sheet gives both the household of a carer and the carer's name, the name is the person."""
    lists = [plate for plate in plates if plate.table_name == "households" and "household_id" in plate.columns]
    names = set().union(*(single_names(plate) for plate in lists))
    keys = set().union(*(plate.columns["household_id"].profile.values for plate in lists))
    for plate in plates:
        person = plate.columns.get("person_id")
        if person is None or not names or not person.profile.values or not person.profile.values.keys() <= keys:
            continue
        found = [p for p in plate.left() if p.filled and len(p.values.keys() & names) > 0.8 * len(p.values)]
        if len(found) == 1:
            if plate.table is not None and "household_id" in plate.table.columns:
                plate.columns.setdefault("household_id", person)
            plate.columns["person_id"] = Placed(found[0], 0.8)
