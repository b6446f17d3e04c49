"""The summary on the terminal, as a quality assurance lead reads it."""

import dataclasses
import sys
from pathlib import Path

import pytest
from test_report_sample import make_audit

from auditor.report import terminal

FOLDER = Path("/somewhere/export-audit-2026-03-31")
WRITTEN = [FOLDER / "report.html", FOLDER / "findings.xlsx"]


class Terminal:
    """A stdout that says it is a terminal."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...


@pytest.fixture
def audit():
    return make_audit(hostile=0)


def test_it_says_how_it_stands_what_is_worst_and_where_the_report_is(audit):
    text = terminal.summary(audit, FOLDER, WRITTEN)
    for said in ("Self-audit of Sample Fostering, 31 March 2026", "Indicative judgements", "Help and protection of children", "Inadequate",
                 "not shown to be met for", "of 83 ", "2 rules could not be assessed", "1 rule could not be run", "120 problems in the data",
                 f"Report: {FOLDER}/report.html", "findings.xlsx"):  # fmt: skip
        assert said in text, said
    assert "\x1b" not in text


def test_lines_fit_the_window_but_the_path_stays_whole(audit, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    long = Path("/" + "x" * 90)
    lines = terminal.summary(audit, long, [long / "report.html"]).splitlines()
    assert max(len(line) for line in lines if "Report:" not in line and "/xxx" not in line) <= 72
    assert f"Report: {long}/report.html" in lines


def test_no_character_of_a_record_reaches_the_terminal_raw(monkeypatch):
    text = terminal.summary(make_audit(hostile=1), FOLDER, WRITTEN)
    assert not [c for c in text if (ord(c) < 32 and c != "\n") or c in "\u202e\ud800\x7f"]


def test_colour_only_where_it_is_wanted(audit, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = terminal.summary(audit, FOLDER, WRITTEN)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = terminal.summary(audit, FOLDER, WRITTEN)
    assert "\x1b[" in coloured and "\x1b" not in plain


def test_the_last_line_explains_a_failing_exit_code(audit):
    assert terminal.summary(audit, FOLDER, WRITTEN, 1).splitlines()[-1].endswith("(exit code 1)")
    assert "exit code" not in terminal.summary(audit, FOLDER, WRITTEN, 0)
    assert "a rule could not be run (exit code 5)" in terminal.summary(audit, FOLDER, WRITTEN, 5)


def test_a_clean_audit_still_says_what_was_not_assessed(audit):
    clean = dataclasses.replace(audit, findings=())
    text = terminal.summary(clean, FOLDER, WRITTEN)
    assert "No findings." in text and "could not be assessed" in text
