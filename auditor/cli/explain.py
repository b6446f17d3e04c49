"""`auditor explain`: one finding, or one rule, in full."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from auditor.errors import UsageError, nearest

DATES = ("trigger_on", "due_on", "done_on")


@click.command()
@click.argument("what", metavar="FINGERPRINT_OR_RULE")
@click.option(
    "--results",
    type=click.Path(path_type=Path, exists=True),
    help="A findings.json or its folder. Left out: the newest under this folder.",
)
@click.option(
    "--rules",
    "rules_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A rule file or folder to add. Repeatable.",
)
@click.option("--records", is_flag=True, help="Show the records it rests on, with the columns that the rule reads.")
@click.option(
    "--export",
    type=click.Path(path_type=Path, exists=True),
    help="Where the records are. Left out: the export that the results lie beside.",
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The mapping of an export in names of its own.",
)
@click.option("--sql", is_flag=True, help="Show the SQL of the rule too.")
def explain(
    what: str,
    results: Path | None,
    rules_paths: tuple[Path, ...],
    records: bool,
    export: Path | None,
    mapping: Path | None,
    sql: bool,
) -> None:
    """Say why a finding was made: the rule in words, the dates, the evidence. The beginning of a fingerprint will do.

    With --records it prints values from case records, to this terminal only.

    \b
    Examples:
      auditor explain NMS21.8-unannounced
      auditor explain 1f0c9a77b2d4e611 --results export-audit-2026-03-31
      auditor explain 1f0c9a77 --records --export export/
      auditor explain 1f0c9a77 --sql
    """
    from auditor.explain import finding_text, rule_text
    from auditor.rulefile import load_rulebook

    book = load_rulebook(list(rules_paths))
    if what in book.rules:
        click.echo(rule_text(book, book.rules[what], sql=sql), nl=False)
        return
    path, run, found = _finding(what, results, list(book.rules))
    rule = book.rules.get(found["rule"])
    words = rule_text(book, rule, sql=sql) if rule else f"The rule {found['rule']} is not in this rulebook.\n"
    click.echo(_clean(finding_text(_dated(found), words)), nl=False)
    if records or export is not None:
        from auditor.cli.evidence import export_beside
        from auditor.cli.evidence import records as shown
        from auditor.statement import build

        if rule is None:
            raise UsageError("The records are not shown, because their rule is not in this rulebook; give --rules.")
        statement = build(rule, book.parameters)
        click.echo("\nThe records\n-----------")
        for line in shown(export or export_beside(path), mapping, found, statement, run):
            click.echo(line)


def _dated(finding: dict[str, Any]) -> dict[str, Any]:
    """The finding with its dates as 31 March 2026."""
    from auditor.wording import long_date

    return {
        key: long_date(dt.date.fromisoformat(value)) if key in DATES and value else value
        for key, value in finding.items()
    }


def _clean(text: str) -> str:
    """No character from a record may steer the terminal."""
    from auditor.report.words import clean

    return "\n".join(clean(line) for line in text.split("\n"))


def _finding(fingerprint: str, results: Path | None, rules: list[str]) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """The file it stands in, what that audit looked at, and the finding. Raises UsageError."""
    path = results / "findings.json" if results is not None and results.is_dir() else results
    if path is None:
        newest = sorted(Path().glob("**/findings.json"), key=lambda file: (file.stat().st_mtime, str(file)))
        if not newest:
            raise UsageError(
                f"'{fingerprint}' is not a rule, and there is no findings.json under this folder to look in; give --results."
                + nearest(fingerprint, rules)
            )
        path = newest[-1]
        click.echo(f"Looking in {path}", err=True)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        findings, run = content["findings"], content["run"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is not a findings.json of an audit.") from None
    found = [finding for finding in findings if finding["fingerprint"].startswith(fingerprint)]
    if len(found) != 1:
        raise UsageError(
            f"'{fingerprint}' is the fingerprint of {len(found)} findings in {path}, and is not a rule."
            + nearest(fingerprint, rules)
        )
    return path, run, found[0]
