"""The training of carers and the visits to households, counted for the matrices of the action tracker.

Both are read from the records as loaded, up to the audit date; a booking may lie ahead of it. A table that the export
does not have, or that was not loaded because only some rules are run, gives nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from auditor.model import Course, Home, Learner, Visited, VisitMonth
from auditor.store import Store

_TRAINING = """
SELECT person_id, lower(trim(course)) AS course_key, min(trim(course)) AS title,
    max(completed_on) FILTER (completed_on <= $as_of) AS completed,
    arg_max(expires_on, completed_on) FILTER (completed_on <= $as_of) AS expires,
    max(booked_for) FILTER (completed_on IS NULL OR completed_on > $as_of) AS booked,
    max(requested_on) FILTER ((completed_on IS NULL OR completed_on > $as_of) AND requested_on <= $as_of) AS asked
FROM loaded.training
WHERE coalesce(person_kind, 'carer') = 'carer' AND nullif(trim(course), '') IS NOT NULL
GROUP BY person_id, course_key ORDER BY person_id, course_key
"""
_CARERS = """
SELECT carer_id, household_id FROM loaded.carers
WHERE (ended_on IS NULL OR ended_on > $as_of) AND household_id IS NOT NULL ORDER BY household_id, carer_id
"""
_VISITS = """
SELECT household_id, CAST(date_trunc('month', visited_on) AS DATE) AS month, kind,
    coalesce(status, 'completed') AS state, count(*),
    count(*) FILTER (kind = 'unannounced' OR unannounced IS TRUE)
FROM loaded.visits
WHERE visited_on BETWEEN $since AND $as_of AND coalesce(status, 'completed') <> 'planned'
GROUP BY household_id, month, kind, state ORDER BY household_id, month, kind, state
"""


def learners(
    store: Store, supplied: frozenset[str] | set[str], homes: tuple[Home, ...], as_of: dt.date
) -> tuple[Learner, ...]:
    """The carers of these households in order of household and carer, each with the courses on record."""
    if not {"carers", "training"} <= set(supplied):
        return ()
    worker = {home.household_id: home.worker_id for home in homes}
    courses: dict[str, list[Course]] = defaultdict(list)
    for person, _, title, completed, expires, booked, asked in store.rows(_TRAINING, {"as_of": as_of}):
        courses[person].append(_course(title, completed, expires, booked, asked, as_of))
    return tuple(
        Learner(carer, household, worker[household], tuple(courses.get(carer, ())))
        for carer, household in store.rows(_CARERS, {"as_of": as_of})
        if household in worker
    )


def _course(
    title: str,
    completed: dt.date | None,
    expires: dt.date | None,
    booked: dt.date | None,
    asked: dt.date | None,
    as_of: dt.date,
) -> Course:
    """Where a carer stands with one course on the audit date. The last day a certificate counts is still in date."""
    ahead = booked if booked is not None and booked >= as_of else None
    if completed is not None:
        expired = expires is not None and expires < as_of
        return Course(title, "expired" if expired else "done", completed, expires, ahead)
    if ahead is not None:
        return Course(title, "booked", ahead, booked_for=ahead)
    if booked is not None:
        return Course(title, "not_completed", booked)
    return Course(title, "asked", asked)


def visited(
    store: Store, supplied: frozenset[str] | set[str], homes: tuple[Home, ...], since: dt.date, as_of: dt.date
) -> tuple[Visited, ...]:
    """These households in their order, each with the months of the window in which a visit was made or attempted."""
    if not {"households", "visits"} <= set(supplied):
        return ()
    found: dict[str, dict[dt.date, list[tuple]]] = defaultdict(lambda: defaultdict(list))
    for household, month, *counts in store.rows(_VISITS, {"since": since, "as_of": as_of}):
        found[household][month].append(tuple(counts))
    approved = dict(store.rows("SELECT household_id, approved_on FROM loaded.households"))
    return tuple(
        Visited(
            home.household_id,
            home.worker_id,
            approved.get(home.household_id),
            tuple(_month(month, rows) for month, rows in sorted(found.get(home.household_id, {}).items())),
        )
        for home in homes
    )


def _month(month: dt.date, rows: list[tuple]) -> VisitMonth:
    """One month from its rows (kind, state, number, unannounced)."""
    made = [(kind, number, unannounced) for kind, state, number, unannounced in rows if state == "completed"]
    return VisitMonth(
        month,
        tuple((kind, number) for kind, number, _ in made),
        sum(unannounced for _, _, unannounced in made),
        sum(number for _, state, number, _ in rows if state != "completed"),
    )
