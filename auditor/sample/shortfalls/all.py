"""Plants everything, always in the same order."""

from __future__ import annotations

from auditor.sample.agency import Agency
from auditor.sample.shortfalls import carers, checks, placements, safety, service, visits
from auditor.sample.shortfalls.planting import Expected, Planting


def plant(agency: Agency) -> list[Expected]:
    """Plant every failing; returns the findings that must follow."""
    planting = Planting(agency)
    for area in (visits, carers, checks, placements, safety, service):
        planting.begin()
        for fail in area.PLANTS:
            fail(planting)
    return planting.expected
