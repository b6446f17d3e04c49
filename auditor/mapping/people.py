"""Lists of everybody in a home, where the cells of one column say who is a carer and who a member of the household."""

from __future__ import annotations

import re

from auditor.mapping.linking import Link
from auditor.mapping.placing import Plate
from auditor.mapping.profile import Profile
from auditor.mapping.sketch import Block, Line

CARER = re.compile(
    r"(?:(?:main|primary|first|second|secondary|joint|co|lead|other|approved|foster|kinship|1st|2nd|female|male)[\s-]+)*"
    r"(?:carer|applicant|foster (?:mother|father|parent))(?:\s*\(?[12]\)?|\s+(?:one|two))?"
)
TABLES = ("carers", "household_members")
MOST_WORDS = 30
AT_LEAST = 0.05


def parted(plate: Plate) -> tuple[Profile, list[str], list[str]] | None:
    """The column of a list of people that says who is a carer, its words for carers, and those for others; None if all people
    of the list are of one kind."""
    if plate.table_name not in TABLES:
        return None
    for profile in plate.profiles:
        if not 2 <= len(profile.values) <= MOST_WORDS:
            continue
        carers = sorted(word for word in profile.values if CARER.fullmatch(word))
        others = sorted(profile.values.keys() - set(carers))
        if carers and others and AT_LEAST < profile.share(carers.__contains__) < 1:
            return profile, carers, others
    return None


def filters(plate: Plate, table: str) -> tuple[list[dict], list[dict]]:
    """What to keep and what to drop of a list of people for one of the two tables. A word that comes new is no carer."""
    found = parted(plate)
    if found is None:
        return [], []
    test = {"column": found[0].heading, "is": found[1]}
    return ([test], []) if table == "carers" else ([], [test])


def tell_apart(blocks: list[Block], plates: list[Plate]) -> None:
    """Where a sheet speaks of people of such a list, let the list say of each whether it is a carer."""
    for plate in plates:
        found = parted(plate)
        key = plate.columns.get(plate.table.key) if plate.table is not None else None
        if found is None or key is None:
            continue
        says, carers, _ = found
        for block in blocks:
            person = block.plate.columns.get("person_id")
            if person is None or "person_kind" not in block.columns or person.profile.overlap(key.profile) < 0.5:
                continue
            link = Link(plate, key.profile, says.heading)
            codes = dict.fromkeys(carers, "carer")
            block.columns["person_kind"] = Line(
                {"from": person.profile.heading, "lookup": link, "codes": codes, "otherwise": "household_member", "_link": link}, 0.8
            )
