"""What an export allows: which rules can run with it, which cannot and why, and which fields would unlock the most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditor.engine import missing_inputs
from auditor.rule import Rulebook
from auditor.statement import build


@dataclass(frozen=True)
class Readiness:
    """Rules that can run, rules that cannot with what each lacks, and (what, how many rules it alone would unlock,
    how many rules want it), most first."""

    ready: tuple[str, ...]
    blocked: tuple[tuple[str, tuple[str, ...]], ...]
    unlocks: tuple[tuple[str, int, int], ...]


def readiness(book: Rulebook, supplied: dict[str, frozenset[str]]) -> Readiness:
    """What the rulebook can do with these tables and columns."""
    ready, blocked = [], []
    alone: Counter = Counter()
    wanted: Counter = Counter()
    for rule in book.rules.values():
        lacking = missing_inputs(build(rule, book.parameters), supplied)
        if not lacking:
            ready.append(rule.id)
            continue
        blocked.append((rule.id, tuple(lacking)))
        wanted.update(lacking)
        if len(lacking) == 1:
            alone.update(lacking)
    unlocks = sorted(
        ((what, alone[what], count) for what, count in wanted.items()), key=lambda one: (-one[1], -one[2], one[0])
    )
    return Readiness(tuple(ready), tuple(blocked), tuple(unlocks))
