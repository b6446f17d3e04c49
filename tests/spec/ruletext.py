"""The text of a rule around a check, for tests in which only the check matters."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

COMMON = """\
id: TEST-rule
version: 1
title: What the test asks for
cites: [POLICY test]
area: protection
type: practice
confidence: high
grade: minor
message: The test found something for {subject}.
remedy: Look at the test.
"""


def around(kind_and_check: str) -> str:
    """A whole rule from the lines `kind: …`, `check: …` (and others, such as `in_force`)."""
    return COMMON + textwrap.dedent(kind_and_check)


def rule_text(kind: str, check: dict[str, Any], **more: Any) -> str:
    """A whole rule from a kind and its parameters."""
    return COMMON + yaml.safe_dump({"kind": kind, "check": check, **more}, sort_keys=False, allow_unicode=True)
