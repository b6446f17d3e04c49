"""How a rule checks, in plain words: from its kind and the parameters of the kind, one sentence to a line."""

from __future__ import annotations

from collections.abc import Callable

from auditor.parameters import Parameter
from auditor.plain.holdings import complete_lines, covered_lines, limit_lines, order_lines
from auditor.plain.source import Lines, Values
from auditor.plain.texts import boilerplate_lines, mention_lines, pattern_lines, reconcile_lines
from auditor.plain.times import current_lines, deadline_lines, matrix_lines, quota_lines, recurring_lines
from auditor.rule import Rule

KIND_WORDS = {
    "recurring": "Events must follow each other within an interval.",
    "quota": "Each period must hold a number of events.",
    "deadline": "A response must come within a time of a trigger.",
    "matrix": "Each kind of event has its required responses, each within a time.",
    "current": "Something must be held and in date.",
    "complete": "Each record must hold what is required of it.",
    "limit": "A number must not be passed.",
    "covered": "Each day of a span must be covered by another record that fits it.",
    "order": "The dated steps of a matter must come in their order.",
    "reconcile": "Two sources must agree: who is in each, or what a report said and what the records say.",
    "mention": "A text must mention a fact that it should act on; or its words ask for a person to read it.",
    "boilerplate": "Texts that should be individual must not be nearly the same.",
    "pattern": "A measure of the service, or of a group in it, against a limit, the other groups or the time before.",
}


def check_lines(rule: Rule, parameters: dict[str, Parameter]) -> list[tuple[int, str]]:
    """The sentences of a rule's check, each with how deep it stands under the one before: 0 or 1."""
    return list(_KINDS[rule.kind](rule.check, Values(parameters)))


_KINDS: dict[str, Callable[[dict, Values], Lines]] = {
    "recurring": recurring_lines,
    "quota": quota_lines,
    "deadline": deadline_lines,
    "matrix": matrix_lines,
    "current": current_lines,
    "complete": complete_lines,
    "limit": limit_lines,
    "covered": covered_lines,
    "order": order_lines,
    "reconcile": reconcile_lines,
    "mention": mention_lines,
    "boilerplate": boilerplate_lines,
    "pattern": pattern_lines,
}
