"""The households of a caseload: whose supervising social worker they have, and which children live there today."""

from __future__ import annotations

from collections import defaultdict

from auditor.engine import IN_TEAM, Request
from auditor.errors import UsageError
from auditor.model import Home
from auditor.store import Store


def check(store: Store, supplied: set[str], request: Request) -> None:
    """Raises UsageError where the export knows no such team, worker or household as asked for."""
    if request.team is not None and "workers" not in supplied:
        raise UsageError("--team needs the table workers, with its column team; the export has no such table.")
    asked = (
        (
            "team",
            request.team,
            "workers",
            "LOWER(TRIM(team)) = LOWER(TRIM($value))",
            "is in the column team of the workers",
        ),
        ("worker", request.worker, "workers", "worker_id = $value", "is in the table workers"),
        ("household", request.household, "households", "household_id = $value", "is in the table households"),
    )
    for option, value, table, condition, where in asked:
        if value is None or table not in supplied:
            continue
        if not store.rows(f"SELECT 1 FROM loaded.{table} WHERE {condition} LIMIT 1", {"value": value}):
            raise UsageError(f"--{option}: no {option} '{value}' {where} of the export. Write it as it stands there.")


def homes(store: Store, request: Request) -> tuple[Home, ...]:
    """The households open on the audit date, of the worker, team or household asked for, in order of their ids. A
    household where a child is placed is open, whatever its dates say. Reads the records as they stood that day."""
    placed: dict[str, list[str]] = defaultdict(list)
    for household, child in store.rows(
        "SELECT DISTINCT household_id, child_id FROM placements\n"
        "WHERE household_id IS NOT NULL AND child_id IS NOT NULL AND ended_on IS NULL ORDER BY 1, 2"
    ):
        placed[household].append(child)
    team = IN_TEAM.format(worker="worker_id") if request.team else "TRUE"
    rows = store.rows(
        "SELECT household_id, worker_id, approved_on IS NOT NULL AND ended_on IS NULL AS open FROM households\n"
        "WHERE ($household IS NULL OR household_id = $household) AND ($worker IS NULL OR worker_id = $worker)\n"
        f"  AND {team} ORDER BY household_id",
        {"household": request.household, "worker": request.worker, **({"team": request.team} if request.team else {})},
    )
    return tuple(
        Home(household, worker, tuple(placed.get(household, ())))
        for household, worker, is_open in rows
        if is_open or household in placed
    )
