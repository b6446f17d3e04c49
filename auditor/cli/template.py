"""`auditor template`: empty tables to fill, in the names the audit reads."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("place", type=click.Path(path_type=Path), metavar="FOLDER_OR_XLSX")
@click.option("--table", "tables", multiple=True, metavar="TABLE", help="Only these tables. Repeatable. Left out: all.")
def template(place: Path, tables: tuple[str, ...]) -> None:
    """Write empty CSV files into a folder, or one XLSX workbook with a sheet for each table.

    \b
    Examples:
      auditor template my-export
      auditor template my-export.xlsx --table households --table visits
    """
    from auditor.errors import UsageError, nearest
    from auditor.records import contract
    from auditor.template import write_template

    known = contract().tables
    for name in tables:
        if name not in known:
            raise UsageError(f"--table: '{name}' is not a table of the record model." + nearest(name, list(known)))
    write_template(place, tables=list(tables) or None)
    click.echo(f"Wrote {place}")
