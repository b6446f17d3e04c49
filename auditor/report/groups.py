"""Findings and data issues as lines of a report, grouped by the household, child or worker they concern."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.model import GRADES, Audit, DataIssue, Evidence, Finding
from auditor.report import words
from auditor.report.results import sorted_findings, sorted_issues
from auditor.report.words import clean, day

PLACES_SHOWN = 10


class Naming:
    """How a record is called in a report: its id, and its name where the audit carries names."""

    def __init__(self, names: Mapping[tuple[str, str], str]):
        self._names = names

    def name(self, table: str, id_: str | None) -> str:
        """ "HH-014", or "HH-014 (the name on the record)"; empty for no id."""
        if not id_:
            return ""
        name = self._names.get((table, id_))
        return clean(f"{id_} ({name})" if name else id_)

    def subject(self, table: str, id_: str) -> str:
        """ "household HH-014"."""
        return f"{words.one(table)} {self.name(table, id_)}"


class Anchors:
    """Addresses inside one document: letters, digits and hyphens made from an id, and never the same twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._given: dict[tuple[str, str], str] = {}

    def __call__(self, prefix: str, id_: str) -> str:
        """The address of (prefix, id); asking again gives the same."""
        if (prefix, id_) not in self._given:
            stem = prefix + "-" + re.sub(r"[^A-Za-z0-9]+", "-", id_)[:60].strip("-")
            anchor, number = stem, 1
            while anchor in self._taken:
                number += 1
                anchor = f"{stem}--{number}"
            self._taken.add(anchor)
            self._given[prefix, id_] = anchor
        return self._given[prefix, id_]


@dataclass(frozen=True)
class Line:
    """One finding as shown. `tag` is its grade in a word, or why it does not count; `counts` whether it counts
    against the service; `rank` puts the worst first; `when` are its dates in words."""

    finding: Finding
    anchor: str
    rule_title: str
    rule_anchor: str
    tag: str
    tag_class: str
    counts: bool
    rank: tuple
    message: str
    remedy: str
    when: str
    cites: str
    subject: str
    household: str
    worker: str
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    waiver: str


@dataclass(frozen=True)
class Group:
    """The findings on one household, or on one child, worker or other record outside any household."""

    anchor: str
    label: str
    id: str
    workers: tuple[str, ...]
    lines: tuple[Line, ...]
    by_grade: dict[str, int]


@dataclass(frozen=True)
class IssueGroup:
    """Data issues of one sort in one column of one file: how many, what it meant, the first few rows."""

    table: str
    source: str
    column: str
    problem: str
    effect: str
    number: int
    places: str


def make_lines(audit: Audit, titles: Mapping[str, str], naming: Naming, anchors: Anchors) -> list[Line]:
    """Every finding as a line, in the order of `findings.json`."""
    return [_line(f, titles, naming, anchors) for f in sorted_findings(audit.findings)]


def _line(f: Finding, titles: Mapping[str, str], naming: Naming, anchors: Anchors) -> Line:
    counts = f.waiver is None and f.outcome != "prompt"
    tag = words.GRADE_LABELS[f.grade] if counts else "Accepted" if f.waiver else "Read the record"
    return Line(
        finding=f,
        anchor=anchors("f", f.fingerprint),
        rule_title=titles.get(f.rule, clean(f.rule)),
        rule_anchor=anchors("rule", f.rule),
        tag=tag,
        tag_class=f.grade if counts else "aside",
        counts=counts,
        rank=(not counts, GRADES.index(f.grade), f.outcome != "breach", -(f.days_late or 0)),
        message=clean(f.message),
        remedy=clean(f.remedy),
        when=_when(f),
        cites=clean(", ".join(f.cites)),
        subject=naming.subject(f.subject_table, f.subject_id),
        household=naming.name("households", f.household_id),
        worker=naming.name("workers", f.worker_id),
        evidence=tuple(_evidence(e) for e in f.evidence),
        missing=tuple(clean(m) for m in f.missing),
        waiver=_waiver(f),
    )


def _when(f: Finding) -> str:
    """The state and dates of a finding: "Overdue, due 2 November 2025, 149 days late"."""
    state = words.OUTCOME_LABELS[f.outcome] if f.outcome != "breach" or f.state is None else words.STATE_LABELS[f.state]
    parts = [state]
    if f.due_on:
        parts.append(f"due {day(f.due_on)}")
    if f.done_on:
        parts.append(f"done {day(f.done_on)}")
    if f.days_late and f.days_late > 0:
        parts.append(f"{words.count(f.days_late, 'day')} late")
    return ", ".join(parts)


def _waiver(f: Finding) -> str:
    if f.waiver is None:
        return ""
    until = f" until {day(f.waiver.until)}" if f.waiver.until else ""
    return clean(f"Accepted{until} by {f.waiver.approved_by}: {f.waiver.reason}")


def _evidence(e: Evidence) -> str:
    """ "visit V-2211 (visits.csv, row 512)"."""
    place = ", ".join(p for p in (e.source, f"row {e.row:,}" if e.row else None) if p)
    return clean(f"{words.one(e.table)} {e.id}" + (f" ({place})" if place else ""))


def group_lines(lines: Iterable[Line], naming: Naming, anchors: Anchors) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """The households with findings, and the other records with findings, each in order of their ids; within one,
    the worst finding first."""
    held: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        held[_home(line.finding)].append(line)
    groups = [(table, _group(table, id_, found, naming, anchors)) for (table, id_), found in held.items()]
    order = ("children", "workers")
    households = sorted((g for t, g in groups if t == "households"), key=lambda g: words.natural(g.id))
    others = sorted(
        ((t, g) for t, g in groups if t != "households"),
        key=lambda x: (order.index(x[0]) if x[0] in order else len(order), x[0], words.natural(x[1].id)),
    )
    return tuple(households), tuple(g for _, g in others)


def _home(f: Finding) -> tuple[str, str]:
    """What a finding is filed under: the household, else the child, else the worker, else its own subject."""
    if f.household_id:
        return "households", f.household_id
    if f.child_id:
        return "children", f.child_id
    if f.subject_table == "workers" or not f.worker_id:
        return f.subject_table, f.subject_id
    return "workers", f.worker_id


def _group(table: str, id_: str, lines: list[Line], naming: Naming, anchors: Anchors) -> Group:
    grades = Counter(x.finding.grade for x in lines if x.counts)
    label = naming.subject(table, id_)
    return Group(
        anchor=anchors(words.one(table).replace(" ", "-"), id_),
        label=label[0].upper() + label[1:],
        id=id_,
        workers=tuple(sorted({x.worker for x in lines if x.worker}, key=words.natural)),
        lines=tuple(sorted(lines, key=lambda x: x.rank)),
        by_grade={g: grades[g] for g in GRADES},
    )


def group_issues(issues: Iterable[DataIssue]) -> tuple[IssueGroup, ...]:
    """Data issues of the same sort together: same file, column, effect, and problem apart from the ids it names."""
    held: dict[tuple, list[DataIssue]] = defaultdict(list)
    for issue in sorted_issues(issues):
        sort = re.sub(r"'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”|\S*[0-9]\S*", "…", issue.problem)
        held[issue.source, issue.table or "", issue.column or "", sort, issue.effect].append(issue)
    return tuple(_issue_group(found) for found in held.values())


def _issue_group(found: list[DataIssue]) -> IssueGroup:
    first = found[0]
    rows = [f"{i.row:,}" for i in found if i.row is not None]
    shown = ", ".join(rows[:PLACES_SHOWN]) + (
        f" and {len(rows) - PLACES_SHOWN:,} more" if len(rows) > PLACES_SHOWN else ""
    )
    others = f" (the first of {len(found):,} like it)" if len(found) > 1 else ""
    return IssueGroup(
        table=clean(first.table or ""),
        source=clean(first.source),
        column=clean(first.column or ""),
        problem=clean(first.problem) + others,
        effect=clean(first.effect),
        number=len(found),
        places=("row " if len(rows) == 1 else "rows ") + shown if rows else "the whole file or column",
    )
