"""The households, picked cases, answers by hand and matrices of an audit, under pseudonyms."""

from __future__ import annotations

from auditor.model import ByHand, Course, Home, Learner, Picked, Visited
from auditor.report.keyfile import FINDING, Key

WITHHELD = "(withheld)"


def home(home: Home, key: Key) -> Home:
    """A household with those placed there."""
    return Home(
        key.name("households", home.household_id),
        key.maybe("workers", home.worker_id),
        tuple(sorted(key.name("children", child) for child in home.children)),
    )


def picked(case: Picked, key: Key) -> Picked:
    """A picked case; its reasons are words of ours with counts."""
    return Picked(
        table=case.table,
        id=key.name(case.table, case.id),
        household_id=key.maybe("households", case.household_id),
        worker_id=key.maybe("workers", case.worker_id),
        risk=case.risk,
        shortfall=case.shortfall,
        because=case.because,
        findings=tuple(key.name(FINDING, one) for one in case.findings),
    )


def by_hand(one: ByHand, key: Key) -> ByHand:
    """An answer by hand, without its comment and the name of who looked."""
    return ByHand(
        table=one.table,
        id=key.name(one.table, one.id),
        cite=one.cite,
        question=one.question,
        answer=one.answer,
        comment=WITHHELD if one.comment else "",
        auditor=key.name("auditor", one.auditor) if one.auditor else "",
        on=one.on,
    )


def learner(one: Learner, key: Key) -> Learner:
    """The titles of courses are words from the records, so they get pseudonyms too."""
    return Learner(
        key.name("carers", one.carer_id),
        key.name("households", one.household_id),
        key.maybe("workers", one.worker_id),
        tuple(Course(key.name("course", c.title), c.state, c.on, c.expires_on, c.booked_for) for c in one.courses),
    )


def visited(one: Visited, key: Key) -> Visited:
    """The visits of a household by month."""
    return Visited(
        key.name("households", one.household_id),
        key.maybe("workers", one.worker_id),
        one.approved_on,
        one.months,
    )
