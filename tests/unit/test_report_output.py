"""Writing: whole or not at all, for its owner only, never over an earlier audit, and no library that is not needed."""

import datetime as dt
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from test_report_sample import make_audit

from auditor.errors import UsageError
from auditor.report.output import fresh_folder, write_reports

AS_OF = dt.date(2026, 3, 31)
ALL = ("html", "xlsx", "json", "csv", "junit")


@pytest.fixture(scope="module")
def audit():
    return make_audit(findings=30)


def test_every_format_is_written_for_the_owner_only(tmp_path, audit):
    mask = os.umask(0)
    try:
        written = write_reports(audit, tmp_path / "out", ALL, {"extra.txt": lambda path: path.write_text("x")})
    finally:
        os.umask(mask)
    names = ["report.html", "findings.xlsx", "findings.json", "findings.csv", "junit.xml", "extra.txt"]
    assert written == [tmp_path / "out" / name for name in names]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert all(path.stat().st_size for path in written)


def test_the_persons_umask_is_given_back(tmp_path, audit):
    before = os.umask(0o027)
    try:
        write_reports(audit, tmp_path / "out", ("json",))
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_when_a_part_fails(tmp_path, audit, error):
    def fail(path: Path) -> None:
        path.write_text("half")
        raise error

    with pytest.raises(error):
        write_reports(audit, tmp_path / "out", ALL, {"extra.txt": fail})
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_a_record_touches_the_shared_temporary_folder(tmp_path, audit, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not-there"))  # whoever uses it fails
    assert len(write_reports(audit, tmp_path / "out", ALL)) == len(ALL)


def test_an_earlier_audit_is_never_overwritten(tmp_path, audit):
    earlier = tmp_path / "out"
    earlier.mkdir()
    (earlier / "report.html").write_text("earlier")
    with pytest.raises(UsageError, match="is there already"):
        write_reports(audit, earlier, ("json",))
    assert [p.name for p in earlier.iterdir()] == ["report.html"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_may_be_used(tmp_path, audit):
    (tmp_path / "out").mkdir()
    assert write_reports(audit, tmp_path / "out", ("json",))[0].exists()


def test_a_place_that_cannot_be_written_is_a_message(tmp_path, audit):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UsageError, match=r"cannot be written.*--output"):
        write_reports(audit, tmp_path / "file" / "out", ("json",))


@pytest.mark.parametrize(
    ("export", "name"),
    [
        ("export", "export-audit-2026-03-31"),
        ("export.xlsx", "export-audit-2026-03-31"),
        ("my.export.ZIP", "my.export-audit-2026-03-31"),
        ("case.records", "case.records-audit-2026-03-31"),
    ],
)
def test_the_folder_is_named_after_the_export_and_the_day(tmp_path, export, name):
    assert fresh_folder(tmp_path / export, AS_OF) == tmp_path / name


def test_the_next_audit_of_a_day_gets_a_number(tmp_path):
    for number in ("", "-2", "-3"):
        folder = fresh_folder(tmp_path / "export", AS_OF)
        assert folder.name == f"export-audit-2026-03-31{number}"
        folder.mkdir()


def test_the_folder_is_beside_the_export_even_when_it_is_where_one_stands(tmp_path, monkeypatch):
    (tmp_path / "records").mkdir()
    monkeypatch.chdir(tmp_path / "records")
    assert fresh_folder(Path(), AS_OF) == tmp_path / "records-audit-2026-03-31"


HEAVY = ("jinja2", "xlsxwriter", "rich", "markupsafe")


@pytest.mark.parametrize(
    ("form", "needed"), [("json", set()), ("csv", set()), ("html", {"jinja2", "markupsafe"}), ("xlsx", {"xlsxwriter"})]
)
def test_a_format_brings_in_only_the_library_it_needs(tmp_path, form, needed):
    program = (
        "import sys; from pathlib import Path; from test_report_sample import make_audit\n"
        "from auditor.report.output import write_reports\n"
        f"loaded = set(sys.modules); write_reports(make_audit(findings=3), Path({str(tmp_path / 'out')!r}), [{form!r}])\n"
        f"print(*sorted(set({HEAVY}) & (set(sys.modules) - loaded)))"
    )
    paths = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths}
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == needed
