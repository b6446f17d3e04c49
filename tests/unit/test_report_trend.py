"""An audit beside an earlier one: what is new, still open, no longer found, and what nothing can be said of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from test_report_sample import AS_OF, make_audit

from auditor.errors import UsageError
from auditor.report import html
from auditor.report.previous import compared, read
from auditor.report.results import document, text
from auditor.report.view import build

EARLIER = AS_OF - dt.timedelta(days=90)


def counting(audit):
    return [f for f in audit.findings if f.waiver is None and f.outcome != "prompt"]


@pytest.fixture
def audit():
    return make_audit(hostile=0)


def earlier(audit, tmp_path: Path, **changes) -> Path:
    """The results of the same audit ninety days before, with changes."""
    run = dataclasses.replace(audit.run, as_of=EARLIER, scope=changes.pop("scope", audit.run.scope))
    path = tmp_path / "findings.json"
    path.write_text(text(dataclasses.replace(audit, run=run, **changes)), encoding="utf-8")
    return path


def test_an_audit_beside_itself_has_nothing_new_and_nothing_gone(audit, tmp_path):
    trend = compared(audit, read(earlier(audit, tmp_path))).trend
    assert (trend.new, trend.still, trend.gone, trend.unseen) == (0, len(counting(audit)), 0, 0)
    assert trend.since == EARLIER and trend.fresh == frozenset()


def test_what_was_not_there_is_new_and_what_is_not_there_is_no_longer_found(audit, tmp_path):
    mine = counting(audit)
    then = dataclasses.replace(audit, findings=tuple(f for f in audit.findings if f not in mine[:3]))
    now = dataclasses.replace(audit, findings=tuple(f for f in audit.findings if f not in mine[-2:]))
    trend = compared(now, read(earlier(then, tmp_path))).trend
    assert (trend.new, trend.still, trend.gone, trend.unseen) == (3, len(mine) - 5, 2, 0)
    assert trend.fresh == {f.fingerprint for f in mine[:3]}
    assert sum(figures[1] for figures in trend.rules.values()) == 3
    assert sum(figures[3] for figures in trend.rules.values()) == 2


@pytest.mark.parametrize("change", [{"version": 99}, {"status": "error"}, {"status": "not_assessed"}])
def test_a_rule_that_changed_or_did_not_run_has_put_nothing_right(audit, tmp_path, change):
    rule = counting(audit)[0].rule
    mine = [f for f in counting(audit) if f.rule == rule]
    now = dataclasses.replace(
        audit,
        findings=tuple(f for f in audit.findings if f.rule != rule),
        rules=tuple(dataclasses.replace(r, **change) if r.id == rule else r for r in audit.rules),
    )
    trend = compared(now, read(earlier(audit, tmp_path))).trend
    assert (trend.gone, trend.unseen) == (0, len(mine))
    assert rule not in trend.rules


def test_accepted_findings_and_prompts_are_not_compared(audit, tmp_path):
    trend = compared(audit, read(earlier(audit, tmp_path, findings=()))).trend
    assert trend.new == len(counting(audit)) < len(audit.findings)


def test_the_report_says_it_and_marks_what_is_new(audit, tmp_path):
    mine = counting(audit)
    then = dataclasses.replace(audit, findings=tuple(f for f in audit.findings if f is not mine[0]))
    now = compared(audit, read(earlier(then, tmp_path)))
    said = f"Since the audit as of 31 December 2025: 1 new, {len(mine) - 1} still open, 0 no longer found."
    assert build(now).trend == (said,)
    out = io.StringIO()
    html.write(now, out)
    assert said in out.getvalue() and out.getvalue().count('<b class="new">New</b>') == 1
    assert document(now)["trend"]["fresh"] == [mine[0].fingerprint]
    assert "trend" not in document(audit)


@pytest.mark.parametrize("held", ["", "[]", "{", '{"format": "other"}', '{"format": "auditor-findings/1"}', "\udcff"])
def test_another_file_is_told_in_words(tmp_path, held):
    path = tmp_path / "other.json"
    path.write_bytes(held.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=r"not the results of an earlier audit. Name the findings\.json"):
        read(path)


def test_a_file_that_is_not_there_is_told_in_words(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.json")


def test_only_audits_of_the_same_part_are_compared(audit, tmp_path):
    with pytest.raises(UsageError, match=r"the earlier audit is of worker W-01, this one of the whole service"):
        compared(audit, read(earlier(audit, tmp_path, scope="worker W-01")))


def test_an_audit_of_a_later_day_is_not_an_earlier_one(audit, tmp_path):
    path = earlier(audit, tmp_path)
    held = json.loads(path.read_text(encoding="utf-8"))
    held["run"]["as_of"] = "2026-06-30"
    path.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(UsageError, match="Name an audit of an earlier day"):
        compared(audit, read(path))
