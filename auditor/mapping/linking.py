"""Finds how sheets hang together: which column holds the keys of which table, and which sheet says what a code means."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from auditor.mapping.placing import Placed, Plate
from auditor.mapping.profile import Profile
from auditor.records import Column, contract

OVERLAP = 0.6
PEOPLE = {"carer": "carers", "household_member": "household_members", "worker": "workers"}


@dataclass(frozen=True)
class Link:
    """A value is looked up in another sheet: where column `match` holds it, column `take` is what the mapping wants."""

    plate: Plate
    match: Profile
    take: str


def targets(column: Column) -> list[str]:
    """The tables whose keys a column may hold."""
    if column.references:
        return [column.references]
    return list(PEOPLE.values()) if column.name == "person_id" else []


def link(profile: Profile, target: str, plates: list[Plate], own: Plate) -> Link | None:
    """How the values of a column lead to the keys of a table; None if they are those keys, or lead nowhere. People are looked
    up in lists of such people alone: what else stands beside a carer is not the carer."""
    best: tuple[float, Link | None] = (OVERLAP, None)
    for plate in plates:
        key = _key_heading(plate, target)
        if key is None or plate is own or (target in PEOPLE.values() and plate.table_name != target):
            continue
        if plate.table is not None and plate.table.name == target:
            own_key = next(one for one in plate.profiles if one.heading == key)
            if profile.overlap(own_key) >= OVERLAP:
                return None
        for other in plate.profiles:
            if other.heading == key or any(n > 1 for n in other.values.values()) or other.dates > 0.5:
                continue
            share = profile.overlap(other)
            if share > best[0]:
                best = (share, Link(plate, other, key))
    return best[1]


def _key_heading(plate: Plate, target: str) -> str | None:
    """The heading that holds keys of a table in this sheet: its own key, or a reference to it."""
    if plate.table is None:
        return None
    if plate.table.name == target:
        return plate.heading(plate.table.key)
    reference = plate.table.reference_to(target)
    return plate.heading(reference) if reference else None


def holds_keys(profile: Profile, target: str, plates: list[Plate]) -> float:
    """The share of a column's values that are keys of a table."""
    key = contract().tables[target].key
    shares = [
        profile.overlap(plate.columns[key].profile)
        for plate in plates
        if plate.table is not None and plate.table.name == target and key in plate.columns
    ]
    return max(shares, default=0.0)


def missing_reference(plate: Plate, column: Column, plates: list[Plate]) -> tuple[Placed, Link | None] | None:
    """A heading that was not placed and whose values lead to the table that a required column refers to."""
    for target in targets(column):
        for profile in plate.left():
            if profile.filled and profile.dates < 0.5 and profile.yes_no < 0.9 and profile.numbers < 0.9:
                if holds_keys(profile, target, plates) >= 0.8:
                    return Placed(profile, 0.75), None
                found = link(profile, target, plates, plate)
                if found is not None:
                    return Placed(profile, 0.7), found
    return None


def code_link(profile: Profile, codeset: str, plates: list[Plate]) -> Link | None:
    """A small sheet that says what the values of a column of codes mean."""
    if profile.codes(codeset) >= 0.5:
        return None
    best: tuple[float, Link | None] = (0.3, None)
    for plate in plates:
        if (plate.table is not None and plate.sure > 0.6) or len(plate.profiles) > 6:
            continue
        for other in plate.profiles:
            if profile.overlap(other) < 0.9 or any(n > 1 for n in other.values.values()):
                continue
            for means in plate.profiles:
                share = means.codes(codeset) if means is not other else 0.0
                if share > best[0]:
                    best = (share, Link(plate, other, means.heading))
    return best[1]


def prefix(profile: Profile) -> str:
    """The letters with which every value of a column begins."""
    values = sorted(profile.values)
    pairs = zip(values[0], values[-1], strict=False) if values else ()
    return "".join(a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)).rstrip("0123456789")


def person_kinds(profile: Profile, plates: list[Plate]) -> dict[str, float]:
    """For each kind of person, the share of a column's values that are such people's keys or names; where none is, that which
    are in another column of their list that has each value once."""
    found = {kind: _share(profile, target, plates, (contract().tables[target].key, "name")) for kind, target in PEOPLE.items()}
    if any(found.values()):
        return found
    return {kind: _share(profile, target, plates, ()) for kind, target in PEOPLE.items()}


def _share(profile: Profile, target: str, plates: list[Plate], names: tuple[str, ...]) -> float:
    lists = [plate for plate in plates if plate.table_name == target]
    among = [plate.columns[name].profile for plate in lists for name in names if name in plate.columns]
    if not names:
        among = [one for plate in lists for one in plate.profiles if one.unique and one.dates < 0.5]
    return max((profile.overlap(one) for one in among), default=0.0)
