"""DuckDB and Parquet through a mapping, and what is left to test of headings on two rows and of `history_from`."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path

import pytest

from auditor.audit import Options, rulebook
from auditor.errors import ExportError
from auditor.ingest import read_export
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.store import Store

MAPPING = "tables: {households: {file: '*', sheet: '*', columns: {household_id: Ref, approved_on: Approved, name: {from: details, path: who.name}}}}"
ROWS = "SELECT 'H' || i AS Ref, strftime(DATE '2020-04-11' + CAST(i AS INTEGER), '%d/%m/%Y') AS Approved, {'who': {'name': 'N' || i}} AS details FROM range(1, 4) t(i)"
EXPECTED = [("H1", dt.date(2020, 4, 12), "N1"), ("H2", dt.date(2020, 4, 13), "N2"), ("H3", dt.date(2020, 4, 14), "N3")]


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def households(store: Store) -> list[tuple]:
    return store.rows("SELECT household_id, approved_on, name FROM loaded.households ORDER BY 1")


def duck(file: Path, *statements: str) -> Path:
    with Store() as made:
        made.run_all([f"ATTACH '{file}' AS d (BLOCK_SIZE 16384)", *statements, "DETACH d"])
    return file


def test_a_duckdb_file(tmp_path: Path, store) -> None:
    file = duck(tmp_path / "w.duckdb", f"CREATE TABLE d.carers AS {ROWS}", "CREATE VIEW d.v AS SELECT 1")
    before = file.read_bytes()
    export = read_mapped(file, read_text(MAPPING, "m.yaml"), store)
    assert households(store) == EXPECTED
    assert [(one.source, one.rows, one.rejected, one.filtered) for one in export.inputs] == [("w.duckdb (table carers)", 3, 0, 0)]
    assert file.read_bytes() == before and list(tmp_path.iterdir()) == [file]
    assert {row[0] for row in store.rows("SELECT database_name FROM duckdb_databases()")} == {"memory", "system", "temp"}
    store.seal()
    assert households(store) == EXPECTED


def test_a_duckdb_file_in_the_contracts_names(tmp_path: Path, store) -> None:
    file = duck(tmp_path / "w.db", "CREATE SCHEMA d.dw", "CREATE TABLE d.dw.households AS SELECT 7 AS household_id, [1, 2] AS office, 'x'::BLOB AS name")
    read_export(file, store)
    assert store.rows("SELECT household_id, office, name FROM loaded.households") == [("7", "1;2", None)]


def test_a_duckdb_file_of_a_newer_version(tmp_path: Path, store) -> None:
    file = duck(tmp_path / "w.duckdb", f"CREATE TABLE d.carers AS {ROWS}")
    data = bytearray(file.read_bytes())
    data[12] = 250
    total = 5381  # the file's own sum over its first block, put right again
    for (word,) in struct.iter_unpack("<Q", data[8:4096]):
        total ^= (word * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    data[:8] = total.to_bytes(8, "little")
    file.write_bytes(data)
    with pytest.raises(ExportError, match=r"^w\.duckdb: it was written by another version of DuckDB"):
        read_export(file, store)


@pytest.mark.parametrize("keep", [0, 5, 20, 5_000, 20_000])
def test_a_duckdb_file_cut_short(tmp_path: Path, store, keep: int) -> None:
    file = duck(tmp_path / "w.duckdb", f"CREATE TABLE d.carers AS {ROWS}")
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ExportError, match=r"^w\.duckdb"):
        read_mapped(file, read_text(MAPPING, "m.yaml"), store)


def test_a_parquet_file(tmp_path: Path, store) -> None:
    with Store() as made:
        made.run(f"COPY ({ROWS}) TO '{tmp_path}/carers.parquet' (FORMAT parquet)")
    export = read_mapped(tmp_path, read_text(MAPPING.replace("sheet: '*', ", ""), "m.yaml"), store)
    assert households(store) == EXPECTED
    assert [(one.rows, one.rejected, one.filtered) for one in export.inputs] == [(3, 0, 0)]
    # a row of a file without headings on a row counts as under one
    assert store.rows("SELECT min(_row), max(_row) FROM loaded.households") == [(2, 4)]


def test_a_damaged_parquet_file(tmp_path: Path, store) -> None:
    file = tmp_path / "carers.parquet"
    with Store() as made:
        made.run(f"COPY ({ROWS}) TO '{file}' (FORMAT parquet)")
    data = bytearray(file.read_bytes())
    data[20:60] = b"\xff" * 40
    file.write_bytes(data)
    with pytest.raises(ExportError, match=r"^carers\.parquet"):
        read_mapped(tmp_path, read_text(MAPPING.replace("sheet: '*', ", ""), "m.yaml"), store)


def test_headings_on_two_rows_of_a_csv(tmp_path: Path, store) -> None:
    text = "Carers,,,\nPrinted,,,\nHousehold,,Dates,\nRef,Name,Approved,Ended\nH1,A,13/04/2020,\nH2,B,02/05/2021,14/06/2024\n"
    (tmp_path / "h.csv").write_text(text, encoding="utf-8")
    mapping = "tables: {households: {file: h, header: [3, 4], columns: {household_id: Household / Ref, approved_on: Dates / Approved, ended_on: Dates / Ended}, ignore: [Household / Name]}}"
    export = read_mapped(tmp_path, read_text(mapping, "m.yaml"), store)
    assert store.rows("SELECT household_id, approved_on, ended_on, _row FROM loaded.households ORDER BY 1") == [
        ("H1", dt.date(2020, 4, 13), None, 5), ("H2", dt.date(2021, 5, 2), dt.date(2024, 6, 14), 6),
    ]
    assert [(one.rows, one.rejected, one.filtered) for one in export.inputs] == [(2, 0, 0)]


def test_the_day_from_which_records_begin_reaches_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text("history_from: {visits: 2023-04-01}\ntables: {households: {file: h, columns: {household_id: Ref}}}\n", encoding="utf-8")
    history = rulebook(Options(dt.date(2026, 3, 31), mapping=file)).history
    assert history["visits"] == "2023-04-01"
    # what the command says wins over the file
    told = Options(dt.date(2026, 3, 31), mapping=file, history_from=(("visits", dt.date(2024, 1, 1)),))
    assert rulebook(told).history["visits"] == "2024-01-01"
