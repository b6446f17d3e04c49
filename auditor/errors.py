"""What can go wrong for a user, each with its place, what is wrong, and what to do.

Every class carries the exit code of the command (docs/reference/command.md). Anything else that
escapes is a defect of ours and exits with 70.
"""

from __future__ import annotations

from dataclasses import dataclass

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_EXPORT = 3
EXIT_RULES = 4
EXIT_RULE_FAILED = 5
EXIT_DEFECT = 70


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a file a person wrote: where it is and how to put it right.

    `line` counts from 1; 0 means the file as a whole.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class AuditorError(Exception):
    """Base of all errors that a user can cause and put right."""

    exit_code = EXIT_DEFECT


class UsageError(AuditorError):
    """An argument of the command cannot be used."""

    exit_code = EXIT_USAGE


class ExportError(AuditorError):
    """The export cannot be audited: unreadable, no known table, or a required key column missing."""

    exit_code = EXIT_EXPORT


class RulesError(AuditorError):
    """One or more rule, policy, mapping or waiver files are invalid; `problems` lists them all."""

    exit_code = EXIT_RULES

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, valid: list[str] | tuple[str, ...]) -> str:
    """A hint naming the valid word closest to `word`: ' Did you mean …?', or the whole list if short."""
    import difflib

    close = difflib.get_close_matches(word, [str(v) for v in valid], n=1, cutoff=0.6)
    if close:
        return f" Did you mean '{close[0]}'?"
    if len(valid) <= 20:
        return " Use one of: " + ", ".join(sorted(str(v) for v in valid)) + "."
    return ""
