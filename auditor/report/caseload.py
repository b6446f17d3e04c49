"""The caseload page: for each worker and household, what is overdue, what falls due in four weeks, and what the record
lacks. Made for supervision: what was done late and cannot be helped any more is only counted."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from auditor.model import GRADES, Audit, ComingDue, Finding
from auditor.report import paper, words
from auditor.report.groups import Naming
from auditor.report.results import sorted_coming, sorted_findings
from auditor.report.words import clean

AHEAD = dt.timedelta(days=28)
OVERDUE = ("overdue", "missed", "expired", "uncovered")
LACKING = ("missing", "incomplete")
NOBODY = ""


@dataclass(frozen=True)
class Item:
    """One line of a household: what it is about ("" for the household itself), its sentence, the date that matters, and its grade ("" if none)."""

    subject: str
    text: str
    on: dt.date | None
    grade: str = ""
    days_late: int | None = None


@dataclass
class Place:
    """A household, or the worker's own matters: three lists and those that fit none of them."""

    label: str
    children: tuple[str, ...] = ()
    overdue: list[Item] = field(default_factory=list)
    due: list[Item] = field(default_factory=list)
    lacking: list[Item] = field(default_factory=list)
    other: list[Item] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        return not (self.overdue or self.due or self.lacking or self.other)

    @property
    def sections(self) -> tuple[tuple[str, list[Item]], ...]:
        return (
            ("Overdue", self.overdue),
            ("Due in 28 days", self.due),
            ("Not on the record", self.lacking),
            ("Also look at", self.other),
        )


@dataclass(frozen=True)
class Load:
    """One worker's households. `quiet` names those with nothing to do; `late` counts what was done, but late."""

    label: str
    places: tuple[Place, ...]
    quiet: tuple[str, ...]
    homes: int
    overdue: int
    due: int
    lacking: int
    late: int


def write(audit: Audit, path: Path) -> None:
    """Write `caseload.html`."""
    name = audit.run.service_name
    paper.write(
        path,
        "caseload.html.j2",
        title="Caseload" + (f" of {clean(audit.run.scope)}" if audit.run.scope else ""),
        service=clean(name) if name else "",
        run=audit.run,
        until=audit.run.as_of + AHEAD,
        loads=loads(audit),
    )


def loads(audit: Audit) -> tuple[Load, ...]:
    """The workers with their households, in the order of their ids; households without a worker come last."""
    naming = Naming(audit.names)
    worker_of = {home.household_id: home.worker_id or NOBODY for home in audit.homes}
    places: dict[str, dict[str, Place]] = defaultdict(dict)
    late: dict[str, int] = defaultdict(int)

    def place(worker: str | None, household: str | None) -> Place:
        owner = worker or worker_of.get(household or "", NOBODY)
        other = worker_of.get(household or "", owner)
        return places[owner].setdefault(
            household or "", Place(_label(naming, household, other if other != owner else ""))
        )

    for home in audit.homes:
        found = place(home.worker_id, home.household_id)
        found.children = tuple(naming.name("children", child) for child in home.children)
    for finding in sorted_findings(audit.findings):
        if finding.waiver is not None:
            continue
        if _is_late(finding):
            late[finding.worker_id or worker_of.get(finding.household_id or "", NOBODY)] += 1
            continue
        _listed(place(finding.worker_id, finding.household_id), finding).append(_item(finding, naming))
    for due in sorted_coming(audit.coming_due):
        if due.due_on <= audit.run.as_of + AHEAD:
            subject = _subject(naming, due)
            place(due.worker_id, due.household_id).due.append(Item(subject, clean(due.what), due.due_on))
    order = sorted({*places, *late}, key=lambda worker: (worker == NOBODY, words.natural(worker)))
    number = Counter(home.worker_id or NOBODY for home in audit.homes)
    return tuple(_load(naming, worker, places[worker], number[worker], late[worker]) for worker in order)


def _label(naming: Naming, household: str | None, of: str) -> str:
    """A household whose supervising social worker is another (`of`) says so."""
    if not household:
        return "Not about one household"
    return f"Household {naming.name('households', household)}" + (
        f" (of worker {naming.name('workers', of)})" if of else ""
    )


def _subject(naming: Naming, one: Finding | ComingDue) -> str:
    """What a line is about, where it is not the household under which it stands."""
    if (one.subject_table, one.subject_id) == ("households", one.household_id):
        return ""
    return naming.subject(one.subject_table, one.subject_id)


def _is_late(finding: Finding) -> bool:
    """Done after its day: nothing is left to do but to learn from it."""
    return finding.outcome == "breach" and finding.done_on is not None and finding.state == "late"


def _listed(place: Place, finding: Finding) -> list[Item]:
    if finding.outcome == "prompt":
        return place.other
    if finding.outcome == "not_evidenced" or finding.state in LACKING:
        return place.lacking
    return place.overdue if finding.state in OVERDUE else place.other


def _item(finding: Finding, naming: Naming) -> Item:
    return Item(
        _subject(naming, finding),
        clean(finding.message),
        finding.due_on,
        finding.grade if finding.outcome != "prompt" else "",
        finding.days_late,
    )


def _load(naming: Naming, worker: str, places: dict[str, Place], homes: int, late: int) -> Load:
    ordered = [places[key] for key in sorted(places, key=lambda key: (key == "", words.natural(key)))]
    for place in ordered:
        place.overdue.sort(key=lambda item: (GRADES.index(item.grade), item.on or dt.date.max))
        place.due.sort(key=lambda item: item.on or dt.date.max)
        place.lacking.sort(key=lambda item: GRADES.index(item.grade))
    return Load(
        label=f"Worker {naming.name('workers', worker)}" if worker else "No worker on the record",
        places=tuple(place for place in ordered if not place.quiet),
        quiet=tuple(place.label.removeprefix("Household ") for place in ordered if place.quiet),
        homes=homes,
        overdue=_sum(place.overdue for place in ordered),
        due=_sum(place.due for place in ordered),
        lacking=_sum(place.lacking for place in ordered),
        late=late,
    )


def _sum(lists: Iterable[list[Item]]) -> int:
    return sum(len(items) for items in lists)
