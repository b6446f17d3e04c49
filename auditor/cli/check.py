"""`auditor check-export`: whether an export is usable, and what cannot be audited with it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from auditor.cli.given import Export

UNLOCKS_SHOWN = 8


@click.command("check-export")
@click.argument("export", type=Export())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--rules",
    "rules_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A rule file or folder to add. Repeatable.",
)
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A mapping from the export's names to the record model's, or ssda903 for that return.",
)
def check_export(export: Path, form: str, rules_paths: tuple[Path, ...], mapping_path: Path | None) -> None:
    """Say what is in EXPORT, what is missing, which rules can run, and which fields would unlock the most.

    \b
    Examples:
      auditor check-export export/
      auditor check-export export.xlsx --format json
    """
    from auditor.coverage import Readiness, readiness
    from auditor.ingest import Wanted, read_export
    from auditor.ingest.summary import summarise
    from auditor.mapping import read_mapped, read_mapping
    from auditor.records import contract
    from auditor.rulefile import load_rulebook
    from auditor.store import Store

    book = load_rulebook(list(rules_paths))
    mapping = read_mapping(mapping_path) if mapping_path else None
    # Of free text nothing can be misread, so that none of it need be kept.
    wanted = Wanted(frozenset(contract().tables), frozenset())
    how = {"wanted": wanted, "as_of": dt.date.today()}
    with Store() as store:
        read = read_mapped(export, mapping, store, **how) if mapping else read_export(export, store, **how)
    summary = summarise(read)
    found: Readiness = readiness(book, summary.export.supplied, summary.export.only)
    if form == "json":
        click.echo(json.dumps(_document(summary, found), indent=1, ensure_ascii=False))
        return
    for line in (*summary.lines(), "", *_rules(found, book)):
        click.echo(line)


def _rules(found, book) -> list[str]:
    """Which rules can run, what the others lack, and which fields would unlock the most of them."""
    from auditor.coverage import grouped

    lines = [f"{len(found.ready)} of {len(book.rules)} rules can run with this export."]
    if not found.blocked:
        return lines
    lines[0] += f" The other {len(found.blocked)} would not be assessed:"
    lines += grouped(found.blocked)
    lines.append("What would unlock the most rules, if it were added:")
    lines.append(f"  {'':<44} {'by itself':>9}  {'wanted by':>9}")
    lines += [f"  {what:<44} {alone:>9}  {wanted:>9}" for what, alone, wanted in found.unlocks[:UNLOCKS_SHOWN]]
    return lines


def _document(summary, found) -> dict:
    return {
        "tables": [
            {
                "table": one.name,
                "source": one.source,
                "rows": one.rows,
                "rejected": one.rejected,
                "missing_columns": list(one.missing_columns),
            }
            for one in summary.tables
        ],
        "problems": [{"problem": words, "count": count} for words, count in summary.problems],
        "missing_tables": [*summary.missing_core, *summary.missing_other],
        "rules_ready": list(found.ready),
        "rules_blocked": [{"rule": rule, "lacks": list(lacking)} for rule, lacking in found.blocked],
        "unlocks": [{"what": what, "by_itself": alone, "wanted_by": wanted} for what, alone, wanted in found.unlocks],
    }
