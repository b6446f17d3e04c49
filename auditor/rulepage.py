"""A reference page for one rule: what the law asks, how it is checked, worked examples, and what it cannot see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.parameters import Parameter
from auditor.plain.check import KIND_WORDS, check_lines
from auditor.plain.condition import in_words
from auditor.plain.source import value_words
from auditor.records import contract
from auditor.register import cited_under
from auditor.registerfile import Provision, Register
from auditor.rule import Rule, Rulebook
from auditor.statement import Statement, build
from auditor.yamlfile import load

EXAMPLES = 6
LONGEST_CELL = 140
AREAS = {
    "experiences": "the experiences and progress of children",
    "protection": "how well children are helped and protected",
    "leadership": "leaders and managers",
}
TYPES = {
    "requirement": "Requirement of a regulation",
    "recommendation": "Recommendation, from a standard or guidance",
    "practice": "Good practice or the service's own policy",
}
OUTCOMES = {
    "breach": "breach",
    "not_evidenced": "not evidenced",
    "prompt": "for a person to read",
    "met": "met",
    "pending": "not yet due",
}
COLUMNS = {
    "state": "state",
    "grade": "grade",
    "trigger_on": "from",
    "due_on": "due",
    "done_on": "done",
    "days_late": "days late",
    "missing": "missing",
}


def rule_page(book: Rulebook, rule: Rule, register: Register) -> str:
    """The whole page as Markdown."""
    statement = build(rule, book.parameters)
    values = {name: value_words(one.at(None)) for name, one in book.parameters.items()}
    lines = [f"# {rule.title}", "", f"`{rule.id}`, version {rule.version}", ""]
    lines += _standing(rule, values)
    lines += ["", "## What the law asks", "", *_asked(rule, register)]
    lines += ["", "## How it is checked", "", f"{KIND_WORDS[rule.kind]} (A check of the kind `{rule.kind}`.)", ""]
    lines += [f"{'  ' * depth}- {_capital(text)}" for depth, text in check_lines(rule, book.parameters)]
    lines += ["", *_unknown_note(rule)]
    lines += _parameters([book.parameters[name] for name in statement.parameters])
    lines += ["", "## What to do about a finding", "", rule.remedy]
    lines += _examples(rule)
    lines += ["", "## What it cannot see", "", *_limits(rule)]
    lines += ["", "## What it reads", "", *_reads(statement)]
    lines += ["", f"The rule itself is [`{rule.path}`](../../../{rule.path}); its cases are beside it."]
    return "\n".join(lines) + "\n"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _standing(rule: Rule, values: dict[str, str]) -> Iterator[str]:
    """Type, area, grade and time in force."""
    yield f"- {TYPES[rule.type]}, under {AREAS[rule.area]}. Confidence of the source: {rule.confidence}."
    yield f"- A breach is graded {rule.grade}" + (", and higher where it is worse:" if rule.escalate else ".")
    for entry in rule.escalate:
        yield f"  - {entry.to}, where {in_words(entry.when, values)}."
    if rule.in_force_from or rule.in_force_to:
        start = f" from {rule.in_force_from}" if rule.in_force_from else ""
        end = f" until {rule.in_force_to}" if rule.in_force_to else ""
        yield f"- In force{start}{end}; what fell due outside that time is not judged."


def _asked(rule: Rule, register: Register) -> Iterator[str]:
    """The provisions that the rule stands under, in our words."""
    under = provisions_of(rule, register)
    if not under:
        yield f"{rule.title}."
    else:
        yield "The provisions behind it, in our words. Read the law itself before acting on a single line."
        yield ""
    for one in under:
        limit = f" *{one.limit}.*" if one.limit else ""
        yield f"- **{one.cite}**, {one.heading} (a duty of the {one.duty}): {one.asks.rstrip('.')}.{limit}"
    others = [cite for cite in rule.cites if not any(cited_under(one.cite, cite) for one in under)]
    if others:
        yield ""
        yield f"It also cites {', '.join(others)}."


def provisions_of(rule: Rule, register: Register) -> list[Provision]:
    """The provisions of the register that name a rule; failing that, those that it cites."""
    named = [one for one in register.provisions if rule.id in one.rules]
    return named or [one for one in register.provisions if one.cite in rule.cites]


def _unknown_note(rule: Rule) -> Iterator[str]:
    if rule.check.get("prompt"):
        yield "Words are not facts: the only thing that comes of it is that a person is asked to read the record."
        return
    yield (
        "An empty field that one of these conditions depends on is read once in the service's favour and once against it. "
        "Only what is a breach both ways is a breach; the rest is *not evidenced*."
    )


def _parameters(used: list[Parameter]) -> list[str]:
    """The table of the named values of a rule; nothing where it has none."""
    if not used:
        return []
    lines = ["", "## Values that can be set", "", "| name | value | set by | what it is |", "| --- | --- | --- | --- |"]
    for one in used:
        value = value_words(one.at(None))
        if len(one.values) > 1:
            value = "; ".join(f"{value_words(each)} from {start}" for start, each in reversed(one.values))
        lines.append(f"| `{one.name}` | {_cell(value)} | {_setter(one)} | {_cell(one.about)} |")
    return lines


def _setter(parameter: Parameter) -> str:
    if parameter.set_by == "policy":
        return "the service's policy"
    way = {"lower": "; a policy may lower it", "higher": "; a policy may raise it"}.get(parameter.tighter or "", "")
    return f"the law ({', '.join(parameter.cites)}){way}" if parameter.cites else f"the law{way}"


def _examples(rule: Rule) -> list[str]:
    """Worked examples from the rule's cases: each outcome first, then as they stand."""
    if rule.cases is None:
        return []
    cases = load(*rule.cases)
    lines = ["", "## Worked examples", "", "Each is a test of the rule. An empty cell was not recorded."]
    chosen = _chosen(cases)
    for case in chosen:
        lines += _example(case)
    if len(chosen) < len(cases):
        beside = rule.path.removesuffix(".yaml") + ".cases.yaml"
        left = len(cases) - len(chosen)
        lines += ["", f"{left} more {'stands' if left == 1 else 'stand'} in [`{beside}`](../../../{beside})."]
    return lines


def _chosen(cases: list[Any]) -> list[Any]:
    """The first case that shows each outcome, then others in their order, as many as a page can bear."""
    picked: list[int] = []
    for outcome in ("met", "breach", "prompt", "not_evidenced", "pending", "not_applicable"):
        place = next((at for at, case in enumerate(cases) if case["expect"].get(outcome)), None)
        if place is not None and place not in picked:
            picked.append(place)
    picked += [at for at in range(len(cases)) if at not in picked][: max(0, EXAMPLES - len(picked))]
    return [cases[at] for at in sorted(picked)]


def _example(case: Any) -> Iterator[str]:
    yield from ("", f"### {_capital(case['name'])}", "")
    since = f", since {case['since']}" if case.get("since") else ""
    yield f"Audit as of {case['as_of']}{since}."
    if case.get("policy"):
        shown = "; ".join(f"`{name}` {value_words(value)}" for name, value in case["policy"].items())
        yield f"The service's policy sets {shown}."
    for table, day in (case.get("history_from") or {}).items():
        yield f"The records of `{table}` begin on {day}."
    for table, rows in (case.get("records") or {}).items():
        yield from ("", f"`{table}`", "", *_table(rows)) if rows else ("", f"`{table}` has no rows.")
    yield from ("", "What comes of it:", "", *_result(case["expect"]))


def _result(expect: Any) -> Iterator[str]:
    rows = []
    for outcome, words in OUTCOMES.items():
        for one in expect.get(outcome) or []:
            found = one if isinstance(one, dict) else {"subject": one}
            rows.append(
                {
                    "outcome": words,
                    "about": found["subject"],
                    **{COLUMNS[k]: v for k, v in found.items() if k in COLUMNS},
                }
            )
    if rows:
        yield from _table(rows)
    else:
        yield "Nothing: the rule does not apply to any of these records."


def _table(rows: list[dict]) -> Iterator[str]:
    """Records as a Markdown table, their columns in the order in which they first appear."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield "| " + " | ".join(names) + " |"
    yield "| " + " | ".join(["---"] * len(names)) + " |"
    for row in rows:
        yield "| " + " | ".join(_cell(_shown(row.get(name))) for name in names) + " |"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL].rsplit(" ", 1)[0] + " …"


def _limits(rule: Rule) -> Iterator[str]:
    yield (
        rule.note
        or "Only what is recorded can be judged: a thing that was done and not recorded looks like one not done."
    )
    if rule.optional:
        names = ", ".join(f"`{name}`" for name in rule.optional)
        yield ""
        yield f"An export may leave out {names}; they are then read as empty."


def _reads(statement: Statement) -> Iterator[str]:
    yield "| table | columns |"
    yield "| --- | --- |"
    for table in sorted(statement.tables):
        columns = sorted(column for owner, column in statement.columns if owner == table)
        order = list(contract().tables[table].columns)
        shown = ", ".join(f"`{name}`" for name in sorted(columns, key=order.index))
        spare = " (the table may be absent)" if table in statement.lenient_tables else ""
        yield f"| [`{table}`](../records.md#{table}){spare} | {shown} |"
    wanted = sorted(f"`{table}.{column}`" for table, column in statement.needed)
    if wanted:
        yield ""
        yield f"Without {', '.join(wanted)} it is not assessed, and the report says so."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def index_page(book: Rulebook, register: Register, headings: Iterable[tuple[str, str, str, list[Rule]]]) -> str:
    """The index of all rules: `headings` are (instrument, regulation or standard, its name, its rules), in order."""
    lines = [
        "# The rules",
        "",
        f"{len(book.rules)} rules by instrument, regulation and standard; a rule that stands under several is listed under each. "
        "`auditor rules show ID` prints one.",
    ]
    titles = {source.id: source for source in register.sources}
    last = ""
    for instrument, heading, name, rules in headings:
        if instrument != last:
            source = titles.get(instrument)
            lines += ["", f"## {instrument}", ""] + ([f"{source.title}."] if source else [])
            last = instrument
        lines += ["", f"### {heading}" + (f" {name}" if name else ""), ""]
        lines += ["| rule | asks that | type | grade |", "| --- | --- | --- | --- |"]
        lines += [f"| [{one.id}](rules/{one.id}.md) | {_cell(one.title)} | {one.type} | {one.grade} |" for one in rules]
    return "\n".join(lines) + "\n"
