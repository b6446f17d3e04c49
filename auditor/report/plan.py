"""The improvement plan as a view: an audit's findings by workstream, with milestones, measures and what will show it done.

It is written from the audit alone and names no child, carer or household, so that it can go to a panel or a board. Dates
count from the audit date by the times in `rules/workstreams.yaml`; the clock is never asked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.dates import add_months
from auditor.durations import Duration
from auditor.model import AREAS, GRADES, TYPES, Audit, Finding, RuleResult
from auditor.report import words
from auditor.report.words import clean, count
from auditor.workstreams import Workstream, Workstreams, shipped_workstreams

SCOPE = "The plan covers what the records of this audit show. It names no child, carer or household."
OWNERS_SHOWN = 3
FIRST_THINGS = 5


@dataclass(frozen=True)
class Measure:
    """One rule with findings: what it asks, how far it is met today, the target, by when, and what to do. `today` is
    "75 of 83 cases (90%)"; `grade` the worst found; `number` its findings."""

    id: str
    title: str
    cites: str
    type: str
    grade: str
    number: int
    today: str
    target: str
    by: dt.date
    remedy: str

    @property
    def type_label(self) -> str:
        return words.TYPE_LABELS[self.type]


@dataclass(frozen=True)
class Milestone:
    """What is to be reached by a day."""

    on: dt.date
    what: str


@dataclass(frozen=True)
class StreamPlan:
    """One workstream. `by_grade` counts its findings, `rules_met` of `rules_assessed` its rules without one; `progress`
    says in words what the action tracker says, where one was read; `duties` are the requirements, recommendations and
    practice points it answers, each with their citations."""

    id: str
    title: str
    lead: str
    aim: str
    by_grade: dict[str, int]
    rules_met: int
    rules_assessed: int
    unassessed: int
    measures: tuple[Measure, ...]
    milestones: tuple[Milestone, ...]
    duties: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    owners: str
    progress: str

    @property
    def number(self) -> int:
        """How many findings it has."""
        return sum(self.by_grade.values())

    @property
    def first_on(self) -> dt.date | None:
        """The day of its first milestone."""
        return self.milestones[0].on if self.milestones else None

    @property
    def last_on(self) -> dt.date | None:
        """The day by which its last finding is put right."""
        return max((m.by for m in self.measures), default=None)


@dataclass(frozen=True)
class PlanView:
    """The whole plan. `streams` have findings, those with the worst first; `clear` have none. `grades` are the findings
    by grade, as in the audit; `first` the most pressing measures of all; `aside` says what is not in them. `reports` are the days on which progress is told."""

    title: str
    service: str
    as_of: dt.date
    scope: str
    judgements: tuple[tuple[str, str], ...]
    grades: dict[str, int]
    aside: str
    first: tuple[Measure, ...]
    streams: tuple[StreamPlan, ...]
    clear: tuple[StreamPlan, ...]
    put_right: tuple[tuple[str, str, dt.date], ...]
    reports: tuple[dt.date, ...]
    tool: str

    @property
    def number(self) -> int:
        """How many findings the plan answers."""
        return sum(self.grades.values())


def after(as_of: dt.date, time: Duration) -> dt.date:
    """The day so long after the audit date."""
    return add_months(as_of, time.count) if time.unit == "months" else as_of + dt.timedelta(days=time.count)


def build(audit: Audit, workstreams: Workstreams | None = None) -> PlanView:
    """The plan of an audit, by the shipped workstreams or others."""
    streams = workstreams or shipped_workstreams()
    as_of, name = audit.run.as_of, audit.run.service_name
    counted = [f for f in audit.findings if counts(f)]
    place = {rule.id: streams.of(rule.id, rule.cites).id for rule in audit.rules}
    place |= {f.rule: streams.of(f.rule, f.cites).id for f in counted if f.rule not in place}
    plans = [
        _stream(
            stream,
            streams,
            as_of,
            [rule for rule in audit.rules if place[rule.id] == stream.id],
            [finding for finding in counted if place[finding.rule] == stream.id],
        )
        for stream in streams.streams
    ]
    grades = Counter(f.grade for f in counted)
    put_right = tuple(
        (words.GRADE_LABELS[g], str(streams.put_right[g]), after(as_of, streams.put_right[g])) for g in GRADES
    )
    return PlanView(
        title="Improvement plan",
        service=clean(name) if name else "",
        as_of=as_of,
        scope=clean(audit.run.scope) if audit.run.scope else "",
        judgements=tuple(
            (words.AREA_LABELS[a], audit.judgements[a].grade) for a in ("overall", *AREAS) if a in audit.judgements
        ),
        grades={g: grades[g] for g in GRADES},
        aside=_aside(audit.findings),
        first=tuple(sorted((m for p in plans for m in p.measures), key=_pressing)[:FIRST_THINGS]),
        streams=tuple(sorted((p for p in plans if p.number), key=_urgency)),
        clear=tuple(p for p in plans if not p.number),
        put_right=put_right,
        reports=tuple(after(as_of, time) for time in streams.reports),
        tool=clean(
            f"auditor {audit.run.tool_version}, rulebook {audit.run.rulebook_name} {audit.run.rulebook_version}"
        ),
    )


def counts(finding: Finding) -> bool:
    """Whether a finding counts against the service: neither accepted for a time nor only to be read by a person."""
    return finding.waiver is None and finding.outcome != "prompt"


def _urgency(plan: StreamPlan) -> tuple:
    return tuple(-plan.by_grade[grade] for grade in GRADES)


def _aside(findings: Iterable[Finding]) -> str:
    findings = list(findings)
    waived = sum(f.waiver is not None for f in findings)
    prompts = sum(f.waiver is None and f.outcome == "prompt" for f in findings)
    parts = [f"{count(waived, 'finding')} accepted for a time"] if waived else []
    parts += [f"{count(prompts, 'record')} for a person to read"] if prompts else []
    return f"Not in the plan: {' and '.join(parts)}." if parts else ""


def _stream(
    stream: Workstream,
    streams: Workstreams,
    as_of: dt.date,
    own: Sequence[RuleResult],
    found: list[Finding],
) -> StreamPlan:
    grades = Counter(f.grade for f in found)
    short = {f.rule for f in found}
    assessed = [rule for rule in own if rule.status == "assessed"]
    measures = _measures(streams, as_of, {rule.id: rule for rule in own}, found)
    return StreamPlan(
        id=stream.id,
        title=stream.title,
        lead=stream.lead,
        aim=stream.aim,
        by_grade={g: grades[g] for g in GRADES},
        rules_met=sum(rule.id not in short for rule in assessed),
        rules_assessed=len(assessed),
        unassessed=sum(rule.status in ("not_assessed", "error") for rule in own),
        measures=measures,
        milestones=_milestones(streams, as_of, grades),
        duties=_duties(measures),
        evidence=stream.evidence,
        owners=_owners(found),
        progress=_progress(found),
    )


def _measures(
    streams: Workstreams, as_of: dt.date, rules: dict[str, RuleResult], found: list[Finding]
) -> tuple[Measure, ...]:
    """The rules with findings, the worst grade first, then regulations before standards before policy."""
    held: dict[str, list[Finding]] = {}
    for finding in found:
        held.setdefault(finding.rule, []).append(finding)
    measures = []
    for rule_id, findings in held.items():
        rule, first = rules.get(rule_id), findings[0]
        worst = next(grade for grade in GRADES if any(f.grade == grade for f in findings))
        cites = rule.cites if rule else first.cites
        measures.append(
            Measure(
                id=clean(rule_id),
                title=clean(rule.title if rule else rule_id),
                cites=clean(", ".join(cites)),
                type=first.type,
                grade=worst,
                number=len(findings),
                today=_today(rule),
                target=f"{streams.targets[first.type]}%",
                by=after(as_of, streams.put_right[worst]),
                remedy=clean((rule.remedy if rule else "") or first.remedy),
            )
        )
    return tuple(sorted(measures, key=_pressing))


def _pressing(measure: Measure) -> tuple:
    return GRADES.index(measure.grade), TYPES.index(measure.type), -measure.number, measure.id


def _today(rule: RuleResult | None) -> str:
    if rule is None or rule.cases.rate is None:
        return "none decided"
    decided = rule.cases.met + rule.cases.breach + rule.cases.not_evidenced
    return f"{rule.cases.met:,} of {decided:,} ({words.percent(rule.cases.rate)})"


def _milestones(streams: Workstreams, as_of: dt.date, grades: Counter[str]) -> tuple[Milestone, ...]:
    """Findings of each grade put right, and the steps that fit the worst grade, by date."""
    if not any(grades.values()):
        return ()
    found = [
        Milestone(
            after(as_of, streams.put_right[grade]),
            f"{_all(grades[grade], grade)} put right, or with a date and a reason that the lead has agreed.",
        )
        for grade in GRADES
        if grades[grade]
    ]
    for step in streams.steps:
        due = {"critical": grades["critical"], "major": grades["critical"] + grades["major"], "any": 1}[step.when]
        if due:
            found.append(Milestone(after(as_of, step.after), clean(step.what)))
    return tuple(sorted(found, key=lambda m: m.on))


def _all(number: int, grade: str) -> str:
    return f"The {grade} finding is" if number == 1 else f"All {number:,} {grade} findings are"


def _duties(measures: Iterable[Measure]) -> tuple[tuple[str, str], ...]:
    """("Requirements", "FSR 11(a), FSR 17(3)") and so on, in the law's order."""
    found = []
    for type_ in TYPES:
        cites = {cite for m in measures if m.type == type_ for cite in m.cites.split(", ")}
        if cites:
            label = words.TYPE_LABELS[type_] + ("s" if len(cites) > 1 else "")
            found.append((label, ", ".join(sorted(cites, key=words.citation_order))))
    return tuple(found)


def _owners(found: Iterable[Finding]) -> str:
    """Who the action tracker names as owners, those with the most findings first."""
    names = Counter(clean(f.action.owner) for f in found if f.action and f.action.owner)
    ordered = [name for name, _ in sorted(names.items(), key=lambda x: (-x[1], x[0]))]
    return words.listed(ordered, OWNERS_SHOWN) if ordered else ""


def _progress(found: list[Finding]) -> str:
    """What the action tracker says of how far it is, where one was read."""
    actions = [f.action for f in found if f.action]
    if not actions:
        return ""
    states = Counter(action.status for action in actions)
    parts = [
        f"{states[state]:,} {state.lower()}" for state in ("Open", "In progress", "Done", "Accepted") if states[state]
    ]
    new = sum(action.change == "new" for action in actions)
    return f"On the action tracker: {', '.join(parts)}" + (f"; {new:,} new in this audit." if new else ".")
