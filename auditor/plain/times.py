"""The kinds of check that run in time: recurring, quota, deadline, matrix and current, in plain words."""

from __future__ import annotations

from typing import Any

from auditor.plain.source import Lines, Values, pause_lines, source_lines, subject_lines


def recurring_lines(check: dict, values: Values) -> Lines:
    yield from subject_lines(check, values)
    first = check.get("first_within")
    start = f", the first within {values.amount(first)} of its beginning" if first else ""
    yield 0, f"The events below must follow each other within {values.amount(check['every'])}{start}."
    yield from source_lines("An event is a record in", check["event"], values)
    yield from pause_lines(check, values)


def quota_lines(check: dict, values: Values) -> Lines:
    yield from subject_lines(check, values)
    start = f"counted from {values.say(check['anchor'])}" if check.get("anchor") else "counted from the beginning"
    yield (
        0,
        f"Each period of {values.amount(check['per'])}, {start}, must hold {values.amount(check['at_least'])} or more of the events below.",
    )
    yield from source_lines("An event is a record in", check["event"], values)
    yield from pause_lines(check, values)


def _trigger(trigger: dict, values: Values) -> Lines:
    yield from source_lines("The time runs from each record in", trigger, values)
    nth = trigger.get("nth")
    if nth:
        yield (
            0,
            f"Only the record that is number {nth['number']} within {values.amount(nth['in'])} for one {nth.get('by', '').removesuffix('_id')} begins it.",
        )
    if trigger.get("span"):
        for key, words in (("from", "It is asked from"), ("to", "It lapses if it would fall due on or after")):
            if trigger["span"].get(key):
                yield 0, f"{words} {values.say(trigger['span'][key])}."


def _response(first: str, response: dict, values: Values) -> Lines:
    if "table" in response:
        yield from source_lines(f"{first} a record in", response, values)
    else:
        yield 0, f"{first} {values.say(response['date'])} of the same record."


def deadline_lines(check: dict, values: Values) -> Lines:
    yield from _trigger(check["trigger"], values)
    before = check.get("direction") == "before"
    yield from _response("What must come is", check["response"], values)
    if check.get("due"):
        yield 0, f"It must come on or before {values.say(check['due'])}."
    elif before:
        early = f", and not more than {values.amount(check['within'])} before it" if check.get("within") else ""
        yield 0, f"It must come on or before that day{early}."
    elif check.get("within"):
        yield 0, f"It must come within {values.amount(check['within'])}."
    for other in check.get("or") or []:
        yield from _response("The duty is also met by", other, values)
    if check.get("not_before"):
        wait = check["not_before"]
        tail = f", unless {values.say(wait['unless'])} is recorded" if wait.get("unless") else ""
        yield 0, f"It must not come before {values.amount(wait['wait'])} have passed{tail}."


def matrix_lines(check: dict, values: Values) -> Lines:
    yield from _trigger(check["trigger"], values)
    yield from source_lines("A response is a record in", check["response"], values)
    yield 0, f"Each must come within {values.amount(check['within'])}. Which are needed:"
    for kind, cells in check["kinds"].items():
        needed = [
            responder.replace("_", " ") + (f" (where {values.say(cell['when'])})" if cell and cell.get("when") else "")
            for responder, cell in cells.items()
        ]
        yield 1, f"{kind.replace('_', ' ')}: {', '.join(needed)}."


def current_lines(check: dict, values: Values) -> Lines:
    yield from subject_lines(check, values)
    source = check["record"]
    yield from source_lines("What is held is looked for in", source, values)
    if check.get("throughout"):
        yield 0, "Every day of the audit's window must be covered."
    elif check.get("within"):
        yield 0, f"It must be held within {values.amount(check['within'])} of the beginning."
    if check.get("valid_for"):
        yield 0, f"It is in date for {values.amount(check['valid_for'])}, unless the record says when it expires."
    yield 0, "What must be held and in date:"
    for item in values.items(check["items"]):
        yield 1, _item(item, values)
    if check.get("look_ahead"):
        yield 0, f"What expires within {values.amount(check['look_ahead'])} is listed as coming due."


def _item(item: Any, values: Values) -> str:
    if not isinstance(item, dict):
        return f"{item}."
    parts = [str(item["name"])]
    if item.get("count", 1) != 1:
        parts.append(f"{values.amount(item['count'])} of them")
    if item.get("valid_for"):
        parts.append(f"in date for {values.amount(item['valid_for'])}")
    if item.get("words"):
        parts.append("known by the words " + ", ".join(f"“{word}”" for word in item["words"]))
    if item.get("is"):
        parts.append(f"a record whose {values.say(item['is'])}")
    if item.get("when"):
        parts.append(f"asked where {values.say(item['when'])}")
    return "; ".join(parts) + "."
