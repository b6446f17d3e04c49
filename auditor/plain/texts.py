"""The kinds of check on sources, texts and figures: reconcile, mention, boilerplate and pattern, in plain words."""

from __future__ import annotations

from auditor.plain.condition import field
from auditor.plain.source import Lines, Values, source_lines, table_name
from auditor.wording import listed


def reconcile_lines(check: dict, values: Values) -> Lines:
    left, right = check["left"], check["right"]
    yield from source_lines(f"On the one side stands the {left.get('name', 'left')}: the records in", left, values)
    yield from source_lines(f"On the other side stands the {right.get('name', 'right')}: the records in", right, values)
    if left.get("value"):
        counted = f"different {values.say(right['distinct'])}" if right.get("distinct") else "records"
        figure = (
            f"the percentage of the {right.get('name', 'right')} for which {values.say(right['of'])}"
            if right.get("of")
            else f"the number of {counted} on the other side on that day"
        )
        slack = values.amount(check.get("tolerance", 0))
        yield 0, f"The {field(left['value'])} of each must be {figure}; it may differ by {slack}."
    else:
        match = check["match"]
        key = field(match) if isinstance(match, str) else listed(tuple(values.say(one) for one in match.values()))
        yield 0, f"Whoever is in the one must be in the other, known by {key}."


def mention_lines(check: dict, values: Values) -> Lines:
    facts, target = check.get("facts"), check["target"]
    prompt = bool(check.get("prompt"))
    if isinstance(facts, dict):
        yield from source_lines("Each of these is a fact that a text should speak of: the records in", facts, values)
    text = target.get("text") or []
    columns = listed(tuple(field(one) for one in ([text] if isinstance(text, str) else text)))
    which = {"latest": "the latest of", "next": "the first of, on or after the fact,"}.get(target.get("which", ""), "")
    named = f" ({target['name']})" if target.get("name") else ""
    yield from source_lines(f"Read are the words of {which or 'the'} records{named} in", target, values)
    yield (
        0,
        f"Their wording is in {columns}."
        + (
            f" Sections of their form count whose heading holds {listed(tuple(target['section']))}."
            if target.get("section")
            else ""
        ),
    )
    if isinstance(facts, list):
        yield 0, "They are searched for words of:" if prompt else "Each must speak of:"
        for fact in facts:
            yield 1, f"{fact['name']}: " + ", ".join(f"“{word}”" for word in fact["words"]) + "."
    if check.get("synonyms"):
        yield 0, f"The words are those of the list `{check['synonyms']}`, which anyone may add to."
    yield from _mention_end(check, prompt, values)


def _mention_end(check: dict, prompt: bool, values: Values) -> Lines:
    if check.get("within") and not prompt:
        yield 0, f"The text has {values.amount(check['within'])} from the fact to speak of it."
    if prompt:
        near = f" within {values.amount(check['within'])} before or after" if check.get("within") else ""
        yield (
            0,
            f"A person is asked to read a record with such words where nothing below answers it{near}. It is no finding against anyone.",
        )
        for other in check.get("answered_by") or []:
            yield from source_lines("It is answered by a record in", other, values)


def boilerplate_lines(check: dict, values: Values) -> Lines:
    text = check["text"]
    yield from source_lines("The texts compared are those of the records in", text, values)
    if check.get("within"):
        yield 0, f"Only texts with the same {values.say(check['within'])} are compared."
    if check.get("by"):
        yield 0, f"Texts with the same {values.say(check['by']).removeprefix('the ')} are not compared with each other."
    yield (
        0,
        (
            "Names, dates and numbers are set aside. Texts count as copies when they share "
            f"{values.amount(check.get('similarity', 70))} percent of their wording; "
            f"{values.amount(check.get('at_least', 2))} such texts make a finding. "
            f"Texts shorter than {values.amount(check.get('minimum', 30))} words are left alone."
        ),
    )
    yield 0, "Another child’s name left in a text is reported as well."


def pattern_lines(check: dict, values: Values) -> Lines:
    yield from source_lines("The figure is made from the records in", check["rows"], values)
    measure = check["measure"]
    what = {
        "share": lambda: f"the percentage of them for which {values.say(check['of'])}",
        "count": lambda: "how many there are",
        "median": lambda: f"the middle value of {values.say(check['value'])}",
        "rate": lambda: f"how many there are for each hundred records in {table_name(check['per']['table'])}",
    }[measure]()
    each = f", for each {values.say(check['by'])}" if check.get("by") else ""
    yield 0, f"The figure is {what}{each}."
    if check.get("only"):
        yield 0, f"Only the group “{check['only']}” is judged."
    yield 0, _against(check["against"], values)
    if check.get("period"):
        yield 0, f"It looks at the {values.amount(check['period'])} up to the audit date."
    if check.get("minimum"):
        yield 0, f"Nothing is said about fewer than {values.amount(check['minimum'])} records."


def _against(against: dict, values: Values) -> str:
    if "at_most" in against:
        return f"It may be no more than {values.amount(against['at_most'])}."
    if "at_least" in against:
        return f"It must be at least {values.amount(against['at_least'])}."
    side, way = (
        ("the other groups together", against["others"])
        if "others" in against
        else ("the time of the same length before", against["before"])
    )
    gap = (
        f"more than {values.amount(against['ratio'])} times"
        if "ratio" in against
        else f"more than {values.amount(against.get('difference', 0))} units"
    )
    return f"It is shown where it is {way} than for {side} by {gap}."
