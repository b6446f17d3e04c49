"""Prints the spec files as reference pages: `python -m tests.spec.page` writes them, `--check` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.spec.read import Case, Section, Spec, Table, specs

PAGES = Path(__file__).parents[2] / "docs" / "reference" / "kinds"
HEADINGS = {
    "subject": "subject", "outcome": "outcome", "state": "state", "mark": "from", "due": "due", "done": "done",
    "late": "days late", "missing": "missing", "amount": "found", "allowed": "allowed",
}


def page(spec: Spec) -> str:
    """The whole page of one kind, as Markdown."""
    parts = [f"# {spec.title}", spec.about.strip()]
    parts.append(
        "Every example on this page is a test. An empty cell in what comes of it is not looked at; a dash is nothing."
    )
    for section in spec.sections:
        parts += _section(section)
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    parts = [f"## {section.title}"]
    if section.about:
        parts.append(section.about.strip())
    parts.append(f"```yaml\n{section.rule.strip()}\n```")
    for case in section.cases:
        parts += _case(case)
    return parts


def _case(case: Case) -> list[str]:
    parts = [f"### {case.name}", _audit(case)]
    for table, rows in case.tables.items():
        parts.append(f"`{table}`\n\n{_table(rows)}" if rows else f"`{table}` has no rows.")
    parts.append(f"What comes of it:\n\n{_table(case.expect)}" if case.expect else "No case arises.")
    return parts


def _audit(case: Case) -> str:
    words = f"Audit as of {case.as_of}"
    if case.since:
        words += f", since {case.since}"
    for table, day in case.history_from.items():
        words += f"; the records of `{table}` begin on {day}"
    return words + "."


def _table(rows: Table) -> str:
    names = list(rows[0])
    lines = [[HEADINGS.get(name, name) for name in names], ["---"] * len(names), *([row[n] for n in names] for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def outdated() -> list[Path]:
    """Pages that are not as the spec files say."""
    paths = {PAGES / f"{spec.kind}.md": page(spec) for spec in specs()}
    return [path for path, text in paths.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str]) -> int:
    """Write the pages; with `--check` only say which are out of date, and return 1 if there are any."""
    if arguments == ["--check"]:
        old = outdated()
        for path in old:
            print(f"{path} is out of date: run python -m tests.spec.page")
        return 1 if old else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for spec in specs():
        (PAGES / f"{spec.kind}.md").write_text(page(spec), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
