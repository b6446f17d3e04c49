"""The view model: what every report shows, grouped, ordered and worded once.

`build(audit)` gives a `View`. HTML, XLSX and the terminal lay it out and decide nothing about content.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model import AREAS, GRADES, TYPES, Audit
from auditor.report import words
from auditor.report.charts import Chart, make_charts
from auditor.report.groups import Anchors, Group, IssueGroup, Line, Naming, group_issues, group_lines, make_lines
from auditor.report.results import STATUSES, sorted_coming
from auditor.report.ruleviews import RuleView, make_rules
from auditor.report.words import clean, count, day

FIRST_THINGS = 5
UNLOOKED = {
    "not_assessed": "Provisions whose rules could not be run",
    "manual": "Provisions for a person to check",
    "partly": "Provisions looked at in part, with what is left",
    "outside": "Duties of other bodies",
}
CHAPTERS = {
    "requirement": ("Requirements", "Regulations that the records do not show to be met, by regulation number."),
    "recommendation": (
        "Recommendations",
        "National minimum standards that the records do not show to be met, by standard number.",
    ),
    "practice": ("Practice points", "The service’s own policy. The law does not fix these."),
}


@dataclass(frozen=True)
class JudgementView:
    """One indicative judgement: the area's key and label, the grade in words, the reasons."""

    area: str
    label: str
    grade: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """The rules of one type that were not shown to be met, in the order of the instrument."""

    type: str
    heading: str
    about: str
    rules: tuple[RuleView, ...]


@dataclass(frozen=True)
class ComingView:
    """A duty that falls due soon."""

    due_on: dt.date
    what: str
    rule: str
    rule_title: str
    subject: str
    household: str
    worker: str


@dataclass(frozen=True)
class UnlookedGroup:
    """Provisions of the law that the audit did not judge for one reason, as (provision, heading, why, what to ask)."""

    kind: str
    heading: str
    rows: tuple[tuple[str, str, str, str], ...]

    @property
    def number(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Who:
    """A child or worker whom findings concern, with how many of each grade."""

    id: str
    label: str
    by_grade: dict[str, int]


@dataclass(frozen=True)
class View:
    """Everything a report shows. `unshown` counts findings left out because the caller asked for at most so many."""

    audit: Audit
    title: str
    facts: tuple[tuple[str, str], ...]
    totals: str
    judgements: tuple[JudgementView, ...]
    grading: tuple[tuple[str, str, str], ...]
    chapters: tuple[Chapter, ...]
    first: tuple[RuleView, ...]
    confirmed: tuple[RuleView, ...]
    lines: tuple[Line, ...]
    households: tuple[Group, ...]
    others: tuple[Group, ...]
    children: tuple[Who, ...]
    workers: tuple[Who, ...]
    areas: tuple[tuple[str, tuple[RuleView, ...]], ...]
    rules: tuple[RuleView, ...]
    statuses: dict[str, tuple[RuleView, ...]]
    coming: tuple[ComingView, ...]
    unlooked: tuple[UnlookedGroup, ...]
    issues: tuple[IssueGroup, ...]
    grades: dict[str, int]
    charts: tuple[Chart, ...]
    trend: tuple[str, ...]
    unshown: int


def build(audit: Audit, most: int | None = None) -> View:
    """The view of an audit. With `most`, only so many findings get a line of their own, the worst first; every
    count still covers them all."""
    anchors, naming = Anchors(), Naming(audit.names)
    titles = {r.id: clean(r.title) for r in audit.rules}
    lines = make_lines(audit, titles, naming, anchors)
    rules = make_rules(audit, lines, anchors)
    shown = sorted(lines, key=lambda x: x.rank)[:most] if most is not None else lines
    households, others = group_lines(shown, naming, anchors)
    grades = Counter(x.finding.grade for x in lines if x.counts)
    name = audit.run.service_name
    return View(
        audit=audit,
        title=(f"Self-audit of {clean(name)}" if name else "Self-audit of fostering records") + _caseload(audit),
        facts=_facts(audit, rules),
        totals=_totals(lines, grades),
        judgements=_judgements(audit),
        grading=tuple((words.AREA_LABELS.get(a, clean(a)), clean(g), clean(w)) for a, g, w in audit.grading),
        chapters=_chapters(rules),
        first=_first(rules),
        confirmed=tuple(r for r in rules if r.confirmed),
        lines=tuple(shown),
        households=households,
        others=others,
        children=_who(shown, "children", naming),
        workers=_who(shown, "workers", naming),
        areas=tuple((words.AREA_LABELS[a], tuple(r for r in rules if r.area == a)) for a in AREAS),
        rules=rules,
        statuses={s: tuple(r for r in rules if r.status == s) for s in STATUSES},
        coming=_coming(audit, titles, naming),
        unlooked=_unlooked(audit),
        issues=group_issues(audit.data_issues),
        grades={g: grades[g] for g in GRADES},
        charts=make_charts(rules, lines, audit.coming_due, audit.run.as_of),
        trend=_trend(audit),
        unshown=len(lines) - len(shown),
    )


def _caseload(audit: Audit) -> str:
    """What a title adds where the audit looks at part of the service only."""
    return f": {clean(audit.run.scope)}" if audit.run.scope else ""


def _who(lines: Iterable[Line], table: str, naming: Naming) -> tuple[Who, ...]:
    """The children, or workers, whom the findings concern, in the order of their ids."""
    grades: dict[str, Counter[str]] = {}
    for line in lines:
        id_ = line.finding.child_id if table == "children" else line.finding.worker_id
        if id_:
            held = grades.setdefault(id_, Counter())
            held[line.finding.grade] += line.counts
    return tuple(
        Who(clean(id_), naming.name(table, id_), {g: grades[id_][g] for g in GRADES})
        for id_ in sorted(grades, key=words.natural)
    )


def _trend(audit: Audit) -> tuple[str, ...]:
    """How the findings differ from the earlier audit's, in sentences."""
    trend = audit.trend
    if trend is None:
        return ()
    said = f"Since the audit as of {day(trend.since)}: {trend.new:,} new, {trend.still:,} still open, {trend.gone:,} no longer found."
    if not trend.unseen:
        return (said,)
    return (
        said,
        f"Of {trend.unseen:,} more nothing can be said: their rules have changed, or could not be run this time.",
    )


def _facts(audit: Audit, rules: tuple[RuleView, ...]) -> tuple[tuple[str, str], ...]:
    run = audit.run
    rows, rejected = sum(i.rows for i in run.inputs), sum(i.rejected for i in run.inputs)
    tables = len({i.table for i in run.inputs})
    assessed = sum(r.status == "assessed" for r in rules)
    facts = [
        ("Service", clean(run.service_name) if run.service_name else "Not named in the records"),
        ("As the records stood on", day(run.as_of)),
        ("Period covered", f"{day(run.since)} to {day(run.as_of)}"),
        ("Rulebook", clean(f"{run.rulebook_name}, version {run.rulebook_version}")),
        (
            "Records read",
            f"{count(rows, 'row')} in {count(tables, 'table')}; {rejected:,} could not be used{_without(audit)}",
        ),
        ("Rules", f"{assessed:,} of {len(rules):,} assessed. {_unassessed(rules)}".strip()),
    ]
    if run.scope:
        facts.insert(1, ("Limited to", clean(run.scope)))
    return tuple(facts)


def _without(audit: Audit) -> str:
    """How many rules did without a record of theirs; each rule in full says how many."""
    number = sum(r.without > 0 for r in audit.rules)
    return f"; {count(number, 'rule')} did without some record that could not be read in full" if number else ""


def _unassessed(rules: Iterable[RuleView]) -> str:
    """Whatever was not assessed, in one sentence, so that it is never taken for a pass."""
    statuses = Counter(r.status for r in rules)
    parts = [
        (statuses["not_assessed"], "could not be assessed because records were not supplied"),
        (statuses["error"], "could not be run"),
        (statuses["not_applicable"], "did not apply to any record"),
    ]
    said = "; ".join(f"{number:,} {what}" for number, what in parts if number)
    return f"{said}." if said else ""


def _totals(lines: Iterable[Line], grades: Counter[str]) -> str:
    lines = list(lines)
    number = sum(grades.values())
    waived = sum(x.finding.waiver is not None for x in lines)
    prompts = sum(x.finding.outcome == "prompt" for x in lines)
    said = f"{count(number, 'finding')}: " + ", ".join(f"{grades[g]:,} {g}" for g in GRADES) + "."
    if not number:
        said = "No findings."
    if waived:
        said += f" {waived:,} more {'is' if waived == 1 else 'are'} accepted for a time (waived)."
    if prompts:
        said += f" {count(prompts, 'record')} should be read by a person."
    return said


def _judgements(audit: Audit) -> tuple[JudgementView, ...]:
    order = [(a, audit.judgements[a]) for a in ("overall", *AREAS) if a in audit.judgements]
    return tuple(
        JudgementView(a, words.AREA_LABELS[a], j.grade, tuple(clean(reason) for reason in j.because)) for a, j in order
    )


def _chapters(rules: tuple[RuleView, ...]) -> tuple[Chapter, ...]:
    chapters = []
    for type_ in TYPES:
        short = [r for r in rules if r.type == type_ and r.short]
        ordered = sorted(short, key=lambda r: (words.citation_order(r.cite), r.id))
        chapters.append(Chapter(type_, *CHAPTERS[type_], tuple(ordered)))
    return tuple(chapters)


def _first(rules: tuple[RuleView, ...]) -> tuple[RuleView, ...]:
    """What to do first: the worst grade, then what is shown not to be met before what is not evidenced, then
    regulations before standards before policy, then the most findings."""

    def urgency(r: RuleView) -> tuple:
        return GRADES.index(r.worst), not r.worst_breaches, TYPES.index(r.type), -r.by_grade[r.worst], r.id

    return tuple(sorted((r for r in rules if r.short), key=urgency)[:FIRST_THINGS])


def _coming(audit: Audit, titles: dict[str, str], naming: Naming) -> tuple[ComingView, ...]:
    ordered = sorted(sorted_coming(audit.coming_due), key=lambda c: c.due_on)
    return tuple(
        ComingView(
            c.due_on,
            clean(c.what),
            c.rule,
            titles.get(c.rule, c.rule),
            naming.subject(c.subject_table, c.subject_id),
            naming.name("households", c.household_id),
            naming.name("workers", c.worker_id),
        )
        for c in ordered
    )


def _unlooked(audit: Audit) -> tuple[UnlookedGroup, ...]:
    groups = []
    for kind, heading in UNLOOKED.items():
        found = [n for n in audit.not_looked_at if n.kind == kind]
        rows = tuple((clean(n.cite), clean(n.heading), clean(n.why), clean(n.question)) for n in found)
        if rows:
            groups.append(UnlookedGroup(kind, heading, rows))
    return tuple(groups)
