"""What an export allows: which rules can run with it, which cannot and why, and which fields would unlock the most."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.engine import Only, missing_inputs
from auditor.rule import Rulebook
from auditor.statement import build

MOST_GROUPS = 10
MOST_NAMED = 4
WIDTH = 110


@dataclass(frozen=True)
class Readiness:
    """Rules that can run, rules that cannot with what each lacks, and (what, how many rules it alone would unlock,
    how many rules want it), most first."""

    ready: tuple[str, ...]
    blocked: tuple[tuple[str, tuple[str, ...]], ...]
    unlocks: tuple[tuple[str, int, int], ...]


def readiness(book: Rulebook, supplied: dict[str, frozenset[str]], only: Only | None = None) -> Readiness:
    """What the rulebook can do with these tables and columns, and the kinds of record that they hold."""
    ready, blocked = [], []
    alone: Counter = Counter()
    wanted: Counter = Counter()
    for rule in book.rules.values():
        lacking = missing_inputs(build(rule, book.parameters), supplied, only)
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


def grouped(blocked: Sequence[tuple[str, tuple[str, ...]]], most: int = MOST_GROUPS) -> list[str]:
    """The rules that cannot run, as lines of text: by the first thing that each lacks, those that most lack first."""
    groups: dict[str, list[str]] = {}
    wanted = Counter(what for _, lacking in blocked for what in lacking)
    for rule, lacking in blocked:
        groups.setdefault(max(lacking, key=lambda what: (wanted[what], what)), []).append(rule)
    ordered = sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
    lines = []
    for what, rules in ordered[:most]:
        shown = ", ".join(rules[:MOST_NAMED]) + (f" and {len(rules) - MOST_NAMED} more" if len(rules) > MOST_NAMED else "")
        lines += textwrap.wrap(f"no {what}: {shown}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    rest = sum(len(rules) for _, rules in ordered[most:])
    if rest:
        lines.append(f"  {rest} more for want of other fields (--format json lists every rule and what it lacks)")
    return lines
