"""`auditor run`: audit an export and write the reports."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.given import Export
from auditor.cli.types import Day, History
from auditor.errors import EXIT_CLEAN, EXIT_FINDINGS, EXIT_RULE_FAILED, UsageError
from auditor.model import GRADES, Audit

if TYPE_CHECKING:
    from auditor.report.previous import Earlier
    from auditor.report.tracker.readback import Tracker
    from auditor.store import Store

FORMATS = ("html", "xlsx", "json", "csv", "junit", "summary", "caseload", "ics", "sheets", "plan", "pdf")
DEFAULT_FORMATS = "html,xlsx,json"


@click.command()
@click.argument("export", type=Export())
@click.option("--as-of", type=Day(), help="The audit date. Left out: today.")
@click.option(
    "--since", type=Day(), help="First day of the audit's window. Left out: the last inspection, or 12 months before."
)
@click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A rule file or folder to add. Repeatable.",
)
@click.option(
    "--policy", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The service's own policy file."
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A mapping from the export's names to the record model's, or ssda903 for that return.",
)
@click.option("--only", multiple=True, metavar="RULE_OR_CITATION", help="Run only these rules. Repeatable.")
@click.option(
    "--history-from",
    multiple=True,
    type=History(),
    metavar="TABLE=DATE",
    help="The day a table's records begin. Repeatable.",
)
@click.option("--worker", metavar="ID", help="Only the cases of one supervising social worker.")
@click.option("--team", metavar="NAME", help="Only the cases of one team's workers.")
@click.option("--household", metavar="ID", help="Only the cases of one household.")
@click.option(
    "--sheets",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx",
    help="Audit sheets that were filled in, for the report. Repeatable.",
)
@click.option(
    "--tracker",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.xlsx",
    help="The action tracker of an earlier audit, filled in: owners, dates, statuses and notes stay with their findings.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FINDINGS.json",
    help="The results of an earlier audit: the report says what is new, still open and no longer found.",
)
@click.option(
    "--pseudonymise",
    "key",
    type=click.Path(path_type=Path),
    metavar="KEYFILE",
    help="Names, references and notes replaced in every output; KEYFILE says by what, and stays with you.",
)
@click.option(
    "--output",
    metavar="DIR",
    help="Where to write. Left out: a new folder beside the export. With --format json, - is stdout.",
)
@click.option(
    "--format",
    "formats",
    metavar="WORDS",
    help=f"Which outputs, with commas: {', '.join(FORMATS)}. Left out: {DEFAULT_FORMATS}; with --worker or --team also "
    "caseload,ics.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*GRADES, "never"]),
    default="critical",
    show_default=True,
    help="Exit 1 from this grade up.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress and no summary.")
def run(
    export,
    as_of,
    since,
    rules,
    policy,
    mapping,
    only,
    history_from,
    worker,
    team,
    household,
    sheets,
    tracker,
    previous,
    key,
    output,
    formats,
    fail_on,
    quiet,
) -> None:
    """Audit EXPORT: a folder or ZIP of files, a workbook, a database file, or the URL of a PostgreSQL database.

    \b
    Examples:
      auditor run export/
      auditor run export.xlsx --as-of 2026-03-31 --output report
      auditor run export.zip --only "NMS 21.8" --format json --output -
      auditor run export/ --worker W-03                   one worker's caseload, with a calendar of due dates
      auditor run export/ --format html,sheets            audit sheets for the files to open first
      auditor run export/ --sheets sheets.xlsx            the same, filled in, in the next report
      auditor run export/ --format html,plan              an improvement plan too, for a panel or a board
      auditor run export/ --tracker findings.xlsx         what was written on the last tracker, carried over
      auditor run export/ --previous last/findings.json   what is new since the last audit, and what is gone
      auditor run export/ --pseudonymise key.csv --output pack    figures to share; key.csv stays with you
    """
    from auditor.audit import Options, run_audit
    from auditor.sheetfile import read as read_sheets
    from auditor.store import Store

    wanted = _formats(formats or DEFAULT_FORMATS + (",caseload,ics" if worker or team else ""), output)
    options = Options(
        as_of=as_of or dt.date.today(),
        since=since,
        rules=tuple(rules),
        policy=policy,
        only=tuple(only),
        history_from=tuple(history_from),
        worker=worker,
        household=household,
        team=team,
        mapping=mapping,
    )
    folder = _folder(export, options.as_of, output, key)
    by_hand = read_sheets(sheets, options.as_of)
    earlier, before = _earlier(tracker), _before(previous)
    with Store(spill=True) as store:
        with _progress(quiet) as progress:
            audit = replace(run_audit(export, options, store, progress=progress), by_hand=by_hand)
            if earlier is not None:
                from auditor.report.tracker.follow import followed

                audit = followed(audit, earlier)
            if before is not None:
                from auditor.report.previous import compared

                audit = compared(audit, before)
            if key is not None:
                from auditor.cli.share import shared

                audit = shared(audit, options, store, key)
            if folder is not None:
                if progress is not None:
                    progress("Writing the reports", 0, 0)
                written = _write(audit, None if key else store, folder, wanted)
        if folder is None:
            from auditor.report.results import text

            sys.stdout.write(text(audit))
        elif not quiet:
            _show(audit, folder, written, exit_code(audit, fail_on), mapped=mapping is not None)
    sys.exit(exit_code(audit, fail_on))


def _folder(export: Path, as_of: dt.date, output: str | None, key: Path | None) -> Path | None:
    """Where to write; None for stdout. A pack to share is not named after the export, which may bear a name."""
    from auditor.report.keyfile import check_place
    from auditor.report.output import fresh_folder

    named = export.absolute().with_name("share-pack") if key is not None else export
    folder = None if output == "-" else Path(output) if output else fresh_folder(named, as_of)
    if key is not None:
        check_place(key, folder, export)
    return folder


def _earlier(path: Path | None) -> Tracker | None:
    """An earlier tracker, read before the audit so that its problems are told at once; what is not carried over is said."""
    if path is None:
        return None
    from auditor.report.tracker.readback import read

    tracker = read(path)
    for notice in tracker.notices:
        click.echo(f"{path.name}: {notice}", err=True)
    return tracker


def _before(path: Path | None) -> Earlier | None:
    """The results of an earlier audit, read before this one begins so that a wrong file is told at once."""
    if path is None:
        return None
    from auditor.report.previous import read

    return read(path)


def _formats(formats: str, output: str | None) -> tuple[str, ...]:
    wanted = tuple(word.strip() for word in formats.split(",") if word.strip())
    unknown = [word for word in wanted if word not in FORMATS]
    if unknown or not wanted:
        raise UsageError(
            f"--format: '{', '.join(unknown) or formats}' is not a format. Use one or more of: {', '.join(FORMATS)}."
        )
    if "pdf" in wanted:
        from auditor.report.pdf import check

        check()
    if output == "-" and wanted != ("json",):
        raise UsageError("--output - writes only JSON to stdout; add --format json.")
    return wanted


def _write(audit: Audit, store: Store | None, folder: Path, formats: tuple[str, ...]) -> list[Path]:
    """Write the reports, and the rejected rows too where the records may be shown (`store`)."""
    from auditor.ingest.rejected import write as write_rejected
    from auditor.report.output import write_reports

    extra = {}
    if store is not None and any(one.rejected for one in audit.run.inputs):
        extra["rejected"] = lambda place: write_rejected(store, place)
    return write_reports(audit, folder, formats, extra)


def _show(audit: Audit, folder: Path, written: list[Path], code: int, *, mapped: bool) -> None:
    """The summary on stdout; for an export in names of its own, also what became of its rows."""
    from auditor.report.terminal import summary

    click.echo(summary(audit, folder, written, code), nl=False)
    if mapped:
        from auditor.ingest.summary import totals

        click.echo("\n".join(["", *totals(audit.run.inputs)]))


def exit_code(audit: Audit, fail_on: str) -> int:
    """0 nothing at or above the grade, 1 something, 5 some rule could not be run. Waived findings do not count."""
    if any(rule.status == "error" for rule in audit.rules):
        return EXIT_RULE_FAILED
    if fail_on == "never":
        return EXIT_CLEAN
    bad = GRADES[: GRADES.index(fail_on) + 1]
    found = any(
        f.grade in bad and f.waiver is None and f.outcome in ("breach", "not_evidenced") for f in audit.findings
    )
    return EXIT_FINDINGS if found else EXIT_CLEAN


class _progress:
    """A progress bar on stderr for work that lasts, where stderr is a terminal; nothing otherwise."""

    def __init__(self, quiet: bool):
        self.quiet = quiet or not sys.stderr.isatty()
        self.bar = None

    def __enter__(self):
        if self.quiet:
            return None
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self.bar.start()
        task = self.bar.add_task("Reading the export", total=None)
        return lambda what, done, total: self.bar.update(task, description=what, completed=done, total=total or None)

    def __exit__(self, *_):
        if self.bar is not None:
            self.bar.stop()
