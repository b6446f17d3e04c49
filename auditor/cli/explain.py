"""`auditor explain`: one finding, or one rule, in full."""

from __future__ import annotations

import json
from pathlib import Path

import click

from auditor.errors import UsageError, nearest


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
@click.option("--sql", is_flag=True, help="Show the SQL of the rule too.")
def explain(what: str, results: Path | None, rules_paths: tuple[Path, ...], sql: bool) -> None:
    """Say why a finding was made: the rule in words, the dates, the evidence.

    \b
    Examples:
      auditor explain NMS21.8-unannounced
      auditor explain 1f0c9a77b2d4e611 --results export-audit-2026-03-31
    """
    from auditor.explain import finding_text, rule_text
    from auditor.rulefile import load_rulebook

    book = load_rulebook(list(rules_paths))
    if what in book.rules:
        click.echo(rule_text(book, book.rules[what], sql=sql), nl=False)
        return
    found = _finding(what, results, list(book.rules))
    rule = book.rules.get(found["rule"])
    words = rule_text(book, rule, sql=sql) if rule else f"The rule {found['rule']} is not in this rulebook.\n"
    click.echo(finding_text(found, words), nl=False)


def _finding(fingerprint: str, results: Path | None, rules: list[str]) -> dict:
    path = results / "findings.json" if results is not None and results.is_dir() else results
    if path is None:
        newest = sorted(Path().glob("**/findings.json"), key=lambda file: file.stat().st_mtime)
        if not newest:
            raise UsageError(
                f"'{fingerprint}' is not a rule, and there is no findings.json under this folder to look in; give --results."
                + nearest(fingerprint, rules)
            )
        path = newest[-1]
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        findings = content["findings"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is not a findings.json of an audit.") from None
    found = [finding for finding in findings if finding["fingerprint"].startswith(fingerprint)]
    if len(found) != 1:
        raise UsageError(
            f"'{fingerprint}' is the fingerprint of {len(found)} findings in {path}, and is not a rule."
            + nearest(fingerprint, rules)
        )
    return found[0]
