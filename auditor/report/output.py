"""Writes the reports of an audit into a folder, whole or not at all, that only its owner can read."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from auditor.errors import UsageError
from auditor.model import Audit

MOST_FOLDERS = 1000


def fresh_folder(export: Path, as_of: dt.date) -> Path:
    """A folder beside the export that is not there yet: `<export>-audit-<as_of>`, or the same with -2, -3, …"""
    export = export.resolve()
    stem = export.name.removesuffix(export.suffix) if export.suffix.lower() in (".zip", ".xlsx") else export.name
    base = export.parent / f"{stem or 'export'}-audit-{as_of}"
    for number in range(1, MOST_FOLDERS):
        folder = base if number == 1 else base.with_name(f"{base.name}-{number}")
        if not folder.exists():
            return folder
    raise UsageError(f"There are already {MOST_FOLDERS} audits beside the export; name a folder with --output.")


def write_reports(
    audit: Audit, folder: Path, formats: Sequence[str], extra: Mapping[str, Callable[[Path], object]] | None = None
) -> list[Path]:
    """Write the files of each format into `folder`, which must not hold anything yet, and call each of
    `extra` with the path to write to. Returns the paths written.

    Everything goes into a hidden folder beside it first, and is renamed in one step. Raises UsageError where the
    place cannot be written.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"--output: {folder} is there already. Name a new folder; an earlier audit is never overwritten."
        )
    mask = os.umask(0o077)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
        try:
            names = _fill(audit, partial, formats, extra or {})
            if folder.exists():
                folder.rmdir()
            partial.rename(folder)
            _sync(folder.parent)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise UsageError(
            f"The reports cannot be written to {folder}: {error.strerror}. Name another folder with --output."
        ) from None
    finally:
        os.umask(mask)
    return [folder / name for name in names]


def _fill(
    audit: Audit, place: Path, formats: Sequence[str], extra: Mapping[str, Callable[[Path], object]]
) -> list[str]:
    names = []
    for form in formats:
        for name, write in _WRITERS[form]:
            write(audit, place / name)
            names.append(name)
    for name, write_extra in extra.items():
        write_extra(place / name)
        names.append(name)
    for file in place.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)
        _sync(file)
    _sync(place)
    return names


def _sync(path: Path) -> None:
    """Ask the system to put a file or folder on the disk now, so that a power cut cannot leave a half-written report.
    Folders cannot be opened for that on every system."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        if path.is_file():
            raise
    finally:
        os.close(handle)


def _json(audit: Audit, path: Path) -> None:
    from auditor.report.results import text

    path.write_text(text(audit), encoding="utf-8")


def _html(audit: Audit, path: Path) -> None:
    from auditor.report.html import write

    with path.open("w", encoding="utf-8", newline="\n") as out:
        write(audit, out)


def _xlsx(audit: Audit, path: Path) -> None:
    from auditor.report.workbook import write

    write(audit, path)


def _csv(audit: Audit, path: Path) -> None:
    from auditor.report.flat import csv_text

    path.write_text(csv_text(audit), encoding="utf-8", newline="")


def _junit(audit: Audit, path: Path) -> None:
    from auditor.report.flat import junit_text

    path.write_text(junit_text(audit), encoding="utf-8")


def _summary(audit: Audit, path: Path) -> None:
    from auditor.report.results import run_summary

    path.write_text(run_summary(audit), encoding="utf-8")


def _caseload(audit: Audit, path: Path) -> None:
    from auditor.report.caseload import write

    write(audit, path)


def _ics(audit: Audit, path: Path) -> None:
    from auditor.report.calendar import write

    write(audit, path)


def _sheets_page(audit: Audit, path: Path) -> None:
    from auditor.report.sheets import write_page

    write_page(audit, path)


def _sheets_workbook(audit: Audit, path: Path) -> None:
    from auditor.report.sheets import write_workbook

    write_workbook(audit, path)


def _plan_page(audit: Audit, path: Path) -> None:
    from auditor.report.planpage import write

    write(audit, path)


def _plan_document(audit: Audit, path: Path) -> None:
    from auditor.report.plandocument import write

    write(audit, path)


def _report_pdf(audit: Audit, path: Path) -> None:
    from auditor.report.pdf import write_report

    write_report(audit, path)


def _plan_pdf(audit: Audit, path: Path) -> None:
    from auditor.report.pdf import write_plan

    write_plan(audit, path)


# The files of each format, with what writes them.
_WRITERS: dict[str, tuple[tuple[str, Callable[[Audit, Path], None]], ...]] = {
    "html": (("report.html", _html),),
    "xlsx": (("findings.xlsx", _xlsx),),
    "json": (("findings.json", _json),),
    "csv": (("findings.csv", _csv),),
    "junit": (("junit.xml", _junit),),
    "summary": (("summary.json", _summary),),
    "caseload": (("caseload.html", _caseload),),
    "ics": (("due.ics", _ics),),
    "plan": (("plan.html", _plan_page), ("plan.docx", _plan_document)),
    "pdf": (("report.pdf", _report_pdf), ("plan.pdf", _plan_pdf)),
    "sheets": (("sheets.html", _sheets_page), ("sheets.xlsx", _sheets_workbook)),
}
