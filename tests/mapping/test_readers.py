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


def test_lists_with_semicolons_do_not_hide_the_commas(tmp_path: Path) -> None:
    rows = "".join(f"{ref},{day},a;b;c;d;e\n" for ref, day in ROWS)
    (tmp_path / "h.csv").write_text("Ref,Approved,Matters\n" + rows, encoding="utf-8")
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


def test_the_ssda903_return_gives_children_foster_placements_and_times_missing(tmp_path: Path) -> None:
    from auditor.mapping import read_mapping

    (tmp_path / "header.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n7,M,03/04/2012,WBRI,,,\n", encoding="utf-8")
    (tmp_path / "episodes.csv").write_text(
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
        "7,01/02/2024,S,V2,N1,U6,PR4,10/03/2024,X1,,,,\n"
        "7,10/03/2024,L,C1,N1,U6,PR4,05/06/2024,X1,,,,\n"
        "7,05/06/2024,P,C1,N1,K2,PR4,01/09/2024,X1,,,,\n"
        "7,01/09/2024,P,C2,N1,U4,PR4,,,,,,\n",
        encoding="utf-8",
    )
    (tmp_path / "missing.csv").write_text("CHILD,DOB,MISSING,MIS_START,MIS_END\n7,03/04/2012,M,02/05/2024,03/05/2024\n", encoding="utf-8")
    with Store() as store:
        found = read_mapped(tmp_path, read_mapping(Path("ssda903")), store)
        stays = store.rows("SELECT CAST(started_on AS VARCHAR), CAST(ended_on AS VARCHAR), kind FROM loaded.placements ORDER BY 1")
        # the change of legal status on 10 March continues the first placement; the children's home is none
        assert stays == [("2024-02-01", "2024-06-05", "short_term"), ("2024-09-01", None, "long_term")]
        assert store.rows("SELECT child_id, CAST(born_on AS VARCHAR) FROM loaded.children") == [("7", "2012-04-03")]
        assert store.rows("SELECT kind, CAST(occurred_at AS VARCHAR) FROM loaded.incidents") == [("missing", "2024-05-02")]
    assert [issue.problem for issue in found.issues if issue.effect != "'meetings' not read from it"] == []
