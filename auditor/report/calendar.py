"""`due.ics`: what falls due, as whole days in a calendar that Outlook and others import (RFC 5545).

An event is known by the fingerprint of its duty, so a later file moves it rather than adding it again. Nothing depends
on the clock: the stamp is the audit date. References stand for people; names are not written.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

from auditor.model import Audit, ComingDue
from auditor.report import words
from auditor.report.results import sorted_coming
from auditor.report.words import clean

DOMAIN = "fostering-auditor.invalid"
FIRST_DAY = dt.date(2020, 1, 1)
LONGEST_TITLE = 120


def write(audit: Audit, path: Path) -> None:
    """Write `due.ics`, with CRLF at line ends and lines folded at 75 octets."""
    path.write_bytes(calendar_bytes(audit))


def calendar_bytes(audit: Audit) -> bytes:
    """The calendar: one all-day event for each duty that falls due within the look-ahead of the audit."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//fostering-auditor//due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = f"Fostering due dates ({audit.run.scope})" if audit.run.scope else "Fostering due dates"
    calendar.add("x-wr-calname", clean(name))
    cites = {rule.id: rule.cites for rule in audit.rules}
    seen: Counter[str] = Counter()
    for due in sorted(sorted_coming(audit.coming_due), key=lambda one: one.due_on):
        key = due.fingerprint or f"{due.rule}-{due.subject_table}-{due.subject_id}"
        seen[key] += 1
        uid = key if seen[key] == 1 else f"{key}-{seen[key]}"
        calendar.add_component(_event(due, uid, cites.get(due.rule, ()), audit.run.as_of))
    return calendar.to_ical()


def _event(due: ComingDue, uid: str, cites: tuple[str, ...], as_of: dt.date):  # type: ignore[no-untyped-def]
    from icalendar import Event

    event = Event()
    event.add("uid", f"{clean(uid)}@{DOMAIN}")
    event.add("dtstamp", dt.datetime.combine(as_of, dt.time(), dt.UTC))
    # A later audit's event replaces an earlier one's.
    event.add("sequence", (as_of - FIRST_DAY).days if as_of > FIRST_DAY else 0)
    event.add("dtstart", due.due_on)
    event.add("dtend", due.due_on + dt.timedelta(days=1))
    event.add("summary", _title(due))
    event.add("description", _about(due, cites, as_of))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("categories", ["Fostering due dates"])
    return event


def _title(due: ComingDue) -> str:
    whom = due.household_id or due.worker_id or due.subject_id
    title = clean(f"{whom}: {due.what}")
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def _about(due: ComingDue, cites: tuple[str, ...], as_of: dt.date) -> str:
    ids = [
        f"{word} {id_}"
        for word, id_ in (
            (words.one(due.subject_table), due.subject_id),
            ("household", due.household_id),
            ("child", due.child_id),
            ("worker", due.worker_id),
        )
        if id_
    ]
    lines = [
        f"{due.what}. Due by {words.day(due.due_on)}.",
        f"Concerns {', '.join(dict.fromkeys(ids))}.",
        f"Provision: {', '.join(cites)}." if cites else "",
        f"From the records as they stood on {words.day(as_of)}; look at the record before acting.",
    ]
    return "\n".join(clean(line) for line in lines if line)
