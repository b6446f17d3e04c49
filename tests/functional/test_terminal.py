"""The command in a terminal: help with examples, completion, streams, pipes that close, colour, and explain."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from auditor.cli import cli

ROOT = Path(__file__).resolve().parents[2]
HOUSEHOLDS = "household_id,name,worker_id,approved_on,kind\nHH-1,Ash,W-1,2024-09-01,mainstream\nHH-2,Elm,W-2,2024-09-01,mainstream\n"
WORKERS = "worker_id,role,team,started_on\nW-1,supervising_social_worker,North,2020-01-01\nW-2,supervising_social_worker,South,2020-01-01\n"
VISITS = (
    "visit_id,household_id,visited_on,kind,unannounced,notes\n"
    "V-1,HH-1,2024-11-02,unannounced,yes,Nothing \x1b[31mred\n"
    "V-2,HH-2,2024-11-03,unannounced,yes,All well\n"
)
RULE = ("--only", "NMS21.8-unannounced", "--as-of", "2026-03-31", "--fail-on", "never")


def auditor(*arguments: str | Path, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **more}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, env=environment)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Two households of two teams, each long without an unannounced visit."""
    folder = tmp_path / "records"
    folder.mkdir()
    for name, content in (("households", HOUSEHOLDS), ("workers", WORKERS), ("visits", VISITS)):
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


@pytest.mark.parametrize(
    ("path", "command"), commands(cli), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_help_has_examples_that_the_command_can_read(path: tuple[str, ...], command: click.Command) -> None:
    shown = command.get_help(click.Context(command, info_name=" ".join(path)))
    examples = re.findall(rf"^\s+auditor {' '.join(path)}(?: (.*))?$", shown, re.MULTILINE)
    assert examples, f"auditor {' '.join(path)} --help has no example"
    known = {name for parameter in command.params for name in parameter.opts}
    for example in examples:
        words = re.split(r"\s{2,}|>", example)[0].split()
        assert [word for word in words if word.startswith("--") and word not in known] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str) -> None:
    done = auditor("completion", shell)
    assert done.returncode == 0 and "_AUDITOR_COMPLETE" in done.stdout and done.stderr == ""


def test_completion_completes_commands_and_options() -> None:
    asked = {"_AUDITOR_COMPLETE": "bash_complete", "COMP_WORDS": "auditor run --te", "COMP_CWORD": "2"}
    assert "plain,--team" in auditor(**asked).stdout


def test_a_pipe_that_closes_leaves_no_traceback() -> None:
    command = f"{sys.executable} -m auditor rules list | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr and "Broken" not in done.stderr


def test_quiet_says_nothing_and_a_pipe_gets_no_colour(export: Path, tmp_path: Path) -> None:
    quiet = auditor("run", export, *RULE, "--quiet", "--format", "json", "--output", tmp_path / "a")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    spoken = auditor("run", export, *RULE, "--format", "json", "--output", tmp_path / "b", NO_COLOR="")
    assert "\x1b" not in spoken.stdout and spoken.stderr == ""
    assert "2 findings" in spoken.stdout
    (command,) = re.findall(r"One finding in full: auditor (explain .*)", spoken.stdout)
    assert "HH-1" in auditor(*command.split()).stdout


def test_a_teams_audit_holds_its_households_only_and_comes_with_a_caseload(export: Path, tmp_path: Path) -> None:
    done = auditor("run", export, *RULE, "--team", "north", "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    assert [finding["household_id"] for finding in document["findings"]] == ["HH-1"]
    assert document["run"]["scope"].startswith("team north")
    page = (tmp_path / "out" / "caseload.html").read_text(encoding="utf-8")
    assert "Caseload of team north" in page and "HH-1" in page and "HH-2" not in page
    assert (tmp_path / "out" / "due.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_team_that_nobody_is_in_is_a_mistake_told_in_words(export: Path) -> None:
    done = auditor("run", export, *RULE, "--team", "Nort")
    assert done.returncode == 2 and "no team 'Nort' is in the column team of the workers of the export" in done.stderr
    assert "South" not in done.stderr
    for option, table in (("--worker", "workers"), ("--household", "households")):
        done = auditor("run", export, "--as-of", "2026-03-31", option, "nobody")
        assert done.returncode == 2 and f"'nobody' is in the table {table} of the export" in done.stderr


def test_explain_shows_records_only_when_asked(export: Path) -> None:
    assert auditor("run", export, *RULE, "--format", "json").returncode == 0
    (results,) = export.parent.glob("records-audit-*/findings.json")
    finding = json.loads(results.read_text(encoding="utf-8"))["findings"][0]
    plain = auditor("explain", finding["fingerprint"][:8], cwd=export.parent)
    assert plain.returncode == 0, plain.stderr
    for said in (finding["fingerprint"], "HH-1", "2 November 2025", "visits V-1 (visits.csv, row 2)", "NMS 21.8"):
        assert said in plain.stdout
    assert "unannounced    yes" not in plain.stdout and "SELECT" not in plain.stdout
    shown = auditor("explain", finding["fingerprint"][:8], "--records", "--sql", cwd=export.parent)
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"visited_on +2 November 2024", shown.stdout) and re.search(r"unannounced +yes", shown.stdout)
    assert "SELECT" in shown.stdout and "\x1b" not in shown.stdout
    assert "Ash" not in shown.stdout


def test_explain_says_where_the_export_has_changed(export: Path) -> None:
    assert auditor("run", export, *RULE, "--format", "json").returncode == 0
    (results,) = export.parent.glob("records-audit-*/findings.json")
    print_ = json.loads(results.read_text(encoding="utf-8"))["findings"][0]["fingerprint"]
    rows = list(csv.reader((export / "visits.csv").read_text(encoding="utf-8").splitlines()))
    (export / "visits.csv").write_text("\n".join(",".join(row) for row in rows if row[0] != "V-1"), encoding="utf-8")
    done = auditor("explain", print_, "--results", results, "--records")
    assert "The export is not as it was at the audit" in done.stdout
    assert "visits V-1: not in this export" in done.stdout
    moved = export.rename(export.with_name("elsewhere"))
    lost = auditor("explain", print_, "--results", results, "--records")
    assert lost.returncode == 2 and "name it with --export" in lost.stderr
    assert auditor("explain", print_, "--results", results, "--export", moved).returncode == 0
