"""Plants everything, always in the same order."""

from __future__ import annotations

from auditor.sample.agency import Agency
from auditor.sample.shortfalls import carers, safety, service, visits
from auditor.sample.shortfalls.planting import Expected, Planting


def plant(agency: Agency) -> list[Expected]:
    """Plant every failing; returns the findings that must follow."""
    planting = Planting(agency)
    for fail in (*visits.PLANTS, *carers.PLANTS, *safety.PLANTS, *service.PLANTS):
        fail(planting)
    return planting.expected
