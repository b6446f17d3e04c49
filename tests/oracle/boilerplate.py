"""boilerplate: every text is compared with every other, run by run of three words, as the explanation says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from tests.oracle.expressions import evaluate, parse, value
from tests.oracle.mention import split
from tests.oracle.records import World, contract
from tests.oracle.rows import Row
from tests.oracle.sources import Base, bases, has_span

MONTHS = "january february march april may june july august september october november december"
SHORT_MONTHS = "jan feb mar apr jun jul aug sep sept oct nov dec"
DAYS = "monday tuesday wednesday thursday friday saturday sunday st nd rd th"
GENDER = (
    "he she him her his hers they them their theirs himself herself themselves themself boy girl boys girls son daughter"
    " brother sister mr mrs ms miss"
)
ASIDE = set(f"{MONTHS} {SHORT_MONTHS} {DAYS} {GENDER}".split())
SMALL_SERVICE, FEW_RUNS = 20, 20


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each text that is long enough; copies of one another are breaches. Names left in are not looked at."""
    texts = {base.record.key: _words(check, base, world) for base in _alive(check, world)}
    texts = {key: words for key, words in texts.items() if len(words[0]) >= check.get("minimum", 30)}
    runs = {key: {tuple(words[n : n + 3]) for n in range(len(words) - 2)} for key, (words, *_) in texts.items()}
    form = _form(texts, runs)
    joined = {key: {key} for key in texts}
    for one, other in combinations(sorted(texts), 2):
        if _compared(texts[one], texts[other]) and _alike(runs[one], runs[other], form, check.get("similarity", 70)):
            together = joined[one] | joined[other]
            for key in together:
                joined[key] = together
    for key in sorted(texts):
        copies = len({texts[one][1] for one in joined[key]}) >= check.get("at_least", 2)  # of so many children, not texts
        yield Row(key, "breach" if copies else "met", state="generic", missing=frozenset())


def _alive(check: dict, world: World) -> Iterator[Base]:
    source = check["text"]
    spanned = has_span(source["table"], source.get("span")) and "date" not in source
    dated = source.get("date") or contract()[source["table"]]["dated_by"]
    for base in bases(world, source["table"], source.get("where"), source.get("span") if spanned else None):
        if spanned:
            if base.start is not None and base.start <= world.as_of and (base.end is None or base.end > world.since):
                yield base
        else:
            day = evaluate(parse(dated), base.place)
            if day is None or world.since <= day <= world.as_of:
                yield base


def _words(check: dict, base: Base, world: World) -> tuple[list[str], object, object]:
    """The words of a text without names, dates and numbers; what it is compared by, and within."""
    names = _names(base, world)
    words = [word for word in split(base.record.values[check["text"]["text"]]) if not re.search(r"\d", word)]
    words = [word for word in words if word not in ASIDE and word not in names]
    by = value(check["by"], base.place) if "by" in check else base.record.key
    return words, by, value(check["within"], base.place) if "within" in check else ""


def _names(base: Base, world: World) -> set[str]:
    """Words of the names of the text's own child and of the children who live or lived in the same home."""
    child, home = base.record.values.get("child_id"), base.record.values.get("household_id")
    homes = {stay.values["household_id"] for stay in world.rows("placements") if stay.values["child_id"] == child} | {home}
    children = {stay.values["child_id"] for stay in world.rows("placements") if stay.values["household_id"] in homes - {None}}
    known = [one.values.get("name") for one in world.rows("children") if one.key in children | {child}]
    return {word for name in known for word in split(name)}


def _compared(one: tuple, other: tuple) -> bool:
    return one[1] != other[1] and one[2] == other[2]


def _form(texts: dict, runs: dict) -> set[tuple[str, ...]]:
    """Runs of three words that more than half of the children's texts share, where there are enough of them."""
    owners = {key: by for key, (_, by, _) in texts.items()}
    if len(set(owners.values())) < SMALL_SERVICE:
        return set()
    shared = Counter(run for by in set(owners.values()) for run in set().union(*(runs[k] for k in runs if owners[k] == by)))
    return {run for run, count in shared.items() if 2 * count > len(set(owners.values()))}


def _alike(one: set, other: set, form: set, similarity: float) -> bool:
    """Whether enough of all the runs in either are in both."""
    own, others = one - form, other - form
    if min(len(own), len(others)) < FEW_RUNS:
        own, others, similarity = one, other, 90
    return bool(own | others) and 100 * len(own & others) >= similarity * len(own | others)
