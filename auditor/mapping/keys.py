"""Whose keys the columns of an export hold, as far as its sheets show it together."""

from __future__ import annotations

import re

from auditor.mapping.linking import PEOPLE, targets
from auditor.mapping.placing import Plate
from auditor.mapping.profile import Profile
from auditor.records import Column

HOLDS = 0.8
REFERENCE = re.compile(r"(?=.*\d)\S{1,40}")


class Evidence:
    """The keys that the sheets of an export hold, by the table whose keys they are."""

    def __init__(self, plates: list[Plate]):
        self.plates = plates
        self.keys: dict[str, list[tuple[Plate, set[str]]]] = {}
        for plate in plates:
            if plate.table is None or plate.table.key not in plate.columns:
                continue
            for profile in plate.profiles:
                if profile.filled > 1 and self._names_records(plate, profile):
                    self.keys.setdefault(plate.table.name, []).append((plate, set(profile.values)))

    @staticmethod
    def _names_records(plate: Plate, profile: Profile) -> bool:
        """Whether the values of a column may stand for the records of its sheet: its key, another reference, or names."""
        name = plate.columns.get("name")
        if profile.dates >= 0.5 or any(n > 1 for n in profile.values.values()):
            return False
        return (name is not None and name.profile is profile) or profile.share(
            lambda v: bool(REFERENCE.fullmatch(v))
        ) > 0.9

    def share(self, profile: Profile, column: Column, own: Plate) -> float | None:
        """The share of a column's different values that are keys of what it refers to; None where nothing tells."""
        shares = [self._share(profile, target, own) for target in targets(column)]
        known = [one for one in shares if one is not None]
        return max(known) if known and (len(known) == len(shares) or max(known) >= HOLDS) else None

    def _share(self, profile: Profile, target: str, own: Plate) -> float | None:
        sets = [values for plate, values in self.keys.get(target, []) if plate is not own]
        if not sets or not profile.values or self._could_be_counts(profile):
            return None
        return max(len(profile.values.keys() & values) / len(profile.values) for values in sets)

    def holds(self, profile: Profile, target: str, own: Plate) -> bool:
        """Whether a column holds keys of a table."""
        return (self._share(profile, target, own) or 0.0) >= HOLDS

    @staticmethod
    def _could_be_counts(profile: Profile) -> bool:
        return all(re.fullmatch(r"\d{1,2}", value) for value in profile.values)

    def person_share(self, profile: Profile, own: Plate) -> float:
        """The share of a column's different values that are people of any kind."""
        found = set()
        for target in PEOPLE.values():
            for plate, values in self.keys.get(target, []):
                if plate is not own:
                    found |= values
        return len(profile.values.keys() & found) / len(profile.values) if profile.values else 0.0

    def referred_to(self, profile: Profile, own: Plate) -> int:
        """In how many other sheets some column that repeats its values has only values of this one."""
        if profile.share(str.isdigit) > 0.5:
            return 0  # figures counted from one are those of any table
        return sum(
            any(
                len(p.values) > 2 and not p.unique and p.overlap(profile) >= HOLDS and not self._could_be_counts(p) for p in plate.profiles
            )
            for plate in self.plates
            if plate is not own
        )

    def of_another(self, profile: Profile, table: str) -> bool:
        """Whether a column holds keys of another table than this."""
        if self._could_be_counts(profile):
            return False
        return any(
            len(profile.values.keys() & values) >= HOLDS * len(profile.values)
            for target, sets in self.keys.items()
            if target != table
            for _, values in sets
        )
