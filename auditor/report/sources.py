"""What the short names of instruments in citations stand for, from the list that ships with the rulebook."""

from __future__ import annotations

from collections.abc import Iterable

from auditor import shipped
from auditor.report.words import clean


def legend(cites: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """("FSR", "The Fostering Services (England) Regulations 2011 …") for each instrument that is cited, in the order
    of `rules/sources.yaml`. An instrument that the list does not name is left out."""
    import yaml

    cites = tuple(cites)
    entries = yaml.safe_load(shipped.text("rules", "sources.yaml"))
    return tuple(
        (clean(entry["id"]), clean(entry["title"]))
        for entry in entries
        if any(cite == entry["id"] or cite.startswith(entry["id"] + " ") for cite in cites)
    )
