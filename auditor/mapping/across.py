"""Records that stand side by side in columns of another record: the checks of a person (`DBS issued`, `DBS due`, `Medical
issued` …), the notices of an event (`Ofsted informed`, `LA informed` …)."""

from __future__ import annotations

import itertools
import re

from auditor.mapping.codes import plain_code
from auditor.mapping.placing import Placed, Plate
from auditor.mapping.profile import Profile
from auditor.mapping.sketch import Block, Line, column_line
from auditor.mapping.stems import stems
from auditor.mapping.words import key
from auditor.records import contract

DUE = stems("expires due next valid until renewal")
TOLD = stems("notified informed told sent reported advised")
SURE = 0.8
_NUMBERED = [
    re.compile(rf"(?i)\b(?:carer|applicant|fc)\s*{n}\b|\b(?:{words})\s+(?:carer|applicant)\b")
    for n, words in ((1, "1st|first|primary|main"), (2, "2nd|second|secondary"))
]
NOTIFIED = ("incidents", "concerns")


def checks_across(block: Block, plates: list[Plate]) -> list[Block]:
    """The blocks, one for each kind of check, that take the place of `block`; `block` alone where its sheet has no such
    columns."""
    plate = block.plate
    if block.table != "checks" or "kind" in plate.columns or not {"person_id", "household_id"} & plate.columns.keys():
        return [block]
    kinds = _kinds(plate.profiles)
    if len(kinds) < 2:
        return [block]
    person = plate.heading("person_id") or plate.heading("household_id") or ""
    named = {name: block.columns[name] for name in ("person_id", "household_id", "person_kind") if name in block.columns}
    made = []
    for (kind, number), found in kinds.items():
        of_each = named
        if number and plate.heading("person_id") is None:
            of_each = named | {"person_id": Line({"join": [person, {"constant": number}]}, SURE), "person_kind": Line({"constant": "carer"}, SURE)}
        made.append(_one(block, plates, kind, found, [person, number] if number else [person], of_each))
    return made


def checks_beside(block: Block, plates: list[Plate]) -> list[Block]:
    """The blocks, one for each kind of check, that the dates in a list of carers or of members of households fill."""
    plate = block.plate
    who = {"carers": "carer", "household_members": "household_member"}.get(block.table)
    person = plate.heading(contract().tables[block.table].key)
    if who is None or person is None or block.split:
        return []
    kinds = _kinds(plate.left())
    named = {"person_id": Line(person, SURE), "person_kind": Line({"constant": who}, SURE)}
    if "household_id" in block.columns:
        named["household_id"] = block.columns["household_id"]
    read = {profile.heading for found in kinds.values() for profile in found.values()}
    block.ignore = [heading for heading in block.ignore if heading not in read]
    return [_one(block, plates, kind, found, [person], named) for (kind, _), found in kinds.items()]


def _kinds(profiles: list[Profile]) -> dict[tuple[str, str], dict[str, Profile]]:
    """For each kind of check that headings of dates name, and the number of the carer where they give one (`DBS carer 2`): the
    day it was done and the day it runs out, as far as given."""
    kinds: dict[tuple[str, str], dict[str, Profile]] = {}
    for profile in profiles:
        kind = word_in(profile.heading, "check_kind")
        if kind is not None and (profile.dates > 0.3 or not profile.filled):
            role = "expires_on" if stems(key(profile.heading)) & DUE else "completed_on"
            number = next((str(n) for n, pattern in enumerate(_NUMBERED, start=1) if pattern.search(profile.heading)), "")
            kinds.setdefault((kind, number), {}).setdefault(role, profile)
    return kinds


def notices(block: Block) -> list[Block]:
    """The blocks, one for each body told, that the dates beside an incident or concern fill."""
    plate, model = block.plate, contract().tables["notifications"]
    if block.table not in NOTIFIED:
        return []
    own = contract().tables[block.table].key
    event = block.columns[own].value if own in block.columns else None
    read = used([block])
    made = []
    for profile in plate.left() if isinstance(event, str) else []:
        if profile.heading in read:
            continue
        body = told(profile.heading)
        if body is None or profile.dates < 0.5:
            continue
        lines = {
            "notification_id": Line({"join": [event, {"constant": body}]}, 0.75, note="no column of its own"),
            own: Line(event, SURE),
            "recipient": Line({"constant": body}, SURE, note="from the heading"),
            "sent_at": column_line(model.columns["sent_at"], Placed(profile, SURE), [plate], plate),
        }
        block.ignore = [heading for heading in block.ignore if heading != profile.heading]
        one = Block("notifications", plate, drop=[*block.drop, {"column": profile.heading, "blank": True}])
        one.columns = {name: lines[name] for name in model.columns if name in lines}
        made.append(one)
    return made


def told(heading: str) -> str | None:
    """The body that a heading says was told: `Reported to LA`, `Ofsted`."""
    whole = plain_code(heading, "recipient")
    return whole or (word_in(heading, "recipient") if stems(key(heading)) & TOLD else None)


def word_in(heading: str, codeset: str) -> str | None:
    """The word of a code set that some words of a heading stand for, the longest run of words first."""
    words = re.findall(r"[\w&']+", heading)
    for size in range(min(len(words), 4), 0, -1):
        for first in range(len(words) - size + 1):
            if (code := plain_code(" ".join(words[first : first + size]), codeset)) is not None:
                return code
    return None


def _one(
    block: Block, plates: list[Plate], kind: str, found: dict[str, Profile], whose: list[str], named: dict[str, Line]
) -> Block:
    plate, model = block.plate, contract().tables["checks"]
    own = Block("checks", plate, drop=list(block.drop))
    lines = {"check_id": Line({"join": [whose[0], *({"constant": one} for one in whose[1:]), {"constant": kind}]}, 0.75, note="no column of its own")}
    lines |= named | {"kind": Line({"constant": kind}, SURE, note="from the headings")}
    for role, profile in found.items():
        lines[role] = column_line(model.columns[role], Placed(profile, SURE), plates, plate)
    first = found.get("completed_on") or next(iter(found.values()))
    own.drop.append({"column": first.heading, "blank": True})
    own.columns = {name: lines[name] for name in model.columns if name in lines}
    return own


def used(blocks: list[Block]) -> set[str]:
    """The headings that the blocks of a sheet read between them."""
    values = itertools.chain.from_iterable(block.columns.values() for block in blocks)
    return {
        line.value["from"] if isinstance(line.value, dict) and "from" in line.value else str(line.value)
        for line in values
    }
