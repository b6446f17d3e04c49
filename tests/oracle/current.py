"""current: something is held and in date, on the audit date or on every day of the window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.oracle import days
from tests.oracle.expressions import both, either, evaluate, parse, starts_word, value
from tests.oracle.records import World, contract
from tests.oracle.rows import Row, judge
from tests.oracle.sources import Base, Event, after, bases, begun, events, possible


@dataclass(frozen=True)
class Held:
    """One completed record of an item, with its last valid day (None: it never expires) on each reading."""

    done: dt.date
    kind_expires: dt.date | None
    harsh_expires: dt.date | None
    counts: bool | None
    key: str


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each base row and item."""
    for base in bases(world, check["subject"], check.get("applies_to"), check.get("span")):
        if not begun(base, world):
            continue
        for item in check["items"]:
            wanted = value(item["when"], base.place) if "when" in item else True
            if wanted is False:
                continue
            held = _held(check, item, base, world)
            sure = base.sure and wanted is True
            if check.get("throughout"):
                rows = _throughout(check, item, base, held, world)
            else:
                rows = [_on_the_day(check, item, base, held, world)] if base.end is None else []
            for row in rows:
                yield replace(row.benefit(sure), missing=frozenset({item["name"]}))


def _held(check: dict, item: dict, base: Base, world: World) -> list[Held]:
    source = {key: text for key, text in check["record"].items() if key not in ("item", "expires")}
    found = []
    for event in events(world, source, base):
        counts = both(event.counts, _is_item(check, item, event.place))
        if event.day is None or event.day > world.as_of or counts is False:
            continue
        own = _own_expiry(check["record"], event)
        lengths = valid_lengths(check, item, event)
        last_days = [own] if own or not lengths else [days.shift(event.day, text) for text in lengths]
        kind, harsh = (last_days[0], last_days[0]) if last_days == [None] else (max(last_days), min(last_days))
        found.append(Held(event.day, kind, harsh, counts, event.record.key))
    return found


def _own_expiry(source: dict, event: Event) -> dt.date | None:
    """The expiry that the record itself states: in the column named, else in `expires_on` where the table has it."""
    has_column = "expires_on" in contract()[source["table"]]["columns"]
    text = source.get("expires", "expires_on" if has_column else None)
    return evaluate(parse(text), event.place) if text else None


def valid_lengths(check: dict, item: dict, event: Event) -> list[str]:
    """How long a record of an item may be valid: a table of lengths is read on the record, `subject.` on the base row."""
    spec = item.get("valid_for", check.get("valid_for"))
    return [] if spec is None else possible(spec, event.place)


def _is_item(check: dict, item: dict, place: object) -> bool | None:
    tests = []
    if "words" in item:
        text = evaluate(parse(check["record"]["item"]), place)
        tests.append(None if text is None else either(*(starts_word(text, word) for word in item["words"])))
    if "is" in item:
        tests.append(value(item["is"], place))
    return both(*tests)


def _on_the_day(check: dict, item: dict, base: Base, held: list[Held], world: World) -> Row:
    kind, harsh = (_reading(check, item, base, held, world, kind=kind) for kind in (True, False))
    row = judge(kind, harsh)
    if row.outcome == "breach" and row.state == "missing" and _before_history(check, item, base, world):
        return replace(row, outcome="not_evidenced")
    return row


def _reading(check: dict, item: dict, base: Base, held: list[Held], world: World, *, kind: bool) -> Row:
    counting = [(one, one.kind_expires if kind else one.harsh_expires) for one in held if one.counts is True or kind]
    best = sorted(counting, key=lambda pair: (pair[1] or dt.date.max, pair[0].done), reverse=True)
    needed = item.get("count", 1)
    due = after(check["within"], base, base.start, kind=kind) if "within" in check else base.start
    row = Row(base.record.key, "met", trigger_on=base.start, began=base.start)
    if len(best) < needed:
        late = world.as_of > due
        return replace(
            row, outcome="breach" if late else "pending", state="missing" if late else None, due_on=due,
            days_late=(world.as_of - due).days if late else None,
        )
    expires = best[needed - 1][1]
    row = replace(row, trigger_on=best[needed - 1][0].done, due_on=expires)
    if expires is None or expires >= world.as_of:
        return row
    return replace(row, outcome="breach", state="expired", days_late=(world.as_of - expires).days)


def _before_history(check: dict, item: dict, base: Base, world: World) -> bool:
    """Whether the item may have been obtained, and still be in date, before the records of it begin."""
    begins = world.history_from.get(check["record"]["table"])
    if begins is None or base.start >= begins:
        return False
    spec = item.get("valid_for", check.get("valid_for"))
    entries = [spec] if isinstance(spec, str) else [entry["value"] for entry in spec or []]
    return not entries or max(days.shift(begins, text) for text in entries) > world.as_of


def _throughout(check: dict, item: dict, base: Base, held: list[Held], world: World) -> list[Row]:
    """Each unbroken stretch of the window, from the day after the item first fell due, on which it is not held."""
    kind, harsh = (_stretches(check, item, base, held, world, kind=kind) for kind in (True, False))
    last = _last_day(base, world)
    if last < world.since:
        return []
    rows = [_stretch(base, stretch, "breach", world) for stretch in kind]
    rows += [
        _stretch(base, stretch, "not_evidenced", world) for stretch in harsh
        if not any(first <= stretch[1] and stretch[0] <= final for first, final in kind)
    ]
    due = after(check["within"], base, base.start, kind=True) if "within" in check else base.start
    outcome = "met" if due < last else "pending"
    return rows or [Row(base.record.key, outcome, began=base.start)]


def _last_day(base: Base, world: World) -> dt.date:
    return world.as_of if base.end is None else base.end - days.DAY


def _stretches(
    check: dict, item: dict, base: Base, held: list[Held], world: World, *, kind: bool
) -> list[tuple[dt.date, dt.date]]:
    due = after(check["within"], base, base.start, kind=kind) if "within" in check else base.start
    day, found = max(world.since, due + days.DAY), []
    while day <= _last_day(base, world):
        if not _covered(held, item, day, kind=kind):
            if found and found[-1][1] == day - days.DAY:
                found[-1] = (found[-1][0], day)
            else:
                found.append((day, day))
        day += days.DAY
    return found


def _covered(held: list[Held], item: dict, day: dt.date, *, kind: bool) -> bool:
    valid = 0
    for one in held:
        expires = one.kind_expires if kind else one.harsh_expires
        valid += (one.counts is True or kind) and one.done <= day and (expires is None or day <= expires)
    return valid >= item.get("count", 1)


def _stretch(base: Base, stretch: tuple[dt.date, dt.date], outcome: str, world: World) -> Row:
    first, last = stretch
    length = (last - first).days + 1
    return Row(
        base.record.key, outcome, state="uncovered", trigger_on=first, due_on=first,
        done_on=last if last < world.as_of else None, days_late=length, amount=length, began=base.start,
    )
