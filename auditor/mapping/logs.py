"""Logs that hold records of two tables, such as complaints and allegations, where the cells of one column say which."""

from __future__ import annotations

import re

from auditor.mapping.placing import Plate
from auditor.mapping.profile import Profile

# How the words begin that say which kind of record a row is, by its table; compliments are records of none.
GROUPS = {
    "complaints": re.compile(r"complaint|representation"),
    "concerns": re.compile(r"allegation|concern|safeguarding|standards? of care|soc\b|low[- ]level|lado"),
    "": re.compile(r"compliment|praise|thank|positive"),
}
OTHER = {"complaints": "concerns", "concerns": "complaints"}
MOST_WORDS = 12
KNOWN = 0.8


def parted(plate: Plate) -> tuple[Profile, dict[str, list[str]]] | None:
    """The column that says which kind of record each row is, and its words by table; None if the rows are all of one kind."""
    for profile in plate.profiles:
        if not 2 <= len(profile.values) <= MOST_WORDS:
            continue
        groups: dict[str, list[str]] = {}
        for word in sorted(profile.values):
            table = next((name for name, begins in GROUPS.items() if begins.match(word)), None)
            if table is not None:
                groups.setdefault(table, []).append(word)
        known = {word for words in groups.values() for word in words}
        if len(groups) > 1 and "complaints" in groups and profile.share(known.__contains__) >= KNOWN:
            return profile, groups
    return None


def others(plate: Plate, table: str) -> list[dict]:
    """The filter that leaves out of a log what is no record of `table`; none where there is nothing of the kind."""
    found = parted(plate) if table in OTHER else None
    if found is None or table not in found[1]:
        return []
    profile, groups = found
    return [{"column": profile.heading, "is": [word for name, words in groups.items() if name != table for word in words]}]
