"""Headings that name a month, `Apr 2026`, `April-26`, `2026-04-01`, `Visits 2026/27 / Jan`, or a year, or a number."""

from __future__ import annotations

import re

NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?(?![a-z])"
)
_SPAN = re.compile(r"(?<!\d)(20\d\d|\d\d)\s*[-/]\s*(20\d\d|\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:(20\d\d)|'?(\d\d))(?!\d)")
_FIGURES = re.compile(r"(?<!\d)(20\d\d)[-/](0?[1-9]|1[0-2])(?!\d)|(?<!\d)(0?[1-9]|1[0-2])[-/](20\d\d)(?!\d)")
_NUMBERED = re.compile(r"(.*?)[\s(#_-]*\d{1,2}(?:st|nd|rd|th)?\)?\s*(.*)")
_ONLY_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-/]\s*(?:\d\d|20\d\d))?")
# The tables of which some services keep a column for each month, or for each year.
BY_MONTH = ("visits", "child_contacts", "worker_supervisions", "carer_reviews")
BY_YEAR = ("visits", "carer_reviews")


def month_of(heading: str, first_year: int | None = None) -> tuple[int | None, int] | None:
    """The (year, month) that a heading names; the year is None where it names none. A span such as 2026-27 is a year
    from April to March, and so is `first_year` where the heading has no year of its own. None if it names no month."""
    text = heading.casefold()
    named = list(_NAMED.finditer(text))
    if not named:
        figures = _FIGURES.search(text)
        if not figures:
            return None
        year, month = (figures[1], figures[2]) if figures[1] else (figures[4], figures[3])
        return int(year), int(month)
    month = NAMES.index(named[-1][1]) + 1
    span = _SPAN.search(text)
    if span and (_full(span[1]) + 1) % 100 == _full(span[2]) % 100:
        return _full(span[1]) + (month <= 3), month
    found = _YEAR.search(text, named[-1].end()) or _YEAR.search(text)
    if found:
        return int(found[1]) if found[1] else 2000 + int(found[2]), month
    return (first_year + (month <= 3) if first_year is not None else None), month


def _full(figures: str) -> int:
    return int(figures) if len(figures) == 4 else 2000 + int(figures)


def span_in(name: str) -> int | None:
    """The year in which the April to March begins that the name of a file or sheet speaks of last: 2025 of `Visits 2025-26`."""
    years = [_full(found[1]) for found in _SPAN.finditer(name) if (_full(found[1]) + 1) % 100 == _full(found[2]) % 100]
    return years[-1] if years else None


def numbered(headings: list[str]) -> frozenset[str]:
    """The headings that are alike but for a number: `Visit 1`, `Visit 2` …"""
    series: dict[tuple[str, str], list[str]] = {}
    for heading in headings:
        if found := _NUMBERED.fullmatch(heading.casefold().strip()):
            series.setdefault((found[1], found[2]), []).append(heading)
    return frozenset(one for same in series.values() if len(same) > 1 for one in same)


def is_year(heading: str) -> bool:
    """Whether a heading is nothing but a year, or a year from April to March: `2025`, `2025/26`."""
    return _ONLY_YEAR.fullmatch(heading.strip()) is not None
