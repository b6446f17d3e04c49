"""A copy of an audit without names, references or words from the records, for figures that leave the service.

It is made once, from the audit itself, before any report is written. Everything is put together afresh from fields
known to be safe, so that a field added to the model later stays empty here until somebody decides what to do with it.
Dates, codes, counts and the words of the rules stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from auditor.findings import worded
from auditor.model import (
    GRADES,
    Action,
    Audit,
    ComingDue,
    DataIssue,
    Evidence,
    Finding,
    Gone,
    Input,
    RuleResult,
    Run,
    Waiver,
)
from auditor.records import contract
from auditor.report import maskedcases
from auditor.report.keyfile import FINDING, Key
from auditor.report.maskedcases import WITHHELD
from auditor.report.results import sorted_coming, sorted_findings
from auditor.report.vocabulary import Vocabulary
from auditor.rule import Rulebook

SERVICE = "this fostering service"
PLAIN_LIMIT = re.compile(r"[\d.,% ]+((working )?(days?|weeks?|months?|years?|hours?|per cent))?")
STATUSES = ("Open", "In progress", "Done", "Accepted")


def pseudonymised(audit: Audit, book: Rulebook, key: Key, people: Mapping[str, str], scope: str | None) -> Audit:
    """The audit as it may leave the service. `people` tells of which table a person's id is (carers, household_members,
    workers); `scope` says in pseudonyms what the audit is limited to. New pseudonyms are added to `key`."""
    return _Mask(audit, book, key, people).audit(scope)


class _Mask:
    """Makes the copy."""

    def __init__(self, audit: Audit, book: Rulebook, key: Key, people: Mapping[str, str]):
        self.source, self.book, self.key, self.people = audit, book, key, people
        self.vocabulary = Vocabulary(book)
        self.ids = _ids(audit)
        self.titles = {rule.id: rule.title for rule in audit.rules}

    def audit(self, scope: str | None) -> Audit:
        source = self.source
        return Audit(
            run=self.run(source.run, scope),
            data_issues=tuple(self.issue(issue) for issue in source.data_issues),
            rules=tuple(self.rule(rule) for rule in source.rules),
            findings=tuple(sorted_findings(self.finding(one) for one in source.findings)),
            judgements=dict(source.judgements),
            grading=source.grading,
            coming_due=tuple(sorted_coming(self.coming(one) for one in source.coming_due)),
            names={},
            not_looked_at=source.not_looked_at,
            homes=tuple(
                sorted((maskedcases.home(home, self.key) for home in source.homes), key=lambda home: home.household_id)
            ),
            pick=tuple(maskedcases.picked(case, self.key) for case in source.pick),
            by_hand=tuple(
                sorted(
                    (maskedcases.by_hand(one, self.key) for one in source.by_hand),
                    key=lambda one: (one.table, one.id, one.cite),
                )
            ),
            learners=tuple(
                sorted(
                    (maskedcases.learner(one, self.key) for one in source.learners),
                    key=lambda one: (one.household_id, one.carer_id),
                )
            ),
            visited=tuple(
                sorted((maskedcases.visited(one, self.key) for one in source.visited), key=lambda one: one.household_id)
            ),
            gone=tuple(self.gone(one) for one in source.gone),
        )

    def run(self, run: Run, scope: str | None) -> Run:
        inputs = sorted(run.inputs, key=lambda one: (one.table, one.source))
        return Run(
            as_of=run.as_of,
            since=run.since,
            tool_version=run.tool_version,
            rulebook_name=run.rulebook_name,
            rulebook_version=run.rulebook_version,
            rulebook_sha256=run.rulebook_sha256,
            engine=run.engine,
            inputs=tuple(
                Input(one.table, f"file {number}", "", one.rows, one.rejected, one.filtered)
                for number, one in enumerate(inputs, start=1)
            ),
            service_name=SERVICE,
            scope=scope,
        )

    def issue(self, issue: DataIssue) -> DataIssue:
        """Where a problem is, by the words of the record model; never what stood there."""
        table = contract().tables.get(issue.table or "")
        column = issue.column if table is not None and issue.column in table.columns else None
        effect = issue.effect if issue.effect in _effects() else WITHHELD
        return DataIssue(
            table.name if table else None,
            "file",
            None,
            column,
            "A problem in the data; its words are withheld.",
            effect,
        )

    def rule(self, rule: RuleResult) -> RuleResult:
        limits = tuple(
            (name, value if set_by != "policy" or PLAIN_LIMIT.fullmatch(value) else WITHHELD, set_by)
            for name, value, set_by in rule.limits
        )
        return RuleResult(
            id=rule.id,
            version=rule.version,
            title=rule.title,
            cites=rule.cites,
            area=rule.area,
            type=rule.type,
            kind=rule.kind,
            grade=rule.grade,
            confidence=rule.confidence,
            status=rule.status,
            reason=rule.reason,
            cases=rule.cases,
            subjects=rule.subjects,
            subject_table=rule.subject_table,
            remedy=rule.remedy,
            note=rule.note,
            limits=limits,
            without=rule.without,
        )

    def finding(self, one: Finding) -> Finding:
        missing = tuple(dict.fromkeys(self.phrase(part) for part in one.missing))
        figures = {name: value for name, value in one.figures.items() if _number(name, value)}
        masked = Finding(
            fingerprint=self.key.name(FINDING, one.fingerprint),
            rule=one.rule,
            rule_version=one.rule_version,
            cites=one.cites,
            area=one.area,
            type=one.type,
            outcome=one.outcome,
            state=one.state,
            grade=one.grade,
            subject_table=one.subject_table,
            subject_id=self.key.name(one.subject_table, one.subject_id),
            household_id=self.key.maybe("households", one.household_id),
            child_id=self.key.maybe("children", one.child_id),
            worker_id=self.key.maybe("workers", one.worker_id),
            person_id=self.person(one.person_id),
            trigger_on=one.trigger_on,
            due_on=one.due_on,
            done_on=one.done_on,
            days_late=one.days_late,
            missing=missing,
            message="",
            remedy=one.remedy,
            evidence=tuple(Evidence(item.table, self.key.name(item.table, item.id)) for item in one.evidence),
            waiver=self.waiver(one.waiver),
            figures=figures,
            related=tuple(sorted(self.key.name(FINDING, other) for other in one.related)),
            action=self.action(one.action),
        )
        return replace(masked, message=self.message(masked))

    def message(self, masked: Finding) -> str:
        """The sentence made anew from the rule's own words and the pseudonyms."""
        rule = self.book.rules.get(masked.rule)
        if rule is None:
            return self.titles.get(masked.rule, "")
        run = self.source.run
        return worded(masked, rule, run.as_of, run.since, masked.missing, ", ".join(masked.missing))

    def phrase(self, part: str) -> str:
        """Something that is missing: kept where it is a word of the rules, of a code list or of the record model; a
        pseudonym where it is a record's id; otherwise withheld."""
        if part in self.vocabulary:
            return part
        if part in self.ids:
            return self.key.name(self.ids[part], part)
        return WITHHELD

    def coming(self, one: ComingDue) -> ComingDue:
        title = self.titles.get(one.rule, one.rule)
        detail = one.what.removeprefix(title).strip(" ()")
        parts = [part for whole in detail.split(", ") for part in whole.split(" and ")] if detail else []
        known = bool(parts) and (detail in self.vocabulary or all(part in self.vocabulary for part in parts))
        return ComingDue(
            rule=one.rule,
            subject_table=one.subject_table,
            subject_id=self.key.name(one.subject_table, one.subject_id),
            household_id=self.key.maybe("households", one.household_id),
            child_id=self.key.maybe("children", one.child_id),
            worker_id=self.key.maybe("workers", one.worker_id),
            person_id=self.person(one.person_id),
            due_on=one.due_on,
            what=f"{title} ({detail})" if known else title,
            fingerprint=self.key.name(FINDING, one.fingerprint) if one.fingerprint else "",
        )

    def person(self, id_: str | None) -> str | None:
        return self.key.maybe(self.people.get(id_ or "", "people"), id_)

    def waiver(self, waiver: Waiver | None) -> Waiver | None:
        return Waiver(WITHHELD, WITHHELD, waiver.until) if waiver is not None else None

    def action(self, action: Action | None) -> Action | None:
        if action is None:
            return None
        return Action(
            owner=self.key.name("owner", action.owner) if action.owner else "",
            target_on=action.target_on,
            status=action.status if action.status in STATUSES else WITHHELD,
            notes=WITHHELD if action.notes else "",
            first_seen=action.first_seen,
            change=action.change,
        )

    def gone(self, one: Gone) -> Gone:
        known = one.rule in self.titles
        return Gone(
            fingerprint=self.key.name(FINDING, one.fingerprint),
            rule=one.rule if known else WITHHELD,
            grade=one.grade if one.grade.lower() in GRADES else "",
            household=self.key.name("households", one.household) if one.household else "",
            child=self.key.name("children", one.child) if one.child else "",
            worker=self.key.name("workers", one.worker) if one.worker else "",
            message=self.titles.get(one.rule, WITHHELD),
            why=one.why,
            last_found=one.last_found,
            action=self.action(one.action) or Action(),
        )


def _number(name: str, value: object) -> bool:
    if name not in ("days", "amount", "allowed") or isinstance(value, (str, bytes, bool)):
        return False
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def _effects() -> frozenset[str]:
    from auditor.ingest import issues

    return frozenset((issues.ROW_REJECTED, issues.LEFT_EMPTY, issues.LINKED_TO_NOTHING))


def _ids(audit: Audit) -> dict[str, str]:
    """Ids that a finding may name among what is missing, with their tables."""
    found: dict[str, str] = {}
    for one in audit.findings:
        found.setdefault(one.subject_id, one.subject_table)
        for table, id_ in (("households", one.household_id), ("children", one.child_id), ("workers", one.worker_id)):
            if id_:
                found[id_] = table
        for item in one.evidence:
            found.setdefault(item.id, item.table)
    return found
