"""Drafts how a sheet is read that has a column for each month, year, visit or course, and what people write into its cells, such as
`TC 12/03`."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from auditor.mapping.cellsql import FIND_DATE
from auditor.mapping.months import BY_MONTH, BY_YEAR, is_year, month_of, span_in
from auditor.mapping.plan import IN_NAME
from auditor.mapping.profile import Profile
from auditor.mapping.sketch import Block, Line
from auditor.records import Table

# What stands beside the day of a visit: for each column of a visit, the patterns of each word, and what a visit is where
# none of them is there.
BESIDE = {
    "kind": ({"unannounced": "*unann*, *u/a*, *u/v*, *uav*, uv*, * uv*, *(uv*, ua *, * ua, un *, u *, * u, *(u)*"}, "supervision"),
    "mode": ({
        "telephone": "tc*, * tc, *(tc)*, tel*, * tel, phone*, * phone, *telephone*, *phone call*, *by phone*, *t/c*",
        "virtual": "vc*, * vc, *virtual*, *video*, *teams*, *zoom*, *skype*",
    }, "in_person"),
    "status": ({
        "cancelled": "*canc*",
        "planned": "*booked*, *planned*, due*",
        "no_access": "na *, *no access*, *no reply*, *dna*, *not home*",
    }, "completed"),
}
# What stands alone in the cell of a month without a visit. A cell without a day that says anything else is told.
NOT_VISITED = [
    "a/l", "al", "annual leave", "leave", "holiday", "on holiday", "n/a",
    "na", "none", "no visit", "not visited", "not due", "not required", "on hold", "resigned", "left", "closed", "de-registered",
    "deregistered", "not approved", "not yet approved", "sick", "missed", "overdue", "outstanding", "not done",
]
# What stands in the cell of a course that nobody has done: it is no record of training.
NOT_TRAINED = [
    "*booked*", "due*", "*overdue*", "n/a", "na", "n", "no", "none", "not *", "*declined*", "*cancel*", "dna*", "*did not*", "*required*",
    "*outstanding*", "enrolled*", "to *", "tbc*", "tba*", "in progress*", "*waiting*", "exempt*", "expired",
]
# What says that something was done, but not when.
DONE = ("y", "yes", "done", "completed", "complete", "attended", "passed", "✓", "✔", "x")
# Signs between several days in one cell, each of which may have words of its own.
BETWEEN = (" & ", " and ", " + ", ";", ",", "\n", " / ")
_DAY = re.compile(FIND_DATE)


def turn(block: Block, table: Table, left: list[Profile], says: dict[str, str], is_course: Callable[[Profile], bool]) -> None:
    """Make the columns for months, years, numbers or courses among those that are `left` into records of `table`, if it has such.
    `says` is what the sheet's name says of all its rows; `is_course` tells whether a heading could be the title of a course."""
    months = [one for one in left if month_of(one.heading) is not None]
    years = [one for one in left if is_year(one.plain or one.heading) and _dated(one) > 0.5]
    series = [one for one in left if one.in_series]
    courses = [one for one in left if _dated(one) > 0.3 or (not one.filled and len(one.heading) > 4)]
    if table.name in BY_MONTH and len(months) >= 3:
        block.unpivot = {"columns": ["any month"], "name": "month", "value": "entry"} | _year(block, months)
        _entries(block, table, months, says, {"year": "month"})
    elif table.name in BY_YEAR and len(years) >= 2:
        block.unpivot = {"columns": [one.heading for one in years], "name": "year", "value": "entry"}
        _entries(block, table, years, says, {})
    elif table.name in BY_MONTH and len(series) >= 2:
        block.unpivot = {"columns": [one.heading for one in series], "name": "number", "value": "entry"}
        _entries(block, table, series, says, {})
    elif table.name == "training" and len(courses := [one for one in courses if is_course(one)]) >= 2:
        block.unpivot = {"columns": [one.heading for one in courses], "name": "course title", "value": "done"}
        block.drop.append({"column": "done", "like": NOT_TRAINED})
        grouped = block.plate.header[1] > 1 and any(" / " in one.heading for one in courses)
        title = {"from": "course title", "split": {"at": [" / "], "part": -1}} if grouped else "course title"
        block.columns["course"] = Line(title, 0.85)
        block.columns["completed_on"] = _day("done", courses, {})


def by_month(block: Block) -> bool:
    """Whether a block reads a column for each month."""
    return block.unpivot is not None and block.unpivot["name"] == "month"


def first_month(block: Block) -> dt.date | None:
    """The first day of the first month that a sheet has a column for; None if its months have no year."""
    months = [month for one in block.plate.profiles if (month := month_of(one.heading)) is not None]
    years = [dt.date(year, month, 1) for year, month in months if year is not None]
    return min(years) if years and len(years) == len(months) else None


def _year(block: Block, months: list[Profile]) -> dict[str, Any]:
    """What completes months without a year: the name of the sheet or file, else the years that stand in their cells."""
    if all((month_of(one.heading) or (None, 0))[0] is not None for one in months):
        return {}
    if span_in(block.plate.raw.source) is not None:
        return {"year": IN_NAME}
    found = Counter(year for one in months for value in one.values for year in _first_years(value, (month_of(one.heading) or (None, 0))[1]))
    if len(found) == 1:
        block.notes.append("LOOK: the months have no year; it was taken from their cells. It is that of the first April to March.")
        return {"year": found.most_common(1)[0][0]}
    block.notes.append("LOOK: the months have no year. Write `year: 2025` into unpivot: the year of the first April to March.")
    return {}


def _first_years(value: str, month: int) -> list[int]:
    """The year of the April to March of each whole date of a cell that lies in this month."""
    dates = [(int(y), int(m)) for y, m in re.findall(r"\b(20\d\d)-(\d\d)-\d\d", value)]
    dates += [(int(y) % 100 + 2000, int(m)) for _, m, y in re.findall(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](20\d\d|\d\d)\b", value)]
    return [y - (m <= 3) for y, m in dates if m == month]


def _dated(profile: Profile) -> float:
    """The share of the filled cells that hold a day, or say that something was done without saying when."""
    return profile.share(lambda value: bool(_DAY.search(value)) or value in DONE)


def _entries(block: Block, table: Table, columns: list[Profile], says: dict[str, str], more: dict[str, Any]) -> None:
    entry = _divide(block, columns)
    block.columns[table.dated_by or "visited_on"] = _day(entry, columns, more)
    if table.name != "visits":
        return
    block.drop.append({"column": "entry", "is": NOT_VISITED})
    for name, (words, otherwise) in BESIDE.items():
        note = "look at the short forms your sheet uses" if name == "kind" else None
        codes = {pattern: code for code, patterns in words.items() for pattern in patterns.split(", ")}
        if says.get(name) not in words:
            block.columns[name] = Line({"from": entry, "codes": codes, "otherwise": says.get(name, otherwise)}, 0.7, note=note)


def _divide(block: Block, columns: list[Profile]) -> str:
    """The heading under which one day with its words is read: a part of the cell where cells hold several days between signs
    that stand between nothing else."""
    cells = [value for one in columns for value in one.values]
    several = [cell for cell in cells if len(_DAY.findall(cell)) > 1]
    signs = [
        sign for sign in BETWEEN
        if any(sign in cell for cell in several) and all(_DAY.search(part) for cell in cells for part in cell.split(sign) if sign in cell)
    ]
    if not signs:
        return "entry"
    most = max(len(re.split("|".join(map(re.escape, signs)), cell)) for cell in several)
    block.split = {"column": "entry", "at": signs, "name": "visit", "number": "visit number", "most": max(most, 2)}
    return "visit"


def _under_month(columns: list[Profile]) -> bool:
    """Whether the second figures of the days are, but for a few, the months that they stand under, and the first are not."""
    pairs = [(month_of(one.heading), pair) for one in columns for value in one.values for pair in re.findall(r"\b(\d{1,2})[-/.](\d{1,2})\b", value)]
    known = [(month[1], int(first), int(second)) for month, (first, second) in pairs if month is not None]
    second = sum(month == two for month, _, two in known)
    return bool(known) and second > 0.8 * len(known) and sum(month == one for month, one, _ in known) < 0.5 * len(known)


def _day(entry: str, columns: list[Profile], more: dict[str, Any]) -> Line:
    samples = [sample for one in columns for sample in one.samples]
    value: dict[str, Any] = {"from": entry, "find": "date"} | more
    orders = {one.order() for one in columns}
    if _under_month(columns) or ("day_first" in orders and not orders & {"month_first", "mixed"}):
        value["dates"] = "day_first"
    note = "either order" if "dates" not in value and (more or orders & {"either", "mixed"}) else None
    return Line(value, 0.85, Profile(0, "", Counter(), tuple(samples), 0).shapes(), note)
