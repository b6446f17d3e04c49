"""What may stand in a folder beside files, or happen to them while they are read."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
import xlsxwriter

from auditor.errors import ExportError
from auditor.ingest import read_export, source
from auditor.store import Store

HOUSEHOLDS = b"household_id,name\nH1,A\nH2,B\n"


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def test_a_folder_under_the_name_of_a_file_is_told(tmp_path: Path, store) -> None:
    (tmp_path / "households.csv").write_bytes(HOUSEHOLDS)
    (tmp_path / "visits.csv").mkdir()
    export = read_export(tmp_path, store)
    assert [(i.source, i.effect) for i in export.issues] == [("visits.csv", "file not read")]


def test_the_export_itself_may_be_neither(tmp_path: Path, store) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(tmp_path / "e.csv")
    with pytest.raises(ExportError, match="neither a file nor a folder"):
        read_export(tmp_path / "e.csv", store)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin"])
def test_a_device_is_not_read(device: str, store) -> None:
    with pytest.raises(ExportError):
        read_export(Path(device), store)


@pytest.mark.parametrize("target", ["/dev/zero", "/etc/passwd", "..", "/proc/self/environ", "../outside.csv"])
def test_links_out_of_the_folder_are_refused(tmp_path: Path, store, target: str) -> None:
    (tmp_path / "outside.csv").write_bytes(HOUSEHOLDS)
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "households.csv").symlink_to(target)
    with pytest.raises(ExportError, match="link that leads out"):
        read_export(tmp_path / "e", store)


def test_a_link_to_itself_and_one_to_nothing(tmp_path: Path, store) -> None:
    (tmp_path / "households.csv").symlink_to("households.csv")
    (tmp_path / "visits.csv").symlink_to("gone.csv")
    with pytest.raises(ExportError):
        read_export(tmp_path, store)


def test_a_link_inside_the_folder_is_read(tmp_path: Path, store) -> None:
    (tmp_path / "2026-03.csv").write_bytes(HOUSEHOLDS)
    (tmp_path / "households.csv").symlink_to("2026-03.csv")
    read_export(tmp_path, store)
    assert store.rows("SELECT count(*) FROM loaded.households") == [(2,)]


def made(path: Path) -> Path:
    """A file of one table, of the kind that its name says."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            book.add_worksheet("households").write_row(0, 0, ["household_id"])
    elif path.suffix == ".db":
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE households (household_id)")
        database.commit()
        database.close()
    elif path.suffix in (".parquet", ".duckdb"):
        with Store() as store:
            store.run(f"COPY (SELECT 'H1' AS household_id) TO '{path}' (FORMAT parquet)" if path.suffix == ".parquet" else f"ATTACH '{path}' AS d")
            if path.suffix == ".duckdb":
                store.run_all(["CREATE TABLE d.households AS SELECT 'H1' AS household_id", "DETACH d"])
    else:
        path.write_bytes(b'{"household_id": "H1"}\n' if "json" in path.suffix else HOUSEHOLDS)
    return path


@pytest.mark.parametrize("ending", ["csv", "db", "parquet", "duckdb", "ndjson"])
@pytest.mark.parametrize("change", ["gone", "short", "other"])
def test_a_file_that_changes_between_finding_and_reading(tmp_path: Path, store, ending: str, change: str) -> None:
    path = made(tmp_path / f"households.{ending}")
    with pytest.raises(ExportError), source.opened(path) as found:
        data = path.read_bytes()
        path.unlink()
        if change == "short":
            path.write_bytes(data[: len(data) // 2 if ending not in ("csv", "ndjson") else 0])
        elif change == "other":
            path.write_bytes(b"%PDF-1.7 " + b"\x00" * 400)
        for part in found.parts:
            part.read(store)


def test_memory_that_is_full_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "households.csv").write_bytes(HOUSEHOLDS)
    with pytest.raises(ExportError, match="does not fit in memory"), source.opened(tmp_path):
        raise MemoryError


def test_all_the_problems_of_a_file_are_told_at_once(tmp_path: Path, store) -> None:
    rows = b"household_id,approved_on,kind\n,2020-01-01,mainstream\nH2,not a day,mainstream\nH3,2020-01-01,unheard of\nH4,31/02/2020,x\nH4,,\n"
    (tmp_path / "households.csv").write_bytes(rows)
    export = read_export(tmp_path, store)
    assert {i.row for i in export.issues if i.row} == {2, 3, 4, 5, 6}
