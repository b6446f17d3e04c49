"""Exports that are broken, huge, wrongly named or meant to harm: a clear message, in bounded time, and nothing dropped
without a word."""

from __future__ import annotations

import os
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from auditor.errors import ExportError
from auditor.ingest import read_export
from auditor.store import EngineError, Store

HOUSEHOLDS = b"household_id,name\nH1,A\nH2,B\n"


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def csv_folder(at: Path, data: bytes, name: str = "households.csv") -> Path:
    at.mkdir(exist_ok=True)
    (at / name).write_bytes(data)
    return at


def refused(path: Path, store: Store) -> str:
    with pytest.raises(ExportError) as raised:
        read_export(path, store)
    words = str(raised.value)
    assert "Traceback" not in words and "duckdb." not in words.lower() and "\n" not in words
    return words


def loaded(store: Store) -> list[str]:
    return [row[0] for row in store.rows("SELECT household_id FROM loaded.households ORDER BY _row")]


def test_a_path_that_is_not_there(tmp_path, store):
    assert "no such file or folder" in refused(tmp_path / "nowhere", store)


def test_an_empty_folder_says_what_was_looked_for(tmp_path, store):
    words = refused(tmp_path, store)
    assert "households" in words and "visits" in words and "Found nothing" in words


def test_foreign_files_are_named_with_what_was_looked_for(tmp_path, store):
    csv_folder(tmp_path, b"a,b\n1,2\n", "sales.csv")
    (tmp_path / "old.mdb").write_bytes(b"x")
    words = refused(tmp_path, store)
    assert "sales.csv" in words and "old.mdb" in words and "households" in words


@pytest.mark.parametrize("name", ["picture.png", "records.docx", "noending"])
def test_a_file_of_another_kind(tmp_path, store, name):
    (tmp_path / name).write_bytes(b"x")
    assert name in refused(tmp_path / name, store)


@pytest.mark.parametrize("data", [b"", b"\n\n\n", b"   \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_for_a_table(tmp_path, store, data):
    assert "households.csv" in refused(csv_folder(tmp_path, data), store)


def test_a_missing_key_column_is_refused_and_names_what_it_may_be(tmp_path, store):
    assert "'household_ref'" in refused(csv_folder(tmp_path, b"household_ref,name\nH1,A\n"), store)


def test_a_file_without_headings_does_not_give_its_first_record_away(tmp_path, store):
    words = refused(csv_folder(tmp_path, b"H1,Secret Surname,2024-01-01\nH2,B,\n"), store)
    assert "household_id" in words and "Secret" not in words


@pytest.mark.parametrize(("magic", "kind"), [(b"PK\x03\x04", "ZIP"), (b"%PDF-1.7", "PDF"), (b"SQLite format 3\x00", "database")])
def test_another_format_under_the_name_csv(tmp_path, store, magic, kind):
    assert kind in refused(csv_folder(tmp_path, magic + b"\x00" * 100), store)


def test_bytes_that_are_no_text(tmp_path, store):
    assert "not a text file" in refused(csv_folder(tmp_path, bytes(range(256)) * 3 + b"\x00" * 400), store)


def test_nul_bytes_and_control_characters_are_left_out_and_told(tmp_path, store):
    export = read_export(csv_folder(tmp_path, b"household_id,name\nH1,a\x00b\x07c\x1b[31m\nH2,B\n"), store)
    assert store.rows("SELECT name FROM loaded.households ORDER BY _row") == [("abc[31m",), ("B",)]
    assert [i.effect for i in export.issues] == ["control characters left out"]


def test_an_unclosed_quotation_mark_does_not_swallow_the_rest(tmp_path, store):
    rows = b"".join(b"H%d,x\n" % n for n in range(3, 200))
    export = read_export(csv_folder(tmp_path, b'household_id,name\nH1,A\nH2,"open\n' + rows), store)
    assert [(i.row, i.effect) for i in export.issues] == [(3, "row rejected")]
    assert len(loaded(store)) == 198


def test_two_unclosed_quotation_marks_do_not_join_rows(tmp_path, store):
    export = read_export(csv_folder(tmp_path, b'household_id,name\nH1,"x\nH2,"y\nH3,z\n'), store)
    assert [i.row for i in export.issues] == [2, 3]
    assert loaded(store) == ["H3"]


def test_quotation_marks_inside_a_cell(tmp_path, store):
    export = read_export(csv_folder(tmp_path, b'household_id,name\nH1,5" nail\nH2,"a "b" c"\nH3,"a ""b"" c"\n'), store)
    assert store.rows("SELECT household_id, name FROM loaded.households ORDER BY _row") == [("H1", '5" nail'), ("H3", 'a "b" c')]
    assert [(i.row, i.effect) for i in export.issues] == [(3, "row rejected")]


def test_a_file_cut_short_in_the_middle_of_a_row(tmp_path, store):
    export = read_export(csv_folder(tmp_path, b"household_id,name,office,kind\nH1,a,b,mainstream\nH2,a,"), store)
    assert [(i.row, i.effect) for i in export.issues] == [(3, "cells at the end left empty")]
    assert loaded(store) == ["H1", "H2"]


def test_a_cell_longer_than_any_record(tmp_path, store):
    export = read_export(csv_folder(tmp_path, b"household_id,name\nH1," + b"x" * 6_000_000 + b"\nH2,B\n"), store)
    assert [(i.row, i.effect) for i in export.issues] == [(2, "row rejected")]
    assert loaded(store) == ["H2"]


def test_a_file_of_broken_quotation_marks_ends_in_good_time(tmp_path, store):
    began = time.monotonic()
    assert "quotation marks" in refused(csv_folder(tmp_path, b"household_id,name\n" + b'H1,"x"y\n' * 50_000), store)
    assert time.monotonic() - began < 20


def test_too_many_columns(tmp_path, store):
    assert "columns" in refused(csv_folder(tmp_path, b"household_id" + b",x" * 5_000 + b"\n"), store)


def test_headings_that_are_sql_are_only_words(tmp_path, store):
    heading = b'"x""; DROP TABLE loaded.households; --",\'); DELETE FROM loaded.households; --'
    export = read_export(csv_folder(tmp_path, b"household_id," + heading + b"\nH1,a,b\nH1,a,b\n"), store)
    assert loaded(store) == ["H1"]
    assert len([i for i in export.issues if i.effect == "column not read"]) == 2


def test_cells_that_are_sql_or_formulas_are_only_text(tmp_path, store):
    export = read_export(csv_folder(tmp_path, b"household_id,name\n\"'; DROP TABLE x; --\",=1+1\n"), store)
    assert store.rows("SELECT household_id, name FROM loaded.households") == [("'; DROP TABLE x; --", "=1+1")]
    assert export.issues == ()


@pytest.mark.parametrize("name", ["a[1]*?.d", "it's", "a=b", "päth", "{x}"])
def test_folders_whose_names_look_like_patterns(tmp_path, store, name):
    read_export(csv_folder(tmp_path / name, HOUSEHOLDS), store)
    assert loaded(store) == ["H1", "H2"]


def test_a_link_out_of_the_folder_is_refused(tmp_path, store):
    (tmp_path / "outside.csv").write_bytes(HOUSEHOLDS)
    inside = tmp_path / "e"
    inside.mkdir()
    (inside / "households.csv").symlink_to(tmp_path / "outside.csv")
    assert "link" in refused(inside, store)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_folder_is_not_waited_for(tmp_path, store):
    csv_folder(tmp_path, HOUSEHOLDS)
    os.mkfifo(tmp_path / "visits.csv")
    export = read_export(tmp_path, store)
    assert [(i.source, i.effect) for i in export.issues] == [("visits.csv", "file not read")]


def test_a_file_that_may_not_be_read(tmp_path, store):
    csv_folder(tmp_path, HOUSEHOLDS)
    file = tmp_path / "households.csv"
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("this user may read everything")
    assert "cannot be read" in refused(tmp_path, store)


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["../households.csv", "/etc/households.csv", "a/../../households.csv", "..\\households.csv", "C:\\households.csv"])
def test_zip_paths_that_lead_outside(tmp_path, store, name):
    assert "outside" in refused(make_zip(tmp_path / "e.zip", {name: HOUSEHOLDS}), store)
    assert [file.name for file in tmp_path.iterdir()] == ["e.zip"]


def test_a_link_in_a_zip(tmp_path, store):
    info = zipfile.ZipInfo("households.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert "link" in refused(tmp_path / "e.zip", store)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, store):
    with zipfile.ZipFile(tmp_path / "e.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("visits.csv", "w") as stream:
        for _ in range(200):
            stream.write(b"\x20" * (1 << 20))
    began = time.monotonic()
    assert "grow" in refused(tmp_path / "e.zip", store)
    assert time.monotonic() - began < 5


def test_a_zip_that_lies_about_its_size(tmp_path, store):
    path = make_zip(tmp_path / "e.zip", {"households.csv": HOUSEHOLDS * 50_000})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 40)
    path.write_bytes(data)
    assert "e.zip" in refused(path, store)


def test_a_protected_zip(tmp_path, store):
    path = make_zip(tmp_path / "e.zip", {"households.csv": HOUSEHOLDS})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    assert "password" in refused(path, store)


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_zip_cut_short(tmp_path, store, keep):
    path = make_zip(tmp_path / "e.zip", {"households.csv": os.urandom(5_000)})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    assert "cut short" in refused(path, store)


def test_a_zip_inside_a_zip_is_not_opened(tmp_path, store):
    inner = make_zip(tmp_path / "inner.zip", {"households.csv": HOUSEHOLDS}).read_bytes()
    assert "inner.zip" in refused(make_zip(tmp_path / "e.zip", {"inner.zip": inner}), store)


def test_nothing_is_left_behind_of_a_zip(tmp_path, store, monkeypatch):
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    read_export(make_zip(tmp_path / "e.zip", {"households.csv": HOUSEHOLDS}), store)
    assert list(room.iterdir()) == []


def make_workbook(path: Path, rows: list[list[object]], name: str = "households") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_a_workbook_cut_short(tmp_path, store, keep):
    path = make_workbook(tmp_path / "e.xlsx", [["household_id"], ["H1"]])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    assert "e.xlsx" in refused(path, store)


def test_a_workbook_with_a_damaged_sheet(tmp_path, store):
    whole = make_workbook(tmp_path / "whole.xlsx", [["household_id"], ["H1"]])
    path = tmp_path / "e.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            target.writestr(member.filename, data[: len(data) // 2] if "sheet1.xml" in member.filename else data)
    assert "e.xlsx" in refused(path, store)


def test_a_protected_workbook(tmp_path, store):
    path = tmp_path / "e.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2_000 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 2_000)
    assert "password" in refused(path, store)


def test_an_old_document_that_is_no_workbook(tmp_path, store):
    path = tmp_path / "e.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4_000)
    assert "cannot be read as a workbook" in refused(path, store)


@pytest.mark.parametrize("data", [b"", b"household_id\nH1\n", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_workbook(tmp_path, store, data):
    path = tmp_path / "e.xlsx"
    path.write_bytes(data)
    assert "e.xlsx" in refused(path, store)


def test_a_workbook_without_records(tmp_path, store):
    assert "no table of case records" in refused(make_workbook(tmp_path / "e.xlsx", [], "Sheet1"), store)


def test_an_empty_sheet_under_the_name_of_a_table(tmp_path, store):
    assert "empty" in refused(make_workbook(tmp_path / "e.xlsx", []), store)


def test_a_stray_cell_far_away_does_not_fill_the_memory(tmp_path, store):
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("households")
        sheet.write_row(0, 0, ["household_id"])
        sheet.write_row(1, 0, ["H1"])
        sheet.write(1_048_575, 16_383, "x")
    assert "1,048,576" in refused(path, store)


def test_a_workbook_with_a_million_empty_rows(tmp_path, store):
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        grey = book.add_format({"bg_color": "#EEEEEE"})
        sheet = book.add_worksheet("households")
        sheet.write_row(0, 0, ["household_id"])
        sheet.write_row(1, 0, ["H1"])
        for row in range(2, 1_000_000):
            sheet.write_blank(row, 0, None, grey)
    began = time.monotonic()
    read_export(path, store)
    assert loaded(store) == ["H1"]
    assert time.monotonic() - began < 60


def test_a_broken_parquet_file(tmp_path, store):
    csv_folder(tmp_path, b"PAR1" + b"\x00" * 50 + b"PAR1", "households.parquet")
    assert "Parquet" in refused(tmp_path, store)


def test_the_store_can_be_sealed_afterwards(tmp_path, store):
    read_export(csv_folder(tmp_path, HOUSEHOLDS), store)
    store.seal()
    with pytest.raises(EngineError):
        store.run(f"SELECT * FROM read_csv('{tmp_path}/households.csv')")
    assert loaded(store) == ["H1", "H2"]
