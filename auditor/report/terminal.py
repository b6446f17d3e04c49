"""The summary on the terminal: what a quality assurance lead needs to know before opening the report."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from auditor.errors import EXIT_FINDINGS, EXIT_RULE_FAILED
from auditor.model import Audit
from auditor.report import words
from auditor.report.pick import by_hand_line, pick_line
from auditor.report.view import View, build

WIDTH = 100
GRADE_WORDS = tuple(words.GRADE_LABELS.values())
WORST_SHOWN = 8
EXIT_HINTS = {
    EXIT_FINDINGS: "The command ends with failure because of these findings; see --fail-on",
    EXIT_RULE_FAILED: "The command ends with failure because a rule could not be run",
}
CHAPTER_WORDS = {
    "requirement": ("requirement", "requirements"),
    "recommendation": ("recommendation", "recommendations"),
    "practice": ("point of practice", "points of practice"),
}
AHEAD = dt.timedelta(days=28)
STYLES = {
    "critical": "bold red",
    "major": "yellow",
    "minor": "cyan",
    "inadequate": "bold red",
    "requires improvement": "yellow",
    "good": "green",
    "outstanding": "green",
}


def summary(audit: Audit, folder: Path | None, written: Sequence[Path], exit_code: int | None = None) -> str:
    """The summary as text; in colour only where stdout is a terminal and NO_COLOR is not set. With `exit_code`, the
    last line says what the command ends with and why."""
    view = build(audit)
    lines = _wrapped(
        _lines(view, folder, written, exit_code), min(WIDTH, shutil.get_terminal_size((WIDTH, 40)).columns)
    )
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        return _coloured(lines)
    return "\n".join(text for text, _ in lines) + "\n"


def _wrapped(lines: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """Long lines broken at spaces, the rest set under the text they belong to. Paths stay whole."""
    out = []
    for text, style in lines:
        indent = len(text) - len(text.lstrip())
        under = " " * (12 if text[indent:].startswith(GRADE_WORDS) else indent + 2)
        parts = textwrap.wrap(text, width, subsequent_indent=under, break_long_words=False, break_on_hyphens=False)
        out += (
            [(part, style) for part in parts or [""]]
            if style != "path"
            else [(text, "bold" if text.startswith("Report") else "")]
        )
    return out


def _lines(view: View, folder: Path | None, written: Sequence[Path], exit_code: int | None) -> list[tuple[str, str]]:
    """Each line with a style word ('' for plain)."""
    lines: list[tuple[str, str]] = [(f"{view.title}, {words.day(view.audit.run.as_of)}", "bold")]
    lines += [(f"  {name}: {value}", "") for name, value in view.facts[1:]]
    lines.append(("", ""))
    whose = "of this part of the service, from its records alone" if view.audit.run.scope else "from records alone"
    lines.append((f"Indicative judgements ({whose}; not an inspection's):", "bold"))
    for judgement in view.judgements:
        lines.append((f"  {judgement.label:<44} {judgement.grade.capitalize()}", STYLES.get(judgement.grade, "")))
    lines += [("", ""), (view.totals, "bold")]
    lines += [(text, "") for text in view.trend]
    chapters = [words.count(len(one.rules), *CHAPTER_WORDS[one.type]) for one in view.chapters if one.rules]
    if chapters:
        lines.append((f"Not shown to be met: {words.listed(chapters)}.", ""))
    short = sorted((rule for rule in view.rules if rule.short), key=_urgency)
    for rule in short[:WORST_SHOWN]:
        lines.append((f"  {words.GRADE_LABELS[rule.worst]:<9} {rule.title}", STYLES[rule.worst]))
        lines.append((f"            not shown to be met for {rule.share} ({rule.cites})", "dim"))
    if len(short) > WORST_SHOWN:
        lines.append((f"  … and {words.count(len(short) - WORST_SHOWN, 'more rule')}, in the report", ""))
    lines += _next(view)
    lines += _gaps(view)
    lines.append(("", ""))
    if written and folder is not None:
        first = next((path for path in written if path.suffix == ".html"), written[0])
        lines.append((f"Report: {first}", "path"))
        others = ", ".join(path.name for path in written if path != first)
        if others:
            lines.append((f"Beside it: {others}", ""))
        if short and any(path.name == "findings.json" for path in written):
            lines.append((f"One finding in full: auditor explain {_worst(view)} --results {folder}", "path"))
    if exit_code in EXIT_HINTS:
        lines.append((f"{EXIT_HINTS[exit_code]} (exit code {exit_code})", "dim"))
    return lines


def _worst(view: View) -> str:
    """The fingerprint of one of the gravest findings."""
    return min((line for line in view.lines if line.counts), key=lambda line: line.rank).finding.fingerprint


def _next(view: View) -> list[tuple[str, str]]:
    """What comes next: the duties that fall due, the files to open first, and what people have checked by hand."""
    run, coming = view.audit.run, view.audit.coming_due
    soon = sum(one.due_on <= run.as_of + AHEAD for one in coming)
    due = f"{words.count(soon, 'duty falls', 'duties fall')} due in the next 28 days." if soon else ""
    said = [text for text in (due, pick_line(view.audit), by_hand_line(view.audit)) if text]
    return [("", ""), *((text, "") for text in said)] if said else []


def _urgency(rule) -> tuple:
    return ("critical", "major", "minor").index(rule.worst), -rule.by_grade[rule.worst], rule.id


def _gaps(view: View) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = [("", "")]
    for status, words_before in (
        ("error", "could not be run"),
        ("not_assessed", "could not be assessed: the export lacks their records"),
    ):
        rules = view.statuses[status]
        if rules:
            lines.append((f"{words.count(len(rules), 'rule')} {words_before}.", "yellow"))
            lines += [(f"  {rule.title}: {rule.reason}", "dim") for rule in rules[:3]]
    if view.unlooked:
        by_hand = sum(group.number for group in view.unlooked if group.kind != "outside")
        lines.append((f"{words.count(by_hand, 'provision')} of the law are left to a person, in whole or part.", ""))
    issues = len(view.audit.data_issues)
    rejected = sum(one.rejected for one in view.audit.run.inputs)
    if issues:
        lines.append(
            (
                f"{words.count(issues, 'problem')} in the data; {words.count(rejected, 'row')} could not be used. See the end of the report.",
                "yellow",
            )
        )
    return lines if len(lines) > 1 else []


def _coloured(lines: list[tuple[str, str]]) -> str:
    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=max(WIDTH, Console().width), highlight=False, soft_wrap=True)
    for text, style in lines:
        console.print(Text(text, style=style))
    return out.getvalue()
