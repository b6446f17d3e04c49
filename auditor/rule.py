"""A rule as read from its file, and the rulebook that holds all rules and parameters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from auditor.parameters import Parameter
from auditor.yamlfile import Map

KINDS = (
    "recurring",
    "quota",
    "deadline",
    "matrix",
    "current",
    "complete",
    "limit",
    "covered",
    "order",
    "reconcile",
    "mention",
    "boilerplate",
    "pattern",
)


@dataclass(frozen=True)
class Escalation:
    """Raise the grade to `to` where the condition `when` holds."""

    to: str
    when: str
    line: int


@dataclass(frozen=True)
class Rule:
    """One rule. `check` holds the parameters of its kind as written, with their lines. `path` is the rule's file as
    shown to people; `cases` the text and shown path of its cases, if there are any. `own` tells that a service added the
    rule to those that ship."""

    id: str
    version: int
    title: str
    cites: tuple[str, ...]
    area: str
    type: str
    kind: str
    check: Map
    grade: str
    messages: dict[str, str]
    remedy: str
    confidence: str
    note: str
    in_force_from: dt.date | None
    in_force_to: dt.date | None
    optional: tuple[str, ...]
    escalate: tuple[Escalation, ...]
    path: str
    line: int
    cases: tuple[str, str] | None = None
    own_parameters: tuple[Parameter, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Rulebook:
    """All rules by id, in order, with the parameters they use. `sha256` is of every file it was read from."""

    name: str
    version: str
    sha256: str
    rules: dict[str, Rule]
    parameters: dict[str, Parameter]
    grading: Map | None = None
    waivers: tuple = field(default=())
    history: dict[str, str] = field(default_factory=dict)
