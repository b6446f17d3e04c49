"""What a case comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

BAD = ("breach", "not_evidenced")


@dataclass(frozen=True)
class Row:
    """One case. `state` says which breach; `began` and `closed` (None while open) place it against the window.

    The dates and days of a breach are those of the reading that favours the service.
    """

    subject_id: str
    outcome: str
    state: str | None = None
    trigger_on: dt.date | None = None
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    days_late: int | None = None
    missing: frozenset[str] = frozenset()
    amount: float | None = None
    allowed: float | None = None
    began: dt.date | None = None
    closed: dt.date | None = None

    @property
    def order(self) -> tuple:
        """A key for sorting rows of one rule."""
        dates = [str(day) for day in (self.trigger_on, self.due_on, self.done_on)]
        return (self.subject_id, self.outcome, *dates, sorted(self.missing))

    def benefit(self, sure: bool) -> Row:
        """The same case where it cannot be known whether the rule applies: no breach is shown."""
        return self if sure or self.outcome != "breach" else replace(self, outcome="not_evidenced")


def judge(kind: Row, harsh: Row) -> Row:
    """One case from its two readings: in the service's favour, and against it.

    A breach needs both, and has the dates of the kind one; a breach on one reading only is not evidenced; anything
    else is as the harsh one says (what is pending falls due as the kind one says).
    """
    breaches = [row for row in (kind, harsh) if row.outcome == "breach"]
    if len(breaches) == 2:
        return replace(kind, began=harsh.began, closed=harsh.closed)
    if breaches:
        return replace(harsh, outcome="not_evidenced")
    return replace(harsh, due_on=kind.due_on) if (kind.outcome, harsh.outcome) == ("pending", "pending") else harsh
