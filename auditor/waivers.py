"""Waivers: accepted findings stay visible, are marked, and are counted apart. One that has run out does nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

from auditor.model import Counts, Finding, RuleResult, Waiver
from auditor.policy import WaiverRule


def apply(
    findings: list[Finding], results: list[RuleResult], waivers: tuple[WaiverRule, ...], as_of: dt.date
) -> tuple[list[Finding], list[RuleResult]]:
    """Mark the findings that a waiver in date covers, and move their cases from their outcome to `waived`."""
    live = {(waiver.rule, waiver.subject): waiver for waiver in waivers if waiver.until >= as_of}
    marked, moved = [], Counter()
    for finding in findings:
        waiver = live.get((finding.rule, finding.subject_id))
        if waiver is not None:
            moved[finding.rule, finding.outcome] += 1
            finding = replace(finding, waiver=Waiver(waiver.reason, waiver.approved_by, waiver.until))
        marked.append(finding)
    return marked, [_recounted(result, moved) for result in results]


def _recounted(result: RuleResult, moved: Counter) -> RuleResult:
    breach, unknown = moved[result.id, "breach"], moved[result.id, "not_evidenced"]
    if not breach and not unknown:
        return result

    def less(counts: Counts) -> Counts:
        return replace(
            counts,
            breach=max(0, counts.breach - breach),
            not_evidenced=max(0, counts.not_evidenced - unknown),
            waived=counts.total
            - counts.met
            - counts.pending
            - max(0, counts.breach - breach)
            - max(0, counts.not_evidenced - unknown),
        )

    return replace(result, cases=less(result.cases), subjects=less(result.subjects))
