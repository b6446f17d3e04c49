"""The results of an audit, as frozen records that every report is made from.

Names follow `findings.json` (docs/reference/results.md). Dates are `datetime.date`; no wall-clock time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

AREAS = ("experiences", "protection", "leadership")
TYPES = ("requirement", "recommendation", "practice")
GRADES = ("critical", "major", "minor")
OUTCOMES = ("met", "breach", "not_evidenced", "pending", "waived", "prompt")
STATES = (
    "late",
    "overdue",
    "missed",
    "missing",
    "expired",
    "incomplete",
    "over_limit",
    "uncovered",
    "inconsistent",
    "out_of_order",
    "generic",
    "pattern",
)
CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True)
class Input:
    """One file or sheet that was read: how many data rows it had, how many of them were rejected, and how many a mapping
    left out (blank rows, totals, records deleted). The others were used."""

    table: str
    source: str
    sha256: str
    rows: int
    rejected: int
    filtered: int = 0


@dataclass(frozen=True)
class DataIssue:
    """Something in the export that could not be read as it stands. `row` is the row as a spreadsheet shows it
    (the header is row 1); None for a whole file or column. `problem` and `effect` hold no value from a record
    except ids."""

    table: str | None
    source: str
    row: int | None
    column: str | None
    problem: str
    effect: str


@dataclass(frozen=True)
class Evidence:
    """A record that a finding rests on."""

    table: str
    id: str
    source: str | None = None
    row: int | None = None


@dataclass(frozen=True)
class Waiver:
    """A finding accepted for a time by a named role, with the reason; it stays visible and is counted apart."""

    reason: str
    approved_by: str
    until: dt.date | None = None


@dataclass(frozen=True)
class Action:
    """What people wrote about a finding in an action tracker that was read back. `first_seen` is the audit date of the
    first audit that held it; `change` is new, returned (it had gone), done (and still found), or empty."""

    owner: str = ""
    target_on: dt.date | None = None
    status: str = "Open"
    notes: str = ""
    first_seen: dt.date | None = None
    change: str = ""


@dataclass(frozen=True)
class Finding:
    """One shortfall. See docs/reference/results.md for each field. `days_late` in calendar days. `figures` holds counts behind the message: days, amount, allowed."""

    fingerprint: str
    rule: str
    rule_version: int
    cites: tuple[str, ...]
    area: str
    type: str
    outcome: str
    state: str | None
    grade: str
    subject_table: str
    subject_id: str
    household_id: str | None
    child_id: str | None
    worker_id: str | None
    person_id: str | None
    trigger_on: dt.date | None
    due_on: dt.date | None
    done_on: dt.date | None
    days_late: int | None
    missing: tuple[str, ...]
    message: str
    remedy: str
    evidence: tuple[Evidence, ...]
    waiver: Waiver | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    action: Action | None = None


@dataclass(frozen=True)
class Gone:
    """A row of an earlier action tracker whose finding this audit does not have, with what was written there. `why`
    says what that may mean; `last_found` is the audit date of the last audit that held it, where known."""

    fingerprint: str
    rule: str
    grade: str
    household: str
    child: str
    worker: str
    message: str
    why: str
    last_found: dt.date | None
    action: Action


@dataclass(frozen=True)
class ComingDue:
    """A duty that is met or not yet due, and falls due within the look-ahead."""

    rule: str
    subject_table: str
    subject_id: str
    household_id: str | None
    child_id: str | None
    worker_id: str | None
    person_id: str | None
    due_on: dt.date
    what: str
    fingerprint: str = ""


@dataclass(frozen=True)
class Home:
    """A household open on the audit date, with its supervising social worker and the children placed there that day."""

    household_id: str
    worker_id: str | None = None
    children: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """Where a carer stands with one course: `state` is done, expired, booked, not_completed (booked for a day that has
    passed) or asked; `on` the day of that; `expires_on` and `booked_for` where the records give them."""

    title: str
    state: str
    on: dt.date | None = None
    expires_on: dt.date | None = None
    booked_for: dt.date | None = None


@dataclass(frozen=True)
class Learner:
    """A carer of a household open on the audit date, and the courses on the carer's record."""

    carer_id: str
    household_id: str
    worker_id: str | None
    courses: tuple[Course, ...] = ()


@dataclass(frozen=True)
class VisitMonth:
    """The visits to a household in one calendar month of the window: how many of each kind took place, how many of
    those were unannounced, and how many were cancelled or met nobody. `month` is its first day."""

    month: dt.date
    kinds: tuple[tuple[str, int], ...]
    unannounced: int = 0
    not_made: int = 0


@dataclass(frozen=True)
class Visited:
    """A household open on the audit date, and the months of the window that have a visit on record."""

    household_id: str
    worker_id: str | None
    approved_on: dt.date | None
    months: tuple[VisitMonth, ...] = ()


@dataclass(frozen=True)
class Picked:
    """A case that an inspector would probably open first. `table` is children or households; `because` says why in
    sentences; `risk` and `shortfall` are the points of `rules/pick.yaml`; `findings` are fingerprints, the worst first."""

    table: str
    id: str
    household_id: str | None
    worker_id: str | None
    risk: int
    shortfall: int
    because: tuple[str, ...]
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ByHand:
    """What a person answered on an audit sheet about one case. `answer` is met, not met or not seen; None where the
    line was left empty. These answers count in no automated rate."""

    table: str
    id: str
    cite: str
    question: str
    answer: str | None
    comment: str = ""
    auditor: str = ""
    on: dt.date | None = None


@dataclass(frozen=True)
class Counts:
    """How many cases, or subjects, had each outcome. They add up to `total`."""

    total: int = 0
    met: int = 0
    breach: int = 0
    not_evidenced: int = 0
    pending: int = 0
    waived: int = 0

    @property
    def rate(self) -> float | None:
        """met / (met + breach + not_evidenced), to three places; None where nothing was decided."""
        decided = self.met + self.breach + self.not_evidenced
        return round(self.met / decided, 3) if decided else None


@dataclass(frozen=True)
class RuleResult:
    """What one rule found. `status` is assessed, not_applicable, not_assessed or error; `reason` says why not
    assessed, naming tables and columns. `subject_table` is the table whose records it judges. `limits` are the parameter values used: name, value in words, and whether
    the law or the service's policy sets it. `without` is how many records of its tables it did without: rows that were
    rejected, or have a cell in a column that it reads which could not be read."""

    id: str
    version: int
    title: str
    cites: tuple[str, ...]
    area: str
    type: str
    kind: str
    grade: str
    confidence: str
    status: str
    reason: str | None
    cases: Counts
    subjects: Counts
    subject_table: str = ""
    remedy: str = ""
    note: str = ""
    limits: tuple[tuple[str, str, str], ...] = ()
    without: int = 0


@dataclass(frozen=True)
class Judgement:
    """An indicative grade for a judgement area or overall, always with its reasons."""

    grade: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """What was audited, when, with what."""

    as_of: dt.date
    since: dt.date
    tool_version: str
    rulebook_name: str
    rulebook_version: str
    rulebook_sha256: str
    engine: str
    inputs: tuple[Input, ...]
    service_name: str | None = None
    scope: str | None = None


@dataclass(frozen=True)
class Trend:
    """How the findings that count differ from those of an earlier audit, by fingerprint. `since` is its date; `gone` were
    found then and are not now; `unseen` too, but by rules that have changed or could not be run, so that nothing can be
    said of them. `rules` has of each rule its rate then, and how many findings are new, still open and gone; `fresh` are
    the fingerprints of the new ones."""

    since: dt.date
    new: int
    still: int
    gone: int
    unseen: int
    rules: dict[str, tuple[float | None, int, int, int]]
    fresh: frozenset[str]


@dataclass(frozen=True)
class Audit:
    """A whole audit: everything a report shows. `judgements` has experiences, protection, leadership, overall.
    `grading` is the table of words and numbers that gave them, as (area, grade, condition in words).
    `names` maps (table, id) to the name on the record, for reports that show names. `not_looked_at` lists the provisions
    of the law that the audit did not judge (`register.NotLookedAt`), in the law's order. `homes` are the households of
    the caseload, `pick` the cases to check by hand, `by_hand` the answers of people on audit sheets. `learners` and
    `visited` are the training and the visits of those households; `gone` the rows of an earlier action tracker whose
    finding is no longer found. `trend` compares with an earlier audit, where one was given."""

    run: Run
    data_issues: tuple[DataIssue, ...]
    rules: tuple[RuleResult, ...]
    findings: tuple[Finding, ...]
    judgements: dict[str, Judgement]
    grading: tuple[tuple[str, str, str], ...] = ()
    coming_due: tuple[ComingDue, ...] = ()
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    not_looked_at: tuple = ()
    homes: tuple[Home, ...] = ()
    pick: tuple[Picked, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    learners: tuple[Learner, ...] = ()
    visited: tuple[Visited, ...] = ()
    gone: tuple[Gone, ...] = ()
    trend: Trend | None = None
