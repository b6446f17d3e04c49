"""The summary on the terminal: what a quality assurance lead needs to know before opening the report."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from auditor.model import Audit
from auditor.report import words
from auditor.report.view import View, build

WIDTH = 100
WORST_SHOWN = 8
STYLES = {
    "critical": "bold red",
    "major": "yellow",
    "minor": "cyan",
    "inadequate": "bold red",
    "requires improvement": "yellow",
    "good": "green",
    "outstanding": "green",
}


def summary(audit: Audit, folder: Path | None, written: Sequence[Path]) -> str:
    """The summary as text; in colour only where stdout is a terminal and NO_COLOR is not set."""
    view = build(audit)
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        return _coloured(view, folder, written)
    return "\n".join(text for text, _ in _lines(view, folder, written)) + "\n"


def _lines(view: View, folder: Path | None, written: Sequence[Path]) -> list[tuple[str, str]]:
    """Each line with a style word ('' for plain)."""
    lines: list[tuple[str, str]] = [(f"{view.title}, {words.day(view.audit.run.as_of)}", "bold")]
    lines += [(f"  {name}: {value}", "") for name, value in view.facts[1:]]
    lines.append(("", ""))
    lines.append(("Indicative judgements (from records alone; not an inspection's):", "bold"))
    for judgement in view.judgements:
        lines.append((f"  {judgement.label:<44} {judgement.grade.capitalize()}", STYLES.get(judgement.grade, "")))
    lines += [("", ""), (view.totals, "bold")]
    short = sorted((rule for rule in view.rules if rule.short), key=_urgency)
    for rule in short[:WORST_SHOWN]:
        lines.append((f"  {words.GRADE_LABELS[rule.worst]:<9} {rule.share:<26} {rule.title}", STYLES[rule.worst]))
        lines.append((f"            {rule.cites}", "dim"))
    if len(short) > WORST_SHOWN:
        lines.append((f"  … and {len(short) - WORST_SHOWN} more rules, in the report", ""))
    lines += _gaps(view)
    lines.append(("", ""))
    if written and folder is not None:
        first = next((path for path in written if path.suffix == ".html"), written[0])
        lines.append((f"Report: {first}", "bold"))
        others = ", ".join(path.name for path in written if path != first)
        if others:
            lines.append((f"Also in {folder}: {others}", ""))
    return lines


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


def _coloured(view: View, folder: Path | None, written: Sequence[Path]) -> str:
    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=max(WIDTH, Console().width), highlight=False, soft_wrap=True)
    for text, style in _lines(view, folder, written):
        console.print(Text(text, style=style))
    return out.getvalue()
