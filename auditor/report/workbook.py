"""The XLSX action tracker of an audit, `findings.xlsx`: what people fill in, and what they look things up in."""

from __future__ import annotations

from pathlib import Path

from auditor.model import Audit
from auditor.report import words
from auditor.report.tracker import findings, matrices, others
from auditor.report.tracker.book import Book
from auditor.report.view import build


def write(audit: Audit, path: Path) -> None:
    """Write the action tracker of an audit to `path`."""
    view = build(audit)
    worst_first = sorted(view.lines, key=lambda line: (line.rank[:2], words.natural(line.household)))
    held = findings.by_worker(worst_first)
    book = Book(path, audit.run.as_of, "Self-audit: action tracker")
    others.cover(book, view, held)
    findings.findings(book, worst_first)
    others.coming(book, view)
    matrices.training(book, audit)
    matrices.visits(book, audit)
    findings.gone(book, audit)
    others.rules(book, view)
    others.gaps(book, view)
    others.data(book, audit)
    findings.hidden(book, audit)
    findings.workers(book, held)  # last, so that no worker's id can take the name of another sheet
    book.book.close()
