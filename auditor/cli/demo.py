"""`auditor demo`: a made-up agency, written as an export and audited."""

from __future__ import annotations

from pathlib import Path

import click

AS_OF = "2026-03-31"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("auditor-demo"))
@click.pass_context
def demo(context: click.Context, folder: Path) -> None:
    """Write a made-up agency of 83 households into FOLDER/export and audit it as of 31 March 2026.

    \b
    Examples:
      auditor demo
      auditor demo /tmp/look
    """
    from auditor.cli.run import run
    from auditor.errors import UsageError
    from auditor.sample.building import build
    from auditor.sample.shortfalls.all import plant
    from auditor.sample.writing import write

    export = folder / "export"
    if export.exists():
        raise UsageError(f"{export} is there already; name another folder.")
    agency = build()
    plant(agency)
    write(agency, export)
    click.echo(f"Wrote a made-up export to {export}", err=True)
    context.invoke(run, export=export, as_of=_day(AS_OF), fail_on="never")


def _day(text: str):
    import datetime as dt

    return dt.date.fromisoformat(text)
