"""The command as people and programs use it: exit codes, streams, folders, and messages without tracebacks."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSEHOLDS = "household_id,approved_on,kind\nHH-1,2025-06-01,mainstream\nHH-2,2024-09-01,mainstream\n"
VISITS = "visit_id,household_id,visited_on,kind,unannounced\nV-1,HH-1,01/12/2025,unannounced,yes\nV-2,HH-2,2024-11-02,unannounced,yes\n"


def auditor(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, env=environment)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Two households, one of them without an unannounced visit for 514 days on 31 March 2026."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "households.csv").write_text(HOUSEHOLDS, encoding="utf-8")
    (folder / "visits.csv").write_text(VISITS, encoding="utf-8")
    return folder


def results(done: subprocess.CompletedProcess[str]) -> dict:
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def only(export: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return auditor(
        "run",
        export,
        "--as-of",
        "2026-03-31",
        "--only",
        "NMS21.8-unannounced",
        "--format",
        "json",
        "--output",
        "-",
        *more,
    )


def test_the_overdue_household_is_found_and_the_other_is_not(export: Path) -> None:
    document = results(only(export))
    assert [
        (f["subject"]["id"], f["state"], f["trigger_on"], f["due_on"], f["days_late"]) for f in document["findings"]
    ] == [("HH-2", "overdue", "2024-11-02", "2025-11-02", 149)]
    finding = document["findings"][0]
    assert {"table": "visits", "id": "V-2", "source": "visits.csv", "row": 3} in finding["evidence"]
    assert finding["cites"][0] == "NMS 21.8"
    assert "514 days" in finding["message"]


def test_the_rate_leaves_out_what_is_not_decided(export: Path) -> None:
    rule = results(only(export))["rules"][0]
    counts = {word: rule[word] for word in ("cases", "met", "breach", "not_evidenced", "pending", "waived")}
    # HH-1: approval to the first visit (met), and since then (pending). HH-2: the first was before the window.
    assert counts == {"cases": 3, "met": 1, "breach": 1, "not_evidenced": 0, "pending": 1, "waived": 0}
    assert rule["subjects"] == {"total": 2, "met": 1, "breach": 1, "not_evidenced": 0, "pending": 0, "waived": 0}
    assert rule["rate"] == 0.5


def test_two_runs_are_the_same_to_the_byte(export: Path) -> None:
    assert only(export).stdout == only(export).stdout


def test_a_fingerprint_does_not_depend_on_the_audit_date_or_the_order_of_rows(export: Path) -> None:
    before = results(only(export))["findings"][0]["fingerprint"]
    lines = VISITS.splitlines()
    (export / "visits.csv").write_text("\n".join([lines[0], lines[2], lines[1]]) + "\n", encoding="utf-8")
    later = results(
        auditor(
            "run", export, "--as-of", "2026-04-30", "--only", "NMS21.8-unannounced", "--format", "json", "--output", "-"
        )
    )
    assert [f["fingerprint"] for f in later["findings"]] == [before]


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("critical", 0), ("major", 1), ("minor", 1)])
def test_the_exit_code_follows_the_grade(export: Path, fail_on: str, code: int) -> None:
    done = only(export, "--fail-on", fail_on)
    assert results(done)["findings"][0]["grade"] == "major"
    assert done.returncode == code


def test_only_json_goes_to_stdout(export: Path) -> None:
    done = only(export)
    json.loads(done.stdout)
    assert done.stderr == ""


def test_the_output_is_a_new_folder_for_its_owner_only(export: Path) -> None:
    for name in ("export-audit-2026-03-31", "export-audit-2026-03-31-2"):
        done = auditor(
            "run", export, "--as-of", "2026-03-31", "--fail-on", "never", "--format", "json,csv,html,xlsx,junit,summary"
        )
        assert done.returncode == 0, done.stderr
        folder = export.parent / name
        assert sorted(path.name for path in folder.iterdir()) == [
            "findings.csv",
            "findings.json",
            "findings.xlsx",
            "junit.xml",
            "report.html",
            "summary.json",
        ]
        assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["as_of"] == "2026-03-31"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
        assert str(folder / "report.html") in done.stdout


def test_an_earlier_output_is_never_overwritten(export: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("keep", encoding="utf-8")
    done = auditor("run", export, "--as-of", "2026-03-31", "--output", taken)
    assert done.returncode == 2
    assert "never overwritten" in done.stderr
    assert [path.name for path in taken.iterdir()] == ["mine.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_killed_run_leaves_no_folder_that_looks_whole(export: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    command = [sys.executable, "-m", "auditor", "run", str(export), "--as-of", "2026-03-31", "--output", str(target)]
    for delay in (0.2, 0.8, 1.6):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if target.exists():
            assert {"report.html", "findings.json", "findings.xlsx"} <= {path.name for path in target.iterdir()}
            break


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "nowhere"], 3, "nowhere"),
        (["run", "{export}", "--as-of", "31/03/2026"], 2, "year-month-day"),
        (["run", "{export}", "--as-of", "2026-03-31", "--since", "2027-01-01"], 2, "after"),
        (["run", "{export}", "--only", "NMS 99.9"], 2, "NMS 99.9"),
        (["run", "{export}", "--format", "docx"], 2, "docx"),
        (["run", "{export}", "--output", "-"], 2, "--format json"),
        (["run", "{export}", "--history-from", "vists=2024-01-01"], 2, "Did you mean 'visits'?"),
        (["run", "{export}", "--rules", "nowhere.yaml"], 2, "nowhere.yaml"),
        (["rules", "show", "NMS21.8-unanounced"], 2, "Did you mean 'NMS21.8-unannounced'?"),
        (["explain", "NMS21.8-unanounced", "--results", "{export}"], 2, "findings.json"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_a_users_mistake_is_told_in_words(export: Path, arguments: list[str], code: int, words: str) -> None:
    done = auditor(*[argument.format(export=export) for argument in arguments])
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_folder_is_not_an_export(tmp_path: Path) -> None:
    done = auditor("run", tmp_path)
    assert done.returncode == 3
    assert "households" in done.stderr


def test_a_wholly_foreign_file_is_not_an_export(tmp_path: Path) -> None:
    (tmp_path / "recipes.csv").write_text("dish,cook\nsoup,long\n", encoding="utf-8")
    done = auditor("run", tmp_path)
    assert done.returncode == 3
    assert "recipes.csv" in done.stderr and "households" in done.stderr


def test_a_rejected_row_is_counted_listed_and_kept(export: Path, tmp_path: Path) -> None:
    (export / "visits.csv").write_text(
        VISITS + "V-3,HH-1,not a day,supervision,\nV-4,HH-9,2026-01-01,supervision,perhaps\n", encoding="utf-8"
    )
    target = tmp_path / "out"
    done = auditor("run", export, "--as-of", "2026-03-31", "--output", target, "--fail-on", "never", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads((target / "findings.json").read_text(encoding="utf-8"))
    visits = next(one for one in document["run"]["inputs"] if one["table"] == "visits")
    assert (visits["rows"], visits["rejected"]) == (4, 1)
    problems = {(issue["row"], issue["column"]) for issue in document["data_issues"]}
    assert {(4, "visited_on"), (5, "unannounced"), (5, "household_id")} <= problems
    assert "not a day" not in json.dumps(document["data_issues"])
    assert "V-3" in (target / "rejected" / "visits.csv").read_text(encoding="utf-8-sig")


def test_a_rule_of_ones_own_runs_beside_the_others(export: Path, tmp_path: Path) -> None:
    rule = tmp_path / "own.yaml"
    rule.write_text(
        """
id: OWN-every-home-visited
version: 1
title: Every home was visited in the last month
cites: [POLICY 4.2]
area: protection
type: practice
confidence: high
kind: recurring
check:
  subject: households
  event: {table: visits}
  every: 1 month
grade: minor
message: "{household} was last seen {days} days ago."
remedy: Visit.
""",
        encoding="utf-8",
    )
    done = auditor(
        "run",
        export,
        "--as-of",
        "2026-03-31",
        "--rules",
        rule,
        "--only",
        "OWN-every-home-visited",
        "--format",
        "json",
        "--output",
        "-",
    )
    # HH-1: from 1 June to 1 December 2025 (due 1 July), and from then on (due 1 January); HH-2: from 2 November 2024 on
    # (due 2 December). HH-2's first gap closed before the window.
    assert sorted((f["subject"]["id"], f["due_on"], f["days_late"]) for f in results(done)["findings"]) == [
        ("HH-1", "2025-07-01", 153),
        ("HH-1", "2026-01-01", 89),
        ("HH-2", "2024-12-02", 484),
    ]


def test_a_bad_rule_stops_the_audit_with_its_line(export: Path, tmp_path: Path) -> None:
    rule = tmp_path / "bad.yaml"
    rule.write_text("id: BAD-1\nkind: recuring\n", encoding="utf-8")
    done = auditor("run", export, "--rules", rule)
    assert done.returncode == 4
    assert f"{rule}:2: 'recuring' is not a kind of check. Did you mean 'recurring'?" in done.stderr


def test_a_policy_may_tighten_a_legal_limit_and_never_loosen_it(export: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("parameters: {unannounced_visit_interval: 18 months}\n", encoding="utf-8")
    done = only(export, "--policy", str(policy))
    assert done.returncode == 4
    assert "NMS 21.8" in done.stderr and "looser" in done.stderr
    policy.write_text("parameters: {unannounced_visit_interval: 3 months}\n", encoding="utf-8")
    found = {f["subject"]["id"] for f in results(only(export, "--policy", str(policy)))["findings"]}
    assert found == {"HH-1", "HH-2"}


def test_a_waiver_marks_a_finding_and_moves_its_case(export: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "waivers:\n  - {rule: NMS21.8-unannounced, subject: HH-2, reason: Carer in hospital, approved_by: Registered manager, until: 2026-06-30}\n",
        encoding="utf-8",
    )
    done = only(export, "--policy", str(policy), "--fail-on", "minor")
    document = results(done)
    assert done.returncode == 0
    assert document["findings"][0]["waiver"]["approved_by"] == "Registered manager"
    assert (document["rules"][0]["breach"], document["rules"][0]["waived"]) == (0, 1)


def test_the_last_inspection_begins_the_window(export: Path) -> None:
    (export / "service.csv").write_text("service_id,last_inspected_on\nS-1,2024-09-16\n", encoding="utf-8")
    assert results(only(export))["run"]["since"] == "2024-09-16"
    assert results(only(export, "--since", "2025-01-01"))["run"]["since"] == "2025-01-01"


def test_time_before_a_tables_records_begin_counts_against_nobody(export: Path) -> None:
    assert results(only(export, "--history-from", "visits=2025-06-01"))["findings"] == []


def test_a_missing_column_is_named_and_never_a_pass(export: Path) -> None:
    (export / "visits.csv").write_text("visit_id,household_id,kind\nV-1,HH-1,unannounced\n", encoding="utf-8")
    rule = results(only(export))["rules"][0]
    assert rule["status"] == "not_assessed"
    assert "visits.visited_on" in rule["reason"]


def test_a_missing_table_leaves_the_rule_not_assessed(export: Path) -> None:
    (export / "visits.csv").unlink()
    rule = results(only(export))["rules"][0]
    assert rule["status"] == "not_assessed"
    assert "visits" in rule["reason"]


def test_one_households_audit_leaves_the_others_out(export: Path) -> None:
    assert results(only(export, "--household", "HH-1"))["rules"][0]["subjects"]["total"] == 1
    assert results(only(export, "--household", "HH-1"))["findings"] == []
