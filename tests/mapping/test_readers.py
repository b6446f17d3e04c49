"""Sources other than a comma-separated file: each is read through the same mapping to the same records."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from auditor.errors import ExportError
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.store import Store

ROWS = [("A", "13/04/2020"), ("B", "02/05/2021")]
EXPECTED = [("A", "2020-04-13"), ("B", "2021-05-02")]


def records(export: Path, file: str) -> list[tuple]:
    text = f"tables: {{households: {{file: '{file}', columns: {{household_id: Ref, approved_on: Approved}}}}}}"
    with Store() as store:
        read_mapped(export, read_text(text, "m.yaml"), store)
        return store.rows("SELECT household_id, CAST(approved_on AS VARCHAR) FROM loaded.households ORDER BY 1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings_below_a_banner(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [["Report of carers, all areas – now"], [], ["Ref", "Approved"], *map(list, ROWS)]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    (tmp_path / "h.csv").write_bytes(text.encode(encoding))
    assert records(tmp_path, "h.csv") == EXPECTED


def test_an_sqlite_file(tmp_path: Path) -> None:
    file = tmp_path / "system.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE carers (Ref TEXT, Approved TEXT)")
        database.executemany("INSERT INTO carers VALUES (?, ?)", ROWS)
    database.close()
    before = file.read_bytes()
    assert records(file, "*.sqlite") == EXPECTED
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + b"\xff" * 500, b"no database at all"])
def test_a_broken_sqlite_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "system.sqlite"
    file.write_bytes(content)
    with pytest.raises(ExportError):
        records(file, "*.sqlite")


def test_a_quoted_note_over_several_lines_keeps_its_row(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text('Printed\nRef,Approved,Note\nA,13/04/2020,"one\ntwo"\nB,02/05/2021,x\n', encoding="utf-8")
    assert records(tmp_path, "h.csv") == EXPECTED
