"""Rules and findings in words: what the law asks, how it is checked, and the SQL and records behind a finding."""

from __future__ import annotations

import textwrap

from auditor.parameters import Parameter
from auditor.plain.check import KIND_WORDS, check_lines
from auditor.plain.condition import in_words
from auditor.plain.source import value_words
from auditor.rule import Rule, Rulebook
from auditor.statement import build


def rule_text(book: Rulebook, rule: Rule, *, sql: bool = False) -> str:
    """One rule in words, with its parameters, and its SQL where asked."""
    statement = build(rule, book.parameters)
    force = f"from {rule.in_force_from}" if rule.in_force_from else "always"
    force += f" until {rule.in_force_to}" if rule.in_force_to else ""
    lines = [
        f"{rule.id} (version {rule.version})",
        rule.title,
        "",
        f"Cites       {', '.join(rule.cites)} (confidence of the source: {rule.confidence})",
        f"Kind        {rule.type} under '{rule.area}'; graded {rule.grade}",
        f"In force    {force}",
        f"Check       {rule.kind}: {KIND_WORDS[rule.kind]}",
        *_check(rule, book),
        "Reads       " + ", ".join(sorted(statement.tables)),
    ]
    lines += [f"Parameter   {_parameter(book.parameters[name])}" for name in statement.parameters]
    values = {name: value_words(one.at(None)) for name, one in book.parameters.items()}
    lines += [f"Escalates   to {entry.to} where {in_words(entry.when, values)}" for entry in rule.escalate]
    if rule.note:
        lines += textwrap.wrap(rule.note, 100, initial_indent="Note        ", subsequent_indent=" " * 12)
    lines += textwrap.wrap(rule.remedy, 100, initial_indent="Remedy      ", subsequent_indent=" " * 12)
    lines.append(f"File        {rule.path}")
    if sql:
        lines += ["", statement.sql]
    return "\n".join(lines) + "\n"


def _check(rule: Rule, book: Rulebook) -> list[str]:
    """The check in plain words, as an indented list."""
    lines = []
    for depth, text in check_lines(rule, book.parameters):
        start = " " * (12 + 2 * depth)
        lines += textwrap.wrap(
            text,
            110,
            initial_indent=start + "- ",
            subsequent_indent=start + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def _parameter(parameter: Parameter) -> str:
    shown = value_words(parameter.at(None))
    return f"${parameter.name} = {shown} (set by {'the policy file' if parameter.from_policy else parameter.set_by}): {parameter.about}"


def finding_text(finding: dict, rule: str) -> str:
    """One finding of a findings.json in full, followed by its rule."""
    lines = [
        f"Finding {finding['fingerprint']}: {finding['outcome'].replace('_', ' ')}, {finding['state']}, {finding['grade']}",
        "",
        *textwrap.wrap(finding["message"], 100),
        "",
        f"Subject     {finding['subject']['table']} {finding['subject']['id']}",
    ]
    for key, word in (
        ("household_id", "Household"),
        ("child_id", "Child"),
        ("worker_id", "Worker"),
        ("person_id", "Person"),
        ("trigger_on", "From"),
        ("due_on", "Due"),
        ("done_on", "Done"),
        ("days_late", "Days late"),
    ):
        if finding.get(key) is not None:
            lines.append(f"{word:<12}{finding[key]}")
    if finding.get("missing"):
        lines.append("Missing     " + ", ".join(finding["missing"]))
    lines.append("Evidence")
    for item in finding["evidence"]:
        place = f"{item['source']}, row {item['row']}" if item.get("source") else "not in the export"
        lines.append(f"  {item['table']} {item['id']} ({place})")
    lines += ["", *textwrap.wrap("What to do: " + finding["remedy"], 100), "", "The rule", "--------", rule]
    return "\n".join(lines)
