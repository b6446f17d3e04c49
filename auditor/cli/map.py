"""`auditor map`: draft a mapping for an export in names of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.given import Export
from auditor.errors import UsageError

UNLOCKS_SHOWN = 6
BLOCKED_SHOWN = 6


@click.command("map")
@click.argument("export", type=Export())
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it. Left out: stdout.")
@click.option("--yes", is_flag=True, help="Ask nothing, even in a terminal.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def map_export(export: Path, output: Path | None, yes: bool, force: bool) -> None:
    """Draft a mapping of EXPORT: which file is which table, and which heading which column. It is a first draft to be
    looked through, and says how sure each line is. No value of a record is written into it, only shapes.

    \b
    Examples:
      auditor map export/ -o mapping.yaml
      auditor run export/ --mapping mapping.yaml
    """
    from auditor.mapping.draft import draft
    from auditor.mapping.mappingfile import read_text
    from auditor.mapping.plan import only_words
    from auditor.mapping.writing import text
    from auditor.store import Store

    if output is not None and output.exists() and not force:
        raise UsageError(f"{output} is there already. Give another name, or --force to write over it.")
    with Store() as store:
        made = draft(export, store)
    if sys.stdin.isatty() and sys.stdout.isatty() and not yes:
        _confirm(made)
    written = text(made)
    only = only_words(read_text(written, str(output or "the draft")).entries)
    if output is None:
        click.echo(written, nl=False)
    else:
        try:
            output.write_text(written, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{output} cannot be written ({error.strerror}).") from None
    for line in _summary(made, only, output):
        click.echo(line, err=output is None)


def _confirm(made) -> None:
    """Ask about the columns of each table: those that are sure together, the others one by one."""
    from auditor.mapping.sketch import SURE

    click.echo("Return keeps what is shown; n asks about each, or leaves a line out.", err=True)
    for block in made.blocks:
        sure = [name for name, line in block.columns.items() if (line.score or 0) >= SURE and not line.either]
        click.echo(f"\n{block.table}, from {block.plate.raw.source}", err=True)
        for name in sure:
            click.echo(f"  {_said(name, block.columns[name])}", err=True)
        kept = sure if sure and click.confirm(f"Keep {'these' if len(sure) > 1 else 'this'}", default=True, err=True) else []
        for name in [name for name in block.columns if name not in kept]:
            _ask(block, name)
    for block in made.blocks:
        _propose(block)


def _said(name: str, line) -> str:
    from auditor.mapping.writing import value

    shapes = f"  ({' | '.join(line.shapes)})" if line.shapes else ""
    return f"{name} from {value(line.value)}{shapes} {round((line.score or 0) * 100)}%"


def _ask(block, name: str) -> None:
    """Ask about one column, and about the order of its dates where that is open."""
    line = block.columns[name]
    if not click.confirm(f"{block.table}.{_said(name, line)}", default=True, err=True):
        del block.columns[name]
    elif line.either:
        order = click.prompt("  Which comes first in its dates", type=click.Choice(["day", "month"]), default="day", err=True)
        line.value = ({"from": line.value} if isinstance(line.value, str) else line.value) | {"dates": f"{order}_first"}
        line.note = None


def _propose(block) -> None:
    """Ask about each heading that may be a column; unless the answer is yes it is not read."""
    from auditor.mapping.sketch import column_line
    from auditor.records import contract

    plate = block.plate
    for name, one in block.proposed.items():
        shapes = " | ".join(one.profile.shapes())
        if click.confirm(f"Is '{one.profile.heading}' ({shapes}) perhaps {block.table}.{name}", default=False, err=True):
            block.columns[name] = column_line(contract().tables[block.table].columns[name], one, [plate], plate)
            block.ignore = [heading for heading in block.ignore if heading != one.profile.heading]


def _summary(made, only, output: Path | None) -> list[str]:
    from auditor.coverage import grouped, readiness
    from auditor.mapping.sketch import SURE
    from auditor.rulefile import load_rulebook

    book = load_rulebook([])
    found = readiness(book, made.supplied(), only)
    places = [line for block in made.blocks for line in block.columns.values()]
    doubtful = sum((line.score or 0) < SURE for line in places)
    asked = sum(len(block.proposed) for block in made.blocks)
    lines = ["", f"{len(places)} columns of {len({block.table for block in made.blocks})} tables were placed, {doubtful} of them in doubt (LOOK)."]
    if asked:
        lines.append(f"{asked} more may be columns of the record model; they stand as comments (#?) and are not read until you say so.")
    lines += [
        f"  {block.plate.raw.source}: nothing was found for {', '.join(block.lacking)}, which every record of {block.table} needs (LOOK)."
        for block in made.blocks
        if block.lacking
    ]
    for block in made.blocks:
        if block.ignore:
            lines.append(f"  {block.plate.raw.source}: not placed: {', '.join(block.ignore[:8])}" + (" …" if len(block.ignore) > 8 else ""))
    lines += [f"  {plate.raw.source}: not placed at all" for plate in made.unplaced]
    if made.either:
        lines.append("Dates that can be read in either order (say which in the mapping): "
                     + ", ".join(f"{heading} in {where}" for where, heading in made.either) + ".")
    lines.append(f"{len(found.ready)} of {len(book.rules)} rules could run with it.")
    if found.blocked:
        lines += [f"The other {len(found.blocked)} would not be assessed:", *grouped(found.blocked, BLOCKED_SHOWN)]
    if found.unlocks:
        lines.append("What would unlock most: " + "; ".join(f"{what} ({wanted} rules)" for what, _, wanted in found.unlocks[:UNLOCKS_SHOWN]) + ".")
    if output is not None:
        lines.append(f"Written: {output}. Look through it, then: auditor run EXPORT --mapping {output}")
    return lines
