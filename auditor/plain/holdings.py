"""The kinds of check on what records hold: complete, limit, covered and order, in plain words."""

from __future__ import annotations

from auditor.plain.source import Lines, Values, source_lines, span_lines, subject_lines


def complete_lines(check: dict, values: Values) -> Lines:
    yield from source_lines("Each of these records is looked at: those in", check["record"], values)
    yield 0, "Each must hold:"
    for name, condition in check["require"].items():
        yield 1, f"{name} – {values.say(condition)}."


def limit_lines(check: dict, values: Values) -> Lines:
    yield from subject_lines(check, values)
    if check.get("share"):
        share = check["share"]
        yield from source_lines("The rows counted are those in", share, values)
        small = f" Fewer than {values.amount(share['minimum'])} rows are not judged." if share.get("minimum") else ""
        yield 0, f"The figure is the percentage of them for which {values.say(share['of'])}.{small}"
    elif check.get("sum"):
        yield from source_lines("The rows counted are those in", check["sum"], values)
        yield 0, f"The figure is the sum of {values.say(check['sum']['value'])}."
    else:
        count = check["count"]
        each = f" Each {values.say(count['distinct'])} counts once." if count.get("distinct") else ""
        yield from source_lines("The rows counted are those in", count, values)
        if each:
            yield 0, each.strip()
        yield from span_lines(count.get("span"), values, "Each counts from", "Each counts until")
    bound = (
        f"no more than {values.amount(check['at_most'])}"
        if "at_most" in check
        else f"at least {values.amount(check['at_least'])}"
    )
    yield (
        0,
        f"{_WHEN.get(str(check.get('when', 'as_of')), '')}{_rolling(check, values)}there may be {bound}.".replace(
            "there may be at least", "there must be at least"
        ),
    )
    if check.get("unless_same"):
        yield 0, f"Days on which all the rows share {values.say(check['unless_same'])} are within the limit."


_WHEN = {
    "as_of": "On the audit date ",
    "any_day": "On every day of the audit ",
    "window": "In the time of the audit ",
}


def _rolling(check: dict, values: Values) -> str:
    when = check.get("when")
    return f"In any {values.amount(when['in_any'])} " if isinstance(when, dict) else ""


def covered_lines(check: dict, values: Values) -> Lines:
    yield from subject_lines(check, values)
    by = check["by"]
    yield from source_lines("Each day of its time within the audit must be covered by a record in", by, values)
    if by.get("from") or by.get("to"):
        yield (
            0,
            f"Such a record covers the days from {values.say(by.get('from') or 'its beginning')} until {values.say(by.get('to') or 'its end')}.",
        )
    if check.get("within"):
        yield 0, f"The first {values.amount(check['within'])} need no cover."


def order_lines(check: dict, values: Values) -> Lines:
    yield from source_lines("Each of these records is looked at: those in", check["record"], values)
    yield 0, "These steps must stand up to the last one reached, and none before an earlier one:"
    for step in check["steps"]:
        yield (
            1,
            f"{step['name']}: {values.say(step['date'])}" + (" (may be left out)." if step.get("optional") else "."),
        )
