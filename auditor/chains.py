"""Findings about the same child or household whose dates overlap or follow: an unvisited home, then an allegation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from auditor.model import Finding

FOLLOWS_WITHIN = dt.timedelta(days=28)
LONGEST = 50


def link(findings: list[Finding], as_of: dt.date) -> list[Finding]:
    """The findings, each with the fingerprints of those related to it.

    Two are related where they concern the same child, or the same household and not two different children, and one
    overlaps the other's dates or begins within 28 days of its end. A group of more than 50 is left unlinked: there
    the household's page shows more than a list of links could.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, finding in enumerate(findings):
        if finding.household_id is not None:
            groups[f"h {finding.household_id}"].append(place)
        elif finding.child_id is not None:
            groups[f"c {finding.child_id}"].append(place)
    related: dict[int, set[str]] = defaultdict(set)
    for places in groups.values():
        if len(places) > LONGEST:
            continue
        for one in places:
            for other in places:
                if one != other and _linked(findings[one], findings[other], as_of):
                    related[one].add(findings[other].fingerprint)
    return [
        replace(finding, related=tuple(sorted(related[place]))) if related[place] else finding
        for place, finding in enumerate(findings)
    ]


def _linked(one: Finding, other: Finding, as_of: dt.date) -> bool:
    if one.child_id and other.child_id and one.child_id != other.child_id:
        return False
    (start, end), (other_start, other_end) = _period(one, as_of), _period(other, as_of)
    return other_start <= end + FOLLOWS_WITHIN and start <= other_end + FOLLOWS_WITHIN


def _period(finding: Finding, as_of: dt.date) -> tuple[dt.date, dt.date]:
    """From when the duty fell due (or the matter began) to when it was done, or the audit date."""
    start = finding.due_on or finding.trigger_on or as_of
    return start, max(start, finding.done_on or as_of)
