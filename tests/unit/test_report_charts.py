"""The charts of the report: what they draw is what the audit counted, and each has a table that says the same."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest
from test_report_sample import AS_OF, make_audit

from auditor.report.charts import LONGEST, RULES_SHOWN
from auditor.report.view import build


@pytest.fixture(scope="module")
def view():
    return build(make_audit(hostile=0.3))


def chart(view, name: str):
    return next(one for one in view.charts if one.id == name)


def test_the_rules_least_met_come_first_and_each_leads_to_its_rule(view):
    shares = [round(float(r.counts.rate), 3) for r in view.rules if r.short and r.counts.met + r.counts.breach + r.counts.not_evidenced >= 5]
    drawn = chart(view, "chart-rates")
    assert len(drawn.bars) == min(RULES_SHOWN, len(shares)) > 3
    by_anchor = {r.anchor: r.counts.rate for r in view.rules}
    assert [by_anchor[bar.anchor] for bar in drawn.bars] == sorted(shares)[: len(drawn.bars)]


def test_every_late_finding_stands_in_one_step_of_lateness(view):
    late = [x.finding.days_late for x in view.lines if x.counts and x.finding.outcome == "breach" and (x.finding.days_late or 0) > 0]
    rows = {bar.row[0]: int(bar.row[1].replace(",", "")) for bar in chart(view, "chart-late").bars}
    assert sum(rows.values()) == len(late) > 0
    assert rows["1 to 7 days"] == sum(days <= 7 for days in late)
    assert rows["8 to 28 days"] == sum(8 <= days <= 28 for days in late)
    assert rows["Over a year"] == sum(days > 365 for days in late)


def test_what_falls_due_is_counted_by_month(view):
    months = Counter((c.due_on.year, c.due_on.month) for c in view.audit.coming_due if c.due_on >= AS_OF)
    bars = chart(view, "chart-ahead").bars
    assert [int(bar.row[1].replace(",", "")) for bar in bars] == [months[month] for month in sorted(months)]
    assert all(bar.label.split()[1].isdecimal() for bar in bars)


def test_the_longest_bar_is_the_largest_number(view):
    for one in view.charts:
        lengths = [bar.length for bar in one.bars]
        assert max(lengths) == LONGEST and min(lengths) >= 0
        assert one.height == one.bars[-1].top + (one.bars[1].top - one.bars[0].top)
        assert all(len(bar.row) == len(one.head) for bar in one.bars)


def test_an_audit_without_findings_draws_no_findings():
    clean = dataclasses.replace(make_audit(hostile=0), findings=())
    assert {one.id for one in build(clean).charts} <= {"chart-ahead"}
