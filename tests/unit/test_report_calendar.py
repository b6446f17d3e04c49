"""`due.ics` as RFC 5545 asks and as Outlook imports: whole days, stable ids, folded lines, nothing from the clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from icalendar import Calendar
from test_report_sample import AS_OF, HOSTILE, make_audit

from auditor.model import ComingDue
from auditor.report.calendar import calendar_bytes

BASE = make_audit(findings=1)
RULE = BASE.rules[0]


def audit(*coming: ComingDue, as_of: dt.date = AS_OF):
    return replace(BASE, coming_due=coming, run=replace(BASE.run, as_of=as_of))


def due(what: str = "Visit", on: dt.date = dt.date(2026, 4, 30), print_: str = "0123456789abcdef") -> ComingDue:
    return ComingDue(RULE.id, "households", "HH-1", "HH-1", "C-1", "W-1", None, on, what, print_)


def events(content: bytes) -> list:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_an_event_is_a_whole_day_and_ends_the_day_after() -> None:
    content = calendar_bytes(audit(due()))
    assert b"DTSTART;VALUE=DATE:20260430\r\n" in content
    assert b"DTEND;VALUE=DATE:20260501\r\n" in content
    (event,) = events(content)
    assert event.decoded("dtstart") == dt.date(2026, 4, 30)
    assert event.decoded("dtend") == dt.date(2026, 5, 1)
    assert str(event["summary"]) == "HH-1: Visit"
    assert "30 April 2026" in str(event["description"]) and "child C-1" in str(event["description"])


def test_the_stamp_is_the_audit_date_and_a_second_run_is_the_same() -> None:
    assert b"DTSTAMP:20260331T000000Z\r\n" in calendar_bytes(audit(due()))
    assert calendar_bytes(audit(due())) == calendar_bytes(audit(due()))


def test_the_same_duty_keeps_its_id_when_its_day_moves_and_the_later_file_wins() -> None:
    (first,) = events(calendar_bytes(audit(due())))
    (later,) = events(calendar_bytes(audit(due(on=dt.date(2026, 5, 20)), as_of=dt.date(2026, 4, 28))))
    assert str(first["uid"]) == str(later["uid"]) == "0123456789abcdef@fostering-auditor.invalid"
    assert int(later["sequence"]) > int(first["sequence"])


def test_no_two_events_share_an_id() -> None:
    found = events(calendar_bytes(audit(due(), due("Another"), due("Third", print_=""))))
    assert len({str(event["uid"]) for event in found}) == 3


def test_every_line_ends_in_crlf_and_holds_at_most_75_octets() -> None:
    content = calendar_bytes(audit(*(due(f"{text} é字🙂 " * 9, print_=f"{n:016x}") for n, text in enumerate(HOSTILE))))
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
    assert len(events(content)) == len(HOSTILE)


def test_text_cannot_add_lines_of_its_own() -> None:
    (event,) = events(calendar_bytes(audit(due("a; b, c\\d\r\nATTACH:http://example.invalid/x\nBEGIN:VALARM"))))
    assert "ATTACH" not in event and event.subcomponents == []
    assert "a; b, c\\d" in str(event["summary"])


def test_an_empty_calendar_can_be_read() -> None:
    assert events(calendar_bytes(audit())) == []
