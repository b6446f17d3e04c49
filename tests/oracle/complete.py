"""complete: a record holds what it must."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.expressions import evaluate, parse, value
from tests.oracle.records import World, contract
from tests.oracle.rows import Row
from tests.oracle.sources import Base, bases, has_span


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each record whose own date, or span, meets the window; any record where its table has neither."""
    source = check["record"]
    for base in bases(world, source["table"], source.get("where"), source.get("span")):
        date = source.get("date") or contract()[source["table"]].get("dated_by")
        own = evaluate(parse(date), base.place) if date else None
        spanned = has_span(source["table"], source.get("span")) and "date" not in source
        if not _in_window(base, own, date is not None, spanned, world):
            continue
        truths = {name: value(text, base.place) for name, text in check["require"].items()}
        failed = {name for name, truth in truths.items() if truth is False}
        unknown = {name for name, truth in truths.items() if truth is None}
        outcome = "breach" if failed else "not_evidenced" if unknown else "met"
        yield Row(
            base.record.key, outcome,
            state="incomplete" if outcome != "met" else None,
            trigger_on=base.start if spanned else own,
            missing=frozenset(failed or unknown),
        ).benefit(base.sure)


def _in_window(base: Base, own: object, is_dated: bool, spanned: bool, world: World) -> bool:
    if spanned:
        return base.start is not None and base.start <= world.as_of and (base.end is None or base.end > world.since)
    return not is_dated or (own is not None and world.since <= own <= world.as_of)
