"""The report and the improvement plan as PDF, by WeasyPrint, which is an optional extra.

It is given the finished page as text and may fetch nothing: neither from the network nor from a file.
"""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any, NoReturn

from auditor.errors import UsageError
from auditor.model import Audit

# More findings than this take minutes to set in pages, and nobody reads them on paper.
MOST_PRINTED = 300
NEEDED = (
    "--format: 'pdf' needs an optional part that is not installed. Install it with: "
    "pip install 'fostering-auditor[pdf]', or print report.html and plan.html from a browser."
)


def check() -> None:
    """Raises UsageError where the optional extra is not installed."""
    if importlib.util.find_spec("weasyprint") is None:
        raise UsageError(NEEDED)


def write_report(audit: Audit, path: Path) -> None:
    """Write the HTML report of an audit as PDF, with the worst findings where there are very many; it says so then."""
    from auditor.report.html import write

    page = io.StringIO()
    write(audit, page, MOST_PRINTED)
    _print(page.getvalue(), path)


def write_plan(audit: Audit, path: Path) -> None:
    """Write the improvement plan of an audit as PDF."""
    from auditor.report.planpage import page

    _print(page(audit), path)


def _print(page: str, path: Path) -> None:
    check()
    try:
        from weasyprint import HTML
    except OSError:  # it is there, and a library of the system that it draws with is not
        raise UsageError(
            "--format: 'pdf' cannot be written: WeasyPrint is installed, but the system lacks the Pango library. "
            "Install Pango, or print the pages from a browser."
        ) from None
    # To break a word anywhere has WeasyPrint measure every place in it, which takes twice as long; long words still break.
    page = page.replace("overflow-wrap:anywhere", "overflow-wrap:break-word")
    HTML(string=page, url_fetcher=fetcher()).write_pdf(path)


def fetcher() -> Any:
    """What WeasyPrint asks for pictures, styles and fonts by address: it refuses every one."""
    try:
        from weasyprint.urls import URLFetcher
    except ImportError:  # before its version 68 a function was asked
        return _refuse

    class Refusing(URLFetcher):
        """Fetches nothing."""

        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            """Refuse."""
            _refuse(url)

    return Refusing()


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError("nothing may be fetched")
