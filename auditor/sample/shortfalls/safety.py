"""Plans, incidents, notices, allegations and complaints."""

from __future__ import annotations

from auditor.sample.agency import Row
from auditor.sample.shortfalls.planting import Planting, ago

PLANTS: tuple = ()


def recent_incidents(planting: Planting, *kinds: str) -> list[Row]:
    """Incidents of these kinds inside the year audited, oldest first."""
    rows = [i for i in planting.agency.rows("incidents") if i["kind"] in kinds and i["occurred_at"].date() > ago(360)]
    return sorted(rows, key=lambda i: i["occurred_at"])
