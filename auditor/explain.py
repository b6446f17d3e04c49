"""Rules and findings in words: what the law asks, how it is checked, and the SQL and records behind a finding."""

from __future__ import annotations

import textwrap
from typing import Any

from auditor.parameters import Parameter
from auditor.rule import Rule, Rulebook
from auditor.statement import build

KIND_WORDS = {
    "recurring": "Events must follow each other within an interval.",
    "quota": "Each period must hold a number of events.",
    "deadline": "A response must come within a time of a trigger.",
    "matrix": "Each kind of event has its required responses, each within a time.",
    "current": "Something must be held and in date on the audit date.",
    "complete": "Each record must hold what is required of it.",
    "limit": "A number must not be passed.",
    "covered": "Each day of a span must be covered by another record that fits it.",
    "order": "The dated steps of a matter must come in their order.",
    "reconcile": "Two sources must agree: who is in each, or what a report said and what the records say.",
    "mention": "A text must mention a fact that it should act on; or its words ask for a person to read it.",
    "boilerplate": "Texts that should be individual must not be nearly the same.",
    "pattern": "A measure of the service, or of a group in it, against a limit, the other groups or the time before.",
}


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
        *_fields(rule.check),
        "Reads       " + ", ".join(sorted(statement.tables)),
    ]
    lines += [f"Parameter   {_parameter(book.parameters[name])}" for name in statement.parameters]
    lines += [f"Escalates   to {entry.to} when {entry.when}" for entry in rule.escalate]
    if rule.note:
        lines += textwrap.wrap(rule.note, 100, initial_indent="Note        ", subsequent_indent=" " * 12)
    lines += textwrap.wrap(rule.remedy, 100, initial_indent="Remedy      ", subsequent_indent=" " * 12)
    lines.append(f"File        {rule.path}")
    if sql:
        lines += ["", statement.sql]
    return "\n".join(lines) + "\n"


def _fields(check: Any, indent: int = 12) -> list[str]:
    lines = []
    for key, value in check.items():
        if isinstance(value, dict):
            lines.append(" " * indent + f"{key}:")
            lines += _fields(value, indent + 2)
        else:
            shown = ", ".join(_item(one) for one in value) if isinstance(value, list) else " ".join(str(value).split())
            lines += textwrap.wrap(
                f"{key}: {shown}", 110, initial_indent=" " * indent, subsequent_indent=" " * (indent + 4)
            )
    return lines


def _item(value: Any) -> str:
    return "{" + ", ".join(f"{k}: {v}" for k, v in value.items()) + "}" if isinstance(value, dict) else str(value)


def _parameter(parameter: Parameter) -> str:
    value = parameter.at(None)
    shown = ", ".join(_item(one) for one in value) if isinstance(value, list) else value
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
