"""A whole export: what is loaded, what is rejected and what is told, for each kind of source."""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from auditor.errors import ExportError
from auditor.ingest import Export, read_export, rejected
from auditor.ingest.summary import summarise
from auditor.records import contract
from auditor.store import Store

HOUSEHOLDS = "household_id,name,kind,approved_on\nH1,A,mainstream,2024-01-01\nH2,B,connected,2024-02-01\n"
VISITS = "visit_id,household_id,visited_on,kind\nV1,H1,01/06/2025,supervision\nV2,H2,2025-06-02,unannounced\n"


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def folder(at: Path, **files: str | bytes) -> Path:
    at.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content
        (at / f"{name}.csv").write_bytes(data)
    return at


def told(export: Export) -> list[tuple]:
    return [(i.source, i.row, i.column, i.effect) for i in export.issues]


def ids(store: Store, table: str) -> list[str]:
    return [row[0] for row in store.rows(f"SELECT {contract().tables[table].key} FROM loaded.{table} ORDER BY _row")]


def test_a_folder_of_csv_files(tmp_path, store):
    export = read_export(folder(tmp_path / "e", households=HOUSEHOLDS, visits=VISITS), store)
    assert export.issues == ()
    assert export.supplied["visits"] == {"visit_id", "household_id", "visited_on", "kind"}
    assert [(i.table, i.source, i.rows, i.rejected) for i in export.inputs] == [
        ("households", "households.csv", 2, 0), ("visits", "visits.csv", 2, 0),
    ]
    assert store.rows("SELECT visited_on, kind, mode, _source, _row FROM loaded.visits ORDER BY _row") == [
        (dt.date(2025, 6, 1), "supervision", None, "visits.csv", 2),
        (dt.date(2025, 6, 2), "unannounced", None, "visits.csv", 3),
    ]


def test_a_loaded_table_has_every_column_of_the_contract_and_no_other(tmp_path, store):
    read_export(folder(tmp_path / "e", incidents="incident_id,kind,occurred_at\nI1,missing,2026-03-31\n"), store)
    store.run("SELECT * FROM loaded.incidents")
    expected = set(contract().tables["incidents"].columns) | {"_source", "_row"}
    for column in contract().tables["incidents"].columns.values():
        if column.type == "datetime":
            expected |= {f"{column.name}__from", f"{column.name}__to"}
    assert set(store.names()) == expected
    schemas = {row[0] for row in store.rows("SELECT DISTINCT schema_name FROM duckdb_tables()")}
    assert schemas == {"loaded", "doubt"}


def test_a_datetime_is_a_day_between_two_instants(tmp_path, store):
    text = (
        "incident_id,kind,occurred_at\n"
        "I1,missing,2026-03-31\n"            # no time: any time of that day, in summer time
        "I2,missing,31/03/2026 10:00\n"      # a time: one instant
        "I3,missing,25/10/2026 01:30\n"      # the hour that comes twice
        "I4,missing,2026-10-25T01:30:00Z\n"  # the same with an offset is one instant
        "I5,missing,2026-01-15\n"            # in winter the day is Greenwich's
    )
    read_export(folder(tmp_path / "e", incidents=text), store)
    rows = store.rows(
        "SELECT occurred_at, CAST(occurred_at__from AS VARCHAR), CAST(occurred_at__to AS VARCHAR) FROM loaded.incidents ORDER BY _row"
    )
    assert rows == [
        (dt.date(2026, 3, 31), "2026-03-30 23:00:00+00", "2026-03-31 22:59:59.999999+00"),
        (dt.date(2026, 3, 31), "2026-03-31 09:00:00+00", "2026-03-31 09:00:00+00"),
        (dt.date(2026, 10, 25), "2026-10-25 00:30:00+00", "2026-10-25 01:30:00+00"),
        (dt.date(2026, 10, 25), "2026-10-25 01:30:00+00", "2026-10-25 01:30:00+00"),
        (dt.date(2026, 1, 15), "2026-01-15 00:00:00+00", "2026-01-15 23:59:59.999999+00"),
    ]


def test_names_match_whatever_their_case_and_spaces(tmp_path, store):
    files = {"Household-Members": "Member ID,Household Id,JOINED-ON,Known on\nM1,H1,2025-01-01,\n", "HOUSEHOLDS": HOUSEHOLDS}
    export = read_export(folder(tmp_path / "e", **files), store)
    assert export.supplied["household_members"] == {"member_id", "household_id", "joined_on", "known_on"}
    assert export.issues == ()


def test_unknown_columns_and_files_are_told_with_the_nearest_name(tmp_path, store):
    files = {"households": HOUSEHOLDS.replace("name", "naem", 1), "vists": VISITS, "zzz": "a\n1\n"}
    export = read_export(folder(tmp_path / "e", **files), store)
    words = {(i.source, i.column): i.problem for i in export.issues}
    assert "'name'" in words["households.csv", "naem"]
    assert "'visits'" in words["vists.csv", None]
    assert "Did you mean" not in words["zzz.csv", None]
    assert {i.effect for i in export.issues} == {"column not read", "file not read"}


def test_each_problem_of_a_row_is_told_with_its_place_and_effect(tmp_path, store):
    text = (
        "household_id,kind,approved_on,ended_on,bedrooms_for_children\n"
        "H1,mainstream,2024-01-01,,2\n"
        ",mainstream,2024-01-01,,\n"                 # 3: no key
        "H3,main stream,2024-02-30,,two\n"           # 4: three cells that cannot be read
        "H4,mainstream,2024-06-01,2024-05-31,\n"     # 5: ends before it starts
        "H5,mainstream,2024-06-01,2024-06-01,\n"     # 6: ends on its first day, which is allowed
        "H1,connected,2023-01-01,,\n"                # 7: the key of row 2
    )
    export = read_export(folder(tmp_path / "e", households=text), store)
    assert told(export) == [
        ("households.csv", 3, "household_id", "row rejected"),
        ("households.csv", 4, "approved_on", "value left empty"),
        ("households.csv", 4, "bedrooms_for_children", "value left empty"),
        ("households.csv", 4, "kind", "value left empty"),
        ("households.csv", 5, "ended_on", "row rejected"),
        ("households.csv", 7, "household_id", "row rejected"),
    ]
    words = {(i.row, i.column): i.problem for i in export.issues}
    assert "'mainstream'" in words[4, "kind"]
    assert "row 2" in words[7, "household_id"]
    assert "approved_on" in words[5, "ended_on"]
    assert not any("two" in i.problem or "2024-02-30" in i.problem or "main stream" in i.problem for i in export.issues)
    assert ids(store, "households") == ["H1", "H3", "H5"]
    assert export.rejected == {"households": 3}


def test_a_required_value_that_cannot_be_read_rejects_the_row(tmp_path, store):
    text = VISITS + "V3,H1,soon,supervision\nV4,H1,2025-06-03,dancing\nV5,,2025-06-03,child\n"
    export = read_export(folder(tmp_path / "e", visits=text), store)
    assert told(export) == [
        ("visits.csv", 4, "visited_on", "row rejected"),
        ("visits.csv", 5, "kind", "row rejected"),
        ("visits.csv", 6, "household_id", "row rejected"),
    ]
    assert ids(store, "visits") == ["V1", "V2"]


def test_of_two_rows_with_one_key_the_first_sound_one_is_kept(tmp_path, store):
    text = "household_id,approved_on,ended_on\nH1,2025-01-01,2024-01-01\nH1,2025-01-01,\nH1,2025-02-01,\n"
    export = read_export(folder(tmp_path / "e", households=text), store)
    assert store.rows("SELECT household_id, _row FROM loaded.households") == [("H1", 3)]
    assert [i.row for i in export.issues] == [2, 4]
    assert "row 3" in export.issues[1].problem


def test_orphans_are_kept_and_told_only_where_the_other_table_is_there(tmp_path, store):
    visits = VISITS.replace("kind", "kind,worker_id", 1).replace("supervision", "supervision,W1").replace("announced", "announced,W9")
    visits += "V3,H9,2025-06-03,child,\n"
    export = read_export(folder(tmp_path / "e", households=HOUSEHOLDS, visits=visits), store)
    assert told(export) == [("visits.csv", 4, "household_id", "value kept; it is linked to nothing")]
    assert "H9" in export.issues[0].problem
    assert ids(store, "visits") == ["V1", "V2", "V3"]


def test_an_orphan_of_a_rejected_row_says_so(tmp_path, store):
    households = HOUSEHOLDS + "H3,C,mainstream,2024-01-01,extra\n"
    export = read_export(folder(tmp_path / "e", households=households, visits=VISITS + "V3,H3,2025-06-03,child\n"), store)
    assert "rejected" in export.issues[-1].problem
    assert export.issues[-1].row == 4


def test_the_person_of_a_check_is_looked_for_by_kind(tmp_path, store):
    carers = "carer_id,household_id\nC1,H1\n"
    checks = "check_id,kind,person_kind,person_id\nK1,dbs,carer,C1\nK2,dbs,carer,M1\nK3,dbs,household_member,M1\nK4,dbs,,X\n"
    export = read_export(folder(tmp_path / "e", carers=carers, checks=checks), store)
    assert told(export) == [("checks.csv", 3, "person_id", "value kept; it is linked to nothing")]


def test_codes_of_a_list(tmp_path, store):
    text = (
        "meeting_id,kind,attendees\n"
        'M1,strategy,"Child; Social worker"\n'
        "M2,strategy,child;school | police\n"
        "M3,strategy,\n"
        'M4,strategy,"parent, carer\nschool"\n'
    )
    export = read_export(folder(tmp_path / "e", meetings=text), store)
    assert store.rows("SELECT meeting_id, attendees FROM loaded.meetings ORDER BY _row") == [
        ("M1", None), ("M2", "child;school;police"), ("M3", None), ("M4", "parent;carer;school"),
    ]
    assert told(export) == [("meetings.csv", 2, "attendees", "value left empty")]


def test_a_missing_required_column_that_is_not_the_key_is_told_and_rejects_nothing(tmp_path, store):
    export = read_export(folder(tmp_path / "e", visits="visit_id,household_id,visited_on\nV1,H1,2025-01-01\n"), store)
    assert [(i.row, i.column) for i in export.issues] == [(None, "kind")]
    assert "kind" not in export.supplied["visits"]
    assert ids(store, "visits") == ["V1"]


def test_blank_rows_are_not_records_but_count_as_rows(tmp_path, store):
    text = "household_id,approved_on\n\nH1,2024-01-01\n,\n   \n-,n/a\nH2,2024-01-01\n\n\n"
    export = read_export(folder(tmp_path / "e", households=text), store)
    assert store.rows("SELECT household_id, _row FROM loaded.households ORDER BY _row") == [("H1", 3), ("H2", 7)]
    assert export.issues == ()
    assert export.inputs[0].rows == 2


def test_a_row_with_something_only_in_an_unknown_column_is_not_passed_over(tmp_path, store):
    export = read_export(folder(tmp_path / "e", households="household_id,remark\nH1,\n,something\n"), store)
    assert (3, "household_id") in [(i.row, i.column) for i in export.issues]


def test_rows_with_too_many_or_too_few_cells(tmp_path, store):
    text = "household_id,name,office\nH1,a,b\nH2,a,b,c\nH3,a\nH4,a,b,\nH5,a,b,c,d,e\nH6\n"
    export = read_export(folder(tmp_path / "e", households=text), store)
    assert told(export) == [
        ("households.csv", 3, None, "row rejected"),
        ("households.csv", 4, None, "cells at the end left empty"),
        ("households.csv", 6, None, "row rejected"),
        ("households.csv", 7, None, "cells at the end left empty"),
    ]
    assert ids(store, "households") == ["H1", "H3", "H4", "H6"]


def test_rejected_rows_are_kept_as_they_stood_and_written_safely(tmp_path, store):
    text = "household_id,approved_on,odd one\nH1,2024-01-01,\nH1,01/02/2024,=HYPERLINK(0)\n"
    read_export(folder(tmp_path / "e", households=text), store)
    out = tmp_path / "out"
    out.mkdir()
    (file,) = rejected.write(store, out)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "household_id,approved_on,odd one,_source,_row,_problem"
    assert lines[1].startswith("H1,01/02/2024,'=HYPERLINK(0),households.csv,3,")
    assert file.name == "households.csv"
    assert len(lines) == 2


def test_a_workbook_with_a_sheet_for_each_table(tmp_path, store):
    path = tmp_path / "records.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        time = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet("Households")
        sheet.write_row(0, 0, ["Household ID", "Approved on", "bedrooms for children"])
        sheet.write(1, 0, 12)
        sheet.write_datetime(1, 1, dt.datetime(2024, 1, 31), day)
        sheet.write(1, 2, 2)
        sheet.write_row(3, 0, ["13", "31/01/2024", "3"])
        sheet = book.add_worksheet("incidents")
        sheet.write_row(2, 1, ["incident_id", "kind", "occurred_at", "household_id", "police_involved"])
        sheet.write_row(3, 1, ["I1", "Missing", None, 12, True])
        sheet.write_datetime(3, 3, dt.datetime(2026, 3, 31, 14, 30), time)
        book.add_worksheet("Chart data").write_row(0, 0, ["x"])
        book.add_worksheet("Notes").write_row(0, 0, ["anything"])
    export = read_export(path, store)
    assert store.rows("SELECT household_id, approved_on, bedrooms_for_children, _source, _row FROM loaded.households ORDER BY _row") == [
        ("12", dt.date(2024, 1, 31), 2, "records.xlsx (sheet Households)", 2),
        ("13", dt.date(2024, 1, 31), 3, "records.xlsx (sheet Households)", 4),
    ]
    assert store.rows(
        "SELECT kind, household_id, police_involved, CAST(occurred_at__from AS VARCHAR), _row FROM loaded.incidents"
    ) == [("missing", "12", True, "2026-03-31 13:30:00+00", 4)]
    assert told(export) == [("records.xlsx (sheet Chart data)", None, None, "sheet not read")]


def test_a_zip_holds_what_a_folder_would(tmp_path, store):
    with zipfile.ZipFile(tmp_path / "e.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/households.csv", HOUSEHOLDS)
        archive.writestr("export/visits.csv", VISITS)
        archive.writestr("__MACOSX/export/._visits.csv", b"\x00\x05")
        archive.writestr("export/readme.md", "words")
    export = read_export(tmp_path / "e.zip", store)
    assert [(i.table, i.source, i.rows) for i in export.inputs] == [
        ("households", "e.zip: households.csv", 2), ("visits", "e.zip: visits.csv", 2),
    ]
    assert export.issues == ()


def test_a_parquet_file(tmp_path, store):
    at = folder(tmp_path / "e", households=HOUSEHOLDS)
    with Store() as other:
        other.run(
            "COPY (SELECT 7 AS visit_id, 'H1' AS household_id, DATE '2025-06-01' AS visited_on, 'child' AS kind, TRUE AS unannounced) "
            f"TO '{at}/visits.parquet' (FORMAT parquet)"
        )
        other.run(
            f"COPY (SELECT 'M' AS meeting_id, 'team' AS kind, ['carer', 'school'] AS attendees) TO '{at}/meetings.parquet' (FORMAT parquet)"
        )
    export = read_export(at, store)
    assert export.issues == ()
    assert store.rows("SELECT visit_id, visited_on, unannounced, _row FROM loaded.visits") == [("7", dt.date(2025, 6, 1), True, 2)]
    assert store.rows("SELECT attendees FROM loaded.meetings") == [("carer;school",)]


def test_one_file_for_a_table_alone_is_an_export(tmp_path, store):
    at = folder(tmp_path / "e", visits=VISITS)
    assert read_export(at / "visits.csv", store).supplied.keys() == {"visits"}


def test_two_files_for_one_table_are_refused(tmp_path, store):
    at = folder(tmp_path / "e", visits=VISITS, Visits=VISITS)
    if len(list(at.iterdir())) < 2:
        pytest.skip("file names do not differ by case here")
    with pytest.raises(ExportError, match=r"Visits\.csv.*visits\.csv"):
        read_export(at, store)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_line_ends_and_delimiters(tmp_path, store, encoding, line_end, delimiter):
    rows = [["household_id", "name", "approved_on"], ["H1", "Zoë – \"Café\"", "2024-01-01"], ["H2", "two\nlines", "31/01/2024"]]
    text = line_end.join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    at = folder(tmp_path / "e", households=text.encode(encoding))
    export = read_export(at, store)
    assert store.rows("SELECT household_id, name, approved_on, _row FROM loaded.households ORDER BY _row") == [
        ("H1", 'Zoë – "Café"', dt.date(2024, 1, 1), 2), ("H2", "two\nlines", dt.date(2024, 1, 31), 3),
    ]
    assert [i.effect for i in export.issues] == (["read as Windows-1252"] if encoding == "cp1252" else [])


def test_the_order_of_rows_is_that_of_the_file_however_it_is_read(tmp_path, store):
    """Enough rows for the engine to read in parallel; every code set and check must leave them in order."""
    lines = ["visit_id,household_id,visited_on,kind,mode,status,unannounced,notes"]
    lines += [f"V{n},H{n % 50},2025-0{1 + n % 9}-1{n % 10},supervision,in_person,completed,no,note {n}" for n in range(300_000)]
    read_export(folder(tmp_path / "e", visits="\n".join(lines)), store)
    assert store.rows("SELECT count(*) FILTER (visit_id = 'V' || (_row - 2)), count(*) FROM loaded.visits") == [(300_000, 300_000)]


def test_both_readings_of_a_csv_give_the_same(tmp_path):
    """The engine's reader and the slower one, over the same cells: a blank line in the file makes the difference."""
    chance = random.Random(7)
    pieces = ["", "a", '"', '""', ",", "\n", "\r\n", " x ", "é", "'", ";", "-", "N", "end."]
    rows = [[f"H{n}", *("".join(chance.choices(pieces, k=chance.randrange(6))) for _ in range(2))] for n in range(400)]
    body = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    results = []
    for gap in ("", "\n"):
        at = folder(tmp_path / f"e{len(gap)}", households=f"household_id,name,office\n{gap}{body}\n")
        with Store() as opened:
            read_export(at, opened)
            results.append(opened.rows("SELECT household_id, name, office FROM loaded.households ORDER BY _row"))
    assert results[0] == results[1]
    assert len(results[0]) == 400


def test_many_problems_of_one_kind_are_listed_up_to_a_limit_and_counted(tmp_path, store):
    text = "household_id,approved_on\n" + "".join(f"H{n},soon\n" for n in range(2_500))
    export = read_export(folder(tmp_path / "e", households=text), store)
    assert len(export.issues) == 1_001
    assert export.issues[-1].row is None
    assert "1,500" in export.issues[-1].problem
    assert export.problems == {"unreadable": 2_500}


def test_progress_is_told_before_each_table(tmp_path, store):
    seen = []
    read_export(folder(tmp_path / "e", households=HOUSEHOLDS, visits=VISITS), store, progress=lambda *step: seen.append(step))
    assert seen == [("households", 1, 2), ("visits", 2, 2)]


def test_the_summary_counts_and_names_what_is_missing(tmp_path, store):
    export = read_export(folder(tmp_path / "e", households=HOUSEHOLDS + "H1,,,\n", visits=VISITS), store)
    summary = summarise(export)
    assert [(t.name, t.rows, t.rejected) for t in summary.tables] == [("households", 3, 1), ("visits", 2, 0)]
    assert summary.problems == (("keys that stand more than once", 1),)
    assert "children" in summary.missing_core
    assert "visits" not in summary.missing_core + summary.missing_other
    assert "worker_id" in summary.tables[0].missing_columns
