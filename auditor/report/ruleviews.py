"""Each rule with its counts in words: what was not shown to be met, what was confirmed, what could not be assessed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model import GRADES, Audit, Counts, RuleResult, Trend
from auditor.report import words
from auditor.report.groups import Anchors, Line
from auditor.report.words import clean

# Days after the audit date by which to put right a rule whose worst finding has the grade; printed in the report.
SUGGESTED_DAYS = {"critical": 7, "major": 28, "minor": 84}
SUBJECTS_SHOWN = 40
SET_BY = {
    "law": "fixed by law",
    "policy": "the service’s policy",
    "default": "this rulebook’s; the service may set its own",
}


@dataclass(frozen=True)
class RuleView:
    """One rule as shown. `short` says whether anything counts against it; then `worst` is the worst grade found,
    `cite` is the provision it is listed under and `also` the others; `worst_breaches` how many findings of that grade are breaches, and `by` the suggested date. `subjects` are
    (label, address) of where its findings stand, at most SUBJECTS_SHOWN, the worst first; `more` how many others.
    `without` says how many records it did without, `trend` how it differs from an earlier audit."""

    id: str
    anchor: str
    title: str
    cite: str
    also: str
    cites: str
    area: str
    type: str
    status: str
    reason: str
    counts: Counts
    subject_counts: Counts
    noun: str | None
    short: bool
    share: str
    sentence: str
    rate: str
    worst: str
    worst_breaches: int
    by_grade: dict[str, int]
    by: dt.date | None
    remedy: str
    confidence: str
    note: str
    limits: tuple[tuple[str, str, str], ...]
    subjects: tuple[tuple[str, str], ...]
    more: int
    without: str
    trend: str

    @property
    def type_label(self) -> str:
        return words.TYPE_LABELS[self.type]

    @property
    def confirmed(self) -> bool:
        """Whether the records show it met wherever it could be judged."""
        return self.status == "assessed" and not self.short and self.counts.met > 0

    @property
    def confirmed_share(self) -> str:
        """ "83 of 83 households", of those that could be judged by now."""
        met = self.subject_counts.met
        return words.share(met, met + self.subject_counts.breach + self.subject_counts.not_evidenced, self.noun)

    @property
    def status_label(self) -> str:
        return words.STATUS_LABELS[self.status]


def make_rules(audit: Audit, lines: Iterable[Line], anchors: Anchors) -> tuple[RuleView, ...]:
    """Every rule, in the order of the instruments within its judgement area's types."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.finding.rule].append(line)
    views = [_rule(r, found[r.id], audit, anchors) for r in audit.rules]
    return tuple(sorted(views, key=lambda r: (words.citation_order(r.cite), r.id)))


def _rule(rule: RuleResult, lines: list[Line], audit: Audit, anchors: Anchors) -> RuleView:
    counted = sorted((x for x in lines if x.counts), key=lambda x: x.rank)
    grades = Counter(x.finding.grade for x in counted)
    worst = next((g for g in GRADES if grades[g]), "")
    noun = rule.subject_table or (lines[0].finding.subject_table if lines else None)
    cite = words.first_cite(rule.cites, rule.type)
    prompts = sum(x.finding.outcome == "prompt" for x in lines)
    remedy = rule.remedy or (counted[0].finding.remedy if counted else "")
    subjects = list(dict.fromkeys((x.subject, x.finding.subject_id) for x in counted))
    first = {(x.subject, x.finding.subject_id): x.anchor for x in reversed(counted)}
    return RuleView(
        id=clean(rule.id),
        anchor=anchors("rule", rule.id),
        title=clean(rule.title),
        cite=clean(cite),
        also=clean(", ".join(c for c in rule.cites if c != cite)),
        cites=clean(", ".join(rule.cites)),
        area=rule.area,
        type=rule.type,
        status=rule.status,
        reason=clean(rule.reason or ""),
        counts=rule.cases,
        subject_counts=rule.subjects,
        noun=noun,
        short=bool(counted),
        share=_share(rule, noun),
        sentence=_sentence(rule, noun, bool(counted), prompts),
        rate=words.percent(rule.cases.rate),
        worst=worst,
        worst_breaches=sum(x.finding.grade == worst and x.finding.outcome == "breach" for x in counted),
        by_grade={g: grades[g] for g in GRADES},
        by=audit.run.as_of + dt.timedelta(days=SUGGESTED_DAYS[worst]) if worst else None,
        remedy=clean(remedy),
        confidence=rule.confidence,
        note=clean(rule.note),
        limits=tuple((clean(n).replace("_", " "), clean(v), SET_BY.get(s, clean(s))) for n, v, s in rule.limits),
        subjects=tuple((s[0], first[s]) for s in subjects[:SUBJECTS_SHOWN]),
        more=max(0, len(subjects) - SUBJECTS_SHOWN),
        without=_without(rule.without),
        trend=_trend(audit.trend, rule.id),
    )


def _without(number: int) -> str:
    return f"It did without {words.count(number, 'record')} that could not be used or read in full." if number else ""


def _trend(trend: Trend | None, rule: str) -> str:
    """ "On 31 December 2025 82% were met. Since then 2 findings are new, 5 still open, 1 no longer found." """
    if trend is None or rule not in trend.rules:
        return ""
    rate, new, still, gone = trend.rules[rule]
    if not new and not gone:
        return ""
    met = f"On {words.day(trend.since)} {words.percent(rate)} of cases were met. " if rate is not None else ""
    return met + f"Since {words.day(trend.since)}: {new:,} new, {still:,} still open, {gone:,} no longer found."


def _share(rule: RuleResult, noun: str | None) -> str:
    """ "6 of 83 households": how many of the subjects are not shown to meet the rule."""
    subjects = rule.subjects
    return words.share(subjects.breach + subjects.not_evidenced, subjects.total, noun)


def _sentence(rule: RuleResult, noun: str | None, short: bool, prompts: int) -> str:
    """What was found, in one sentence. A pass says how many it covers, so that it cannot be mistaken for silence."""
    c, s = rule.cases, rule.subjects
    if rule.status != "assessed":
        return words.STATUS_LABELS[rule.status] + "."
    parts = [f"{c.breach:,} not met"] if c.breach else []
    parts += [f"{c.not_evidenced:,} not evidenced on the record"] if c.not_evidenced else []
    parts += [f"{c.pending:,} not yet due"] if c.pending else []
    parts += [f"{c.waived:,} accepted for a time"] if c.waived else []
    decided = f" Of {words.count(c.total, 'case')}: {c.met:,} met, " + ", ".join(parts) + "." if parts else ""
    read = f" {words.count(prompts, 'record')} should be read by a person." if prompts else ""
    rest = decided + read
    if short:
        return f"Not shown to be met for {_share(rule, noun)}.{rest}"
    if not c.met:
        return f"Nothing to judge yet.{rest}"
    confirmed = f"Confirmed: {words.share(s.met, s.total, noun)}"
    return confirmed + (f".{read}" if c.met == c.total else f"; nothing found that counts against it.{rest}")
