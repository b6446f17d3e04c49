"""Decides which table a sheet holds and which column each heading names, by words first and then by the values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.ingest.source import Part
from auditor.mapping.grid import Raw
from auditor.mapping.months import BY_MONTH, BY_YEAR, is_year, month_of
from auditor.mapping.profile import Profile
from auditor.mapping.words import likeness, table_likeness
from auditor.records import Column, Table, contract

ENOUGH = 0.6
MOST_WORDS = 60
Share = Callable[[Profile, Column], float | None]
# A key that a database made up; where there is a reference that people use, that is the key.
SURROGATE = re.compile(r"(?i:(?:^|[_ ])(?:sk|pk|key|uid|guid|uuid|row_?id)$|^sk_|^pk_)|(?<=[a-z])(?:SK|PK|Key|UID|GUID|UUID|RowID)$")
SURE = 0.9
_SAYS_YES = ("y", "yes", "true", "t", "1")
# How much worse another table may fit a sheet whose values speak for it.
LESS = 0.45


@dataclass
class Placed:
    """A heading that was taken for a column, and how sure that is, from 0 to 1."""

    profile: Profile
    score: float


@dataclass
class Plate:
    """One sheet with what was made of it. `header` is its first row of headings, from 0, and how many there are.
    `proposed` are columns that it may give: not sure enough to be read, and worth a question. `fill` are headings whose blank
    cells hold what stands above them; `aside` those that speak of the rows of a database and of nothing in them, and `keep` which
    of these rows are records."""

    part: Part
    raw: Raw
    header: tuple[int, int]
    profiles: list[Profile]
    totals: dict[int, list[str]] = field(default_factory=dict)
    table: Table | None = None
    sure: float = 0.0
    columns: dict[str, Placed] = field(default_factory=dict)
    proposed: dict[str, Placed] = field(default_factory=dict)
    fill: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    keep: list[dict] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the sheet, or the file, is called."""
        return self.part.names[0]

    @property
    def table_name(self) -> str:
        """The table that it holds; empty if none."""
        return self.table.name if self.table else ""

    def left(self) -> list[Profile]:
        """The headings that were not placed."""
        taken = {placed.profile.number for placed in self.columns.values()}
        return [one for one in self.profiles if one.number not in taken]

    def heading(self, column: str) -> str | None:
        """The heading of a column, if it was placed."""
        return self.columns[column].profile.heading if column in self.columns else None


def place(plate: Plate, among: Callable[[Table], bool] = lambda table: True) -> None:
    """Choose the table that fits the sheet best, of those that may be, and place its headings. It keeps the one that it has
    where no other fits at least nearly as well."""
    best: tuple[float, Table | None, dict[str, Placed]] = (max(plate.sure * 2 - LESS, 0.0), plate.table, plate.columns)
    for table in filter(among, contract().tables.values()):
        columns = assigned(plate.profiles, table)
        named = max(table_likeness(name, table.name) for name in plate.part.names)
        total = sum(one.score for one in columns.values())
        cover = total / max(sum(not is_spread(one, table) for one in plate.profiles), 1)
        hinted = named >= 0.75 or (named >= 0.65 and total >= 1.5 and len(plate.profiles) > 3)
        if (not columns and named < 0.9) or (not hinted and (cover < 0.45 or total < 2)):
            continue
        score = named + cover + 0.1 * (table.key in columns) + 0.02 * min(total, 10)
        if score > best[0]:
            best = (score, table, columns)
    plate.sure, plate.table, plate.columns = best[0] / 2, best[1], best[2]


def is_spread(profile: Profile, table: Table) -> bool:
    """Whether a heading is a month, a year or a number under which records of a table stand."""
    if table.name in BY_MONTH and (profile.in_series or month_of(profile.heading) is not None):
        return True
    return table.name in BY_YEAR and is_year(profile.heading)


def assigned(profiles: list[Profile], table: Table, share: Share | None = None) -> dict[str, Placed]:
    """Each column with the heading that fits it best; no heading serves two columns. `share` tells how many of the
    values of a column that refers to another table are keys of that one."""
    scored = [
        (score, profile.number, column.name, profile)
        for column in table.columns.values()
        for profile in profiles
        if not is_spread(profile, table)
        and (score := _weighed(fit(profile, table, column), profile, column, share)) >= ENOUGH
    ]
    found: dict[str, Placed] = {}
    used: set[int] = set()
    for score, number, column_name, profile in sorted(scored, key=lambda one: (-one[0], one[1])):
        if column_name not in found and number not in used:
            found[column_name] = Placed(profile, min(score, 1.0))
            used.add(number)
    return found


def _weighed(score: float, profile: Profile, column: Column, share: Share | None) -> float:
    """A score with what the keys of other sheets say for it or against it."""
    held = share(profile, column) if share is not None and score >= ENOUGH else None
    if held is None:
        return score
    return score + 0.05 if held > 0.8 else score * 0.6 if held < 0.2 and column.name != "person_id" else score


def yes_no_words(profile: Profile, column: Column) -> dict[str, str]:
    """What the two words of a column mean for a yes or no, where one of them is the column's own name: in `unannounced`,
    unannounced is yes and announced no."""
    own = column.name.replace("_", " ")
    return {word: "yes" if word == own else "no" for word in profile.values} if len(profile.values) == 2 and own in profile.values else {}


def opposite(profile: Profile, column: Column) -> dict[str, str]:
    """What yes and no mean under a heading that asks the opposite of a column: under `Announced?`, no is unannounced."""
    asks = set(re.findall(r"[a-z]+", profile.heading.casefold()))
    own = column.name.replace("_", " ")
    if not own.startswith("un") or own.removeprefix("un") not in asks or own in asks or profile.yes_no < 0.8:
        return {}
    return {word: "no" if word in _SAYS_YES else "yes" for word in sorted(profile.values)}


def fit(profile: Profile, table: Table, column: Column) -> float:
    """How well a heading and its values fit a column, from 0 to about 1."""
    score = likeness(profile.heading, table.name, column.name)
    if profile.plain and profile.plain != profile.heading:
        score = max(score, likeness(profile.plain, table.name, column.name) * 0.97)
    if not score or profile.filled == 0:
        return score * 0.9
    if column.type in ("date", "datetime"):
        return score + 0.02 if profile.dates > 0.8 else score * (0.4 if profile.dates < 0.25 else 0.9)
    if column.type == "boolean":
        return score + 0.02 if profile.yes_no > 0.8 or yes_no_words(profile, column) else score * (0.6 if profile.yes_no < 0.3 else 0.9)
    if column.type in ("integer", "number"):
        return score if profile.numbers > 0.5 else score * 0.6
    if profile.dates > 0.7:
        return score * 0.4
    if column.type == "text" and SURROGATE.search(profile.heading):
        return score * 0.6  # a key that a database made up is nobody's words
    if column.codeset:
        known = profile.codes(column.codeset)
        if not known and any(profile.codes(one.codeset) > 0.7 for one in table.columns.values() if one.codeset and one.type == "code"):
            return score * 0.6  # the words of another code set of the table
        if not known and len(profile.values) > MOST_WORDS:
            return score * 0.4  # references or names, not the words of a code set
        return score + 0.05 * known if known or score > 0.9 else score * 0.7
    if column.type == "id" and column.name != table.key and profile.references > 0.9:
        score += 0.03  # of a person's name and reference, the reference
    if column.references and profile.share(lambda value: value.isdigit() and len(value) < 3) > 0.9:
        return score * 0.6  # numbers of something, not references to it
    if column.name == table.key and profile.share(lambda value: len(value.split()) > 3) > 0.3:
        return score * 0.5
    if column.name == table.key:
        own = score if not SURROGATE.search(profile.heading) else score * 0.85
        return own + 0.03 if profile.unique else own * 0.8
    return score
