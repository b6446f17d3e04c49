"""What the values of the sheets show together: whose keys a column holds, which column is the key, which holds the words
of a code set. Used once every sheet has a table, to confirm what the words said and to place what they did not."""

from __future__ import annotations

import re

from auditor.mapping.across import NOTIFIED, told
from auditor.mapping.keys import HOLDS, REFERENCE, Evidence
from auditor.mapping.linking import PEOPLE, code_link, targets
from auditor.mapping.placing import ENOUGH, MOST_WORDS, SURROGATE, Placed, Plate, assigned, fit, is_spread, place
from auditor.mapping.profile import Profile
from auditor.mapping.stems import stems
from auditor.mapping.words import key, likeness, vocabulary
from auditor.records import Column, Table, contract

# What is known by its name where it has no reference.
NAMED = ("households", *PEOPLE.values())
LACKS = 0.2
BY_VALUES = 0.78
# How near a heading must come to a column, and how much nearer than to any other, for its values to decide.
FAINT, APART = 0.3, 0.03
# Headings of days that are not the day of the record itself.
_OTHER_DAYS = stems(
    "next due created modified entered updated born printed expires extracted loaded uploaded review agreed planned expected "
    "proposed intended target original anticipated estimated projected requested information sent shared signed"
)
_DOER = re.compile(r"(?i)\bby\b|By(?=[A-Z])|_by_|_by$|^who (?!is\b|was\b)\w+ (?:the|it|this|a|up)\b")


def confirm(plates: list[Plate]) -> None:
    """Place the headings of every sheet again, now that it is known whose keys its columns hold; then what is left."""
    known = Evidence(plates)
    for plate in plates:
        if plate.table is not None:
            plate.columns = assigned(plate.profiles, plate.table, lambda p, c, plate=plate: known.share(p, c, plate))
    order = list(contract().tables)
    placed = sorted((p for p in plates if p.table is not None), key=lambda p: order.index(p.table_name))
    for plate in placed:  # households come before what refers to them, so that their keys are known by then
        _place_by_keys(plate, Evidence(plates))
        _Filler(plate, contract().tables[plate.table_name], Evidence(plates)).identify()
    known = Evidence(plates)
    for plate in placed:
        _Filler(plate, contract().tables[plate.table_name], known).fill()


def _place_by_keys(plate: Plate, known: Evidence) -> None:
    """Look for another table for a sheet with the keys of households or children, if its own refers to none of these: the
    supervision of carers, not of workers."""
    held = {
        target
        for target in ("households", "children")
        for profile in plate.left()
        if len(profile.values) > 2 and known.holds(profile, target, plate)
    }
    if held and plate.table is not None and not any(plate.table.name == one or plate.table.reference_to(one) for one in held):
        place(plate, lambda table: all(table.reference_to(one) for one in held))


class _Filler:
    """Places the headings of one sheet that their words did not place, by their values; in doubt it only proposes."""

    def __init__(self, plate: Plate, table: Table, known: Evidence):
        self.plate, self.table, self.known = plate, table, known

    def identify(self) -> None:
        """The references first, since a key holds no other table's keys."""
        self._references()
        self._key()

    def fill(self) -> None:
        """What else the values tell; the record's own day last."""
        self._codes()
        self._references()
        self._said_among_others()
        self._day()
        self._likely()

    def _left(self) -> list[Profile]:
        """The headings that were not placed, but for months and years under which records stand."""
        return [p for p in self.plate.left() if not is_spread(p, self.table)]

    def _open(self) -> list[Column]:
        return [c for c in self.table.columns.values() if c.name not in self.plate.columns]

    def _take(self, column: Column, profile: Profile, score: float) -> None:
        if score >= ENOUGH:
            self.plate.columns[column.name] = Placed(profile, score)
        else:
            self.plate.proposed.setdefault(column.name, Placed(profile, score))

    def _references(self) -> None:
        for column in self._open():
            if not targets(column) or column.name == self.table.key:
                continue
            found = [p for p in self._left() if p.filled and self._refers(p, column)]
            if len(found) == 1:
                rivals = self._rivals(column, found[0])
                sure = rivals == [column.name] or column.required
                said = not sure and self._best_said(found[0], rivals) == column.name
                self._take(column, found[0], BY_VALUES if sure else 0.62 if said else 0.5)

    def _rivals(self, column: Column, profile: Profile) -> list[str]:
        """The columns that could hold the same keys. What was done by somebody is not done to them."""
        rivals = [c.name for c in self.table.columns.values() if set(targets(c)) & set(targets(column))]
        doer = bool(_DOER.search(profile.heading)) and len(rivals) > 1
        return [name for name in rivals if not (doer and name == "person_id")]

    def _best_said(self, profile: Profile, names: list[str]) -> str | None:
        """The one of several columns that a heading comes nearest to; None if it comes near none, or to two."""
        likened = ((likeness(profile.plain or profile.heading, self.table.name, name), name) for name in names)
        scored = [*sorted(likened, reverse=True), (0.0, ""), (0.0, "")]
        (best, name), (second, _) = scored[:2]
        return name if best >= FAINT and best > second + APART else None

    def _refers(self, profile: Profile, column: Column) -> bool:
        if column.name == "person_id":
            share = self.known.person_share(profile, self.plate)
            # Of people of several kinds, some have no list of their own in the export.
            return share >= HOLDS or (share >= LACKS and profile.references > 0.9 and "person_kind" in self.plate.columns)
        share = self.known.share(profile, column, self.plate)
        return share is not None and share >= HOLDS

    def _key(self) -> None:
        """A column whose values are references, each there once, and no other table's: the one that says so, else the one
        that other sheets refer to, else the first of the sheet."""
        column = self.table.columns[self.table.key]
        if column.name in self.plate.columns:
            return
        found = [p for p in self._left() if self._could_be_key(p)]
        said = [p for p in found if "id" in key(p.heading).split()]
        made_up = [p for p in found if SURROGATE.search(p.heading)]
        for profile in found:
            if self._says_nothing_else(key(profile.heading).split()) and profile in said and (profile not in made_up or said == made_up):
                self._take(column, profile, BY_VALUES)
                return
        first = [p for p in found if p is self.plate.profiles[0] and p not in made_up]
        used = sorted(found, key=lambda p: (-self.known.referred_to(p, self.plate), p.number))
        if used and self.known.referred_to(used[0], self.plate):
            self._take(column, used[0], 0.7)
        elif first:
            self._take(column, first[0], BY_VALUES if first[0] in said else 0.65)
        elif self.table.name in NAMED and "name" in self.plate.columns and self.plate.columns["name"].profile.unique:
            self._take(column, self.plate.columns["name"].profile, 0.7)

    def _could_be_key(self, profile: Profile) -> bool:
        if not profile.unique or profile.dates > 0.2 or profile.filled < 2:
            return False
        referring = profile.share(lambda v: bool(REFERENCE.fullmatch(v))) >= 0.95
        return referring and not self.known.of_another(profile, self.table.name)

    def _says_nothing_else(self, said: list[str]) -> bool:
        scale = vocabulary().scales[self.table.name]
        return all(word == "id" or word in scale.of_table for word in stems(" ".join(said)))

    def _codes(self) -> None:
        """A column of words that are nearly all of one code set, where only one column of the table has that set."""
        left = [
            p for p in self._left() if p.filled and p.yes_no < 0.9 and p.dates < 0.2 and 2 <= len(p.values) <= MOST_WORDS
        ]
        fits: dict[int, list[Column]] = {}
        for profile in left:
            for column in self._open():
                if column.codeset and column.type == "code" and self._speaks(profile, column.codeset):
                    fits.setdefault(profile.number, []).append(column)
        for number, columns in fits.items():
            others = [one for n, found in fits.items() if n != number for one in found]
            if len(columns) == 1 and columns[0] not in others:
                profile = next(p for p in left if p.number == number)
                self._take(columns[0], profile, BY_VALUES - 0.06 if self._tells(profile) else 0.55)

    @staticmethod
    def _tells(profile: Profile) -> bool:
        """Whether there are words enough to tell a code set by: three, or two that are no initials."""
        return len(profile.values) >= 3 or all(len(value) >= 3 for value in profile.values)

    def _speaks(self, profile: Profile, codeset: str) -> bool:
        share = profile.codes(codeset)
        if share < 0.5 and code_link(profile, codeset, self.known.plates) is not None:
            return True
        return share >= 0.9

    def _day(self) -> None:
        """The record's own day, where only one day is left that could be it."""
        required = [c for c in self._open() if c.required and c.type in ("date", "datetime")]
        if len(required) != 1:
            return
        days = [p for p in self._days() if p.filled >= 0.9 * p.rows]
        plain = [p for p in days if self._only_a_date(p)]
        if len(plain) == 1:
            self._take(required[0], plain[0], BY_VALUES)
        elif len(days) == 1:
            self._take(required[0], days[0], 0.65)

    def _days(self) -> list[Profile]:
        """The columns of days that are left, but for those of another event and of a notice of it."""
        days = [p for p in self._left() if p.dates > 0.8 and not stems(key(p.heading)) & _OTHER_DAYS]
        return [p for p in days if not self._is_notice(p)]

    def _is_notice(self, profile: Profile) -> bool:
        return self.table.name in NOTIFIED and told(profile.heading) is not None

    def _only_a_date(self, profile: Profile) -> bool:
        of_table = vocabulary().scales[self.table.name].of_table
        return all(word == "date" or word in of_table for word in stems(key(profile.heading)))

    def _said_among_others(self) -> None:
        """A heading that has all the words of one column's name, and others that no column of the table has: `Date approved
        at panel`. Only days, whose values confirm them, and only where one heading and one column could be meant."""
        days = self._days()
        dated = [c for c in self.table.columns.values() if c.type in ("date", "datetime")]
        meant = {p.number: [c for c in dated if self._holds(p, c)] for p in days}
        for profile in days:
            columns = meant[profile.number]
            if len(columns) != 1 or columns[0].name in self.plate.columns:
                continue
            if sum(columns[0] in others for others in meant.values()) == 1:
                self._take(columns[0], profile, 0.62)

    def _likely(self) -> None:
        """What a heading only comes near to, where its values are of the kind that the column has, no other column is as
        near, and no other table has a column of that very name."""
        near: dict[str, list[Profile]] = {}
        for profile in self._left():
            if profile.filled and not self._of_elsewhere(profile) and not self._is_notice(profile):
                name = self._best_said(profile, [c.name for c in self._open()])
                if name is not None and self._is_such(profile, self.table.columns[name]):
                    near.setdefault(name, []).append(profile)
        for name, found in near.items():
            if len(found) == 1 and name not in self.plate.columns:
                self._take(self.table.columns[name], found[0], ENOUGH)

    def _of_elsewhere(self, profile: Profile) -> bool:
        return any(
            likeness(profile.heading, table.name, name) >= 0.9
            for table in contract().tables.values()
            for name in table.columns
            if name not in self.table.columns or name in self.plate.columns
        )

    def _is_such(self, profile: Profile, column: Column) -> bool:
        """Whether the values are of a column's type, as far as they show it."""
        if column.name == self.table.key:
            return False
        if targets(column):
            share = self.known.share(profile, column, self.plate)
            return share is not None and share >= HOLDS
        if column.type in ("date", "datetime"):
            other = stems(key(profile.heading)) & _OTHER_DAYS
            return profile.dates > 0.8 and other <= stems(column.name.replace("_", " "))
        if column.type == "boolean":
            return profile.yes_no > 0.8
        if column.type in ("integer", "number"):
            return profile.numbers > 0.8
        if column.codeset:
            return profile.codes(column.codeset) >= 0.5 and profile.yes_no < 0.9
        if any(c.codeset and self._speaks(profile, c.codeset) for c in self._open()):
            return False
        return profile.dates < 0.2 and profile.yes_no < 0.8 and profile.numbers < 0.5 and column.type == "text"

    def _holds(self, profile: Profile, column: Column) -> bool:
        said, scale = stems(key(profile.heading)), vocabulary().scales[self.table.name]
        names = vocabulary().stems[(self.table.name, column.name)]
        return any(one <= said and max(map(scale.weight, one), default=0.0) >= 1 for one in names)


def propose(plate: Plate) -> None:
    """Note for headings that were not placed what they may be, for a person to say."""
    if plate.table is None:
        return
    for profile in plate.left():
        if any(one.profile is profile for one in plate.proposed.values()) or not profile.filled:
            continue
        scored = [
            (fit(profile, plate.table, c), c.name) for c in plate.table.columns.values() if c.name not in plate.columns
        ]
        best = max(scored, default=(0.0, ""))
        if best[0] >= 0.3 and best[1] not in plate.proposed:
            plate.proposed[best[1]] = Placed(profile, min(best[0], 0.59))
