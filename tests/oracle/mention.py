"""mention: a fact is mentioned in a text that should act on it. Words are compared one by one; the list of synonyms is
read from its file as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from tests.oracle import days
from tests.oracle.expressions import evaluate, parse, value
from tests.oracle.records import World, contract
from tests.oracle.rows import Row
from tests.oracle.sources import bases, events, has_span

LISTS = Path(__file__).parents[2] / "rules" / "synonyms"


@cache
def listed(name: str) -> dict:
    return yaml.load((LISTS / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)


def split(text: str | None) -> list[str]:
    return re.findall(r"[0-9a-zß-ɏ]+", (text or "").lower())


def says(words: list[str], phrase: str) -> bool:
    """Whether a text, as words, holds a phrase; a star at its end stands for any ending."""
    wanted = split(phrase)
    for start in range(len(words) - len(wanted) + 1):
        there = words[start:start + len(wanted)]
        last = there[-1].startswith(wanted[-1]) if phrase.endswith("*") else there[-1] == wanted[-1]
        if there[:-1] == wanted[:-1] and last:
            return True
    return False


def cases(check: dict, world: World) -> Iterator[Row]:
    """A case for each fact of a table for which there are words to look for; or for each of a list, or a prompt."""
    if check.get("prompt"):
        yield from _prompts(check, world)
    elif isinstance(check["facts"], list):
        yield from _list(check, world)
    else:
        yield from _facts(check, world)


def _list(check: dict, world: World) -> Iterator[Row]:
    """A case for each record of the target and each fact of the list."""
    table = check["target"]["table"]
    for base, day, text in _texts(check, world):
        lasting = has_span(table, None) or day is None
        for fact in check["facts"]:
            said = any(says(text, word) for word in fact["words"])
            outcome = "met" if said else "breach" if text else "not_evidenced"
            row = Row(
                base.record.key, outcome, state="incomplete", trigger_on=day, missing=frozenset({fact["name"]}),
                began=day, closed=None if lasting else day,
            )
            yield row.benefit(base.sure)


def _prompts(check: dict, world: World) -> Iterator[Row]:
    """A prompt for each text with such words that nothing answered, once the time for an answer is over."""
    for base, day, text in _texts(check, world):
        named = {fact["name"] for fact in check["facts"] if any(says(text, word) for word in fact["words"])}
        if not named or day is None:
            continue
        first = last = day
        if "within" in check:
            first, last = (days.shift(day, check["within"], way) for way in (-1, 1))
        answers = [event.day for source in check.get("answered_by", []) for event in events(world, source, base)]
        if last < world.as_of and not any(one is not None and first <= one <= last for one in answers):
            yield Row(base.record.key, "prompt", trigger_on=day, missing=frozenset(named), began=day, closed=day)


def _texts(check: dict, world: World) -> Iterator[tuple]:
    """The records whose text is read, with their own day and words."""
    target = check["target"]
    dated = target.get("date") or contract()[target["table"]].get("dated_by")
    for base in bases(world, target["table"], target.get("where"), None):
        day = evaluate(parse(dated), base.place) if dated else None
        yield base, day, split(base.record.values[target["text"]])


def _facts(check: dict, world: World) -> Iterator[Row]:
    facts, target, known = check["facts"], check["target"], listed(check["synonyms"])
    for base in bases(world, facts["table"], facts.get("where"), None):
        kind = value(facts["kind"], base.place)
        detail = value(facts["detail"], base.place) if "detail" in facts else None
        own = split(detail)
        named = [one for one in known["details"].values() if any(says(own, word) for word in one["recorded_as"])]
        general = list(known["kinds"].get(kind, []))
        if not named:
            general += [_stem(word) for word in own if len(word) >= 4 and word not in known["ignored"]]
        if not named and not general:
            continue
        texts = [(split(event.record.values[target["text"]]), event.counts is True) for event in events(world, target, base)]
        topics = [one["recorded_as"] + one.get("mentioned_as", []) for one in named] or [general]
        sure = all(any(counts and any(says(text, word) for word in topic) for text, counts in texts) for topic in topics)
        possible = all(any(any(says(text, word) for word in topic) for text, _ in texts) for topic in topics)
        loosely = bool(named) and any(any(says(text, word) for word in general) for text, _ in texts)
        written = any(counts and text for text, counts in texts)
        outcome = "met" if sure else "breach" if written and not possible and not loosely else "not_evidenced"
        day = base.record.values["known_on"]
        due = days.shift(day, check["within"]) if "within" in check and day else None
        if outcome != "met" and due is not None and due >= world.as_of:
            outcome = "pending"
        row = Row(base.record.key, outcome, state="incomplete", trigger_on=day, due_on=due, missing=frozenset({detail or kind}))
        yield row.benefit(base.sure)


def _stem(word: str) -> str:
    return (word[:-2] if len(word) > 5 else word) + "*"
