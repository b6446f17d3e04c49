"""The charts of the report: bars with their lengths worked out, each with the table that says the same in words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model import ComingDue
from auditor.report import words
from auditor.report.groups import Line
from auditor.report.ruleviews import RuleView

RULES_SHOWN = 15
# One case of one is no rate; rules with fewer cases than this are in the tables only.
FEWEST = 5
# Widths of the drawing, in its own units: all of it, the words before a bar, the longest bar, and each bar's height.
WIDTH, LABEL, LONGEST, ROW = 720, 170, 300, 26
# Days late, in steps that people speak of; the last has no end.
LATENESS = ((7, "1 to 7 days"), (28, "8 to 28 days"), (91, "29 days to 3 months"), (182, "3 to 6 months"),
            (365, "6 to 12 months"), (None, "Over a year"))  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, the words at its end, where it leads to, its length and place, and its row in the table."""

    label: str
    value: str
    anchor: str
    length: int
    top: int
    row: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """A chart. `about` says what it shows, `head` are the headings of its table; `rest` tells what is not drawn."""

    id: str
    title: str
    about: str
    head: tuple[str, ...]
    bars: tuple[Bar, ...]
    rest: str = ""

    @property
    def height(self) -> int:
        return ROW * len(self.bars)


def make_charts(
    rules: Iterable[RuleView], lines: Iterable[Line], coming: Iterable[ComingDue], as_of: dt.date
) -> tuple[Chart, ...]:
    """The charts that have something to show: rates by rule, how late things were, what falls due in each month."""
    charts = (_rates(list(rules)), _lateness(list(lines)), _ahead(list(coming), as_of))
    return tuple(chart for chart in charts if chart.bars)


def _bars(rows: list[tuple[str, float, str, str, tuple[str, ...]]]) -> tuple[Bar, ...]:
    """Bars from (label, number, value in words, anchor, row of the table), the largest number as long as can be."""
    most = max((number for _, number, *_ in rows), default=0) or 1
    return tuple(
        Bar(label, value, anchor, max(1, round(LONGEST * number / most)) if number else 0, ROW * place, row)
        for place, (label, number, value, anchor, row) in enumerate(rows)
    )


def _rates(rules: list[RuleView]) -> Chart:
    """How far the rules least often met are short of it. A long bar is much to do, as in the other charts."""
    decided = [(1 - r.counts.rate, r) for r in rules if r.short and r.counts.rate is not None and _decided(r) >= FEWEST]
    worst = sorted(decided, key=lambda found: (-found[0], words.citation_order(found[1].cite), found[1].id))
    rows = [
        (r.cite, short, f"{words.percent(short)} ({_decided(r) - r.counts.met:,} of {_decided(r):,} cases)", r.anchor, (r.cite, r.title, r.share, r.rate))
        for short, r in worst[:RULES_SHOWN]
    ]
    return Chart(
        "chart-rates",
        "The rules least often met",
        f"The share of a rule’s cases that is not shown to be met, the largest first. Rules with fewer than {FEWEST} cases are left out.",
        ("Provision", "Rule", "Not shown to be met", "Met"),
        _bars(rows),
        f"{len(worst) - RULES_SHOWN:,} more rules have cases that are not shown to be met."
        if len(worst) > RULES_SHOWN
        else "",
    )


def _decided(rule: RuleView) -> int:
    return rule.counts.met + rule.counts.breach + rule.counts.not_evidenced


def _lateness(lines: list[Line]) -> Chart:
    late = [
        x.finding.days_late
        for x in lines
        if x.counts and x.finding.outcome == "breach" and (x.finding.days_late or 0) > 0
    ]
    steps = Counter(next(name for end, name in LATENESS if end is None or days <= end) for days in late)
    rows = [
        (name, steps[name], words.count(steps[name], "finding"), "", (name, f"{steps[name]:,}")) for _, name in LATENESS
    ]
    return Chart(
        "chart-late",
        "How late things were done, or are",
        f"{words.count(len(late), 'finding')} about something done late or overdue, by how many days.",
        ("Days late", "Findings"),
        _bars(rows) if late else (),
    )


def _ahead(coming: list[ComingDue], as_of: dt.date) -> Chart:
    months = Counter(c.due_on.replace(day=1) for c in coming if c.due_on >= as_of)
    names = {month: words.day(month).split(" ", 1)[1] for month in months}
    rows = [
        (names[month], months[month], f"{months[month]:,} due", "", (names[month], f"{months[month]:,}"))
        for month in sorted(months)
    ]
    return Chart(
        "chart-ahead",
        "What falls due in the months ahead",
        f"{words.count(sum(months.values()), 'duty', 'duties')} not yet due that the rules look ahead to, by month.",
        ("Month", "Duties that fall due"),
        _bars(rows),
    )
