"""Workbooks in every format, as hand-kept ones are: titles, headings on two rows, hidden parts, dates of two sorts.

What the files in tests/unit/workbooks hold is told in the README there; expected values are read off it by eye.
"""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from auditor.errors import ExportError
from auditor.ingest import read_export
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.store import Store

BOOKS = Path(__file__).parent / "workbooks"
MAPPING = """
tables:
  visits:
    file: visits
    sheet: "{sheet}"
    header: {header}
    columns:
      visit_id: {{join: [Household / Ref, "(row)"]}}
      household_id: Household / Ref
      kind: Household / Type
      visited_on: Visit / Date
      status: Visit / Outcome
"""
VISITS = [
    ("H1-5", "H1", "supervision", dt.date(2026, 4, 13), "completed", 5),
    ("H1-6", "H1", "unannounced", dt.date(2026, 5, 25), "completed", 6),
    ("H2-7", "H2", "supervision", dt.date(2026, 6, 2), "cancelled", 7),
    ("H2-8", "H2", "supervision", dt.date(2026, 7, 7), "completed", 8),
]
HIDDEN_SHEET = "The sheet is hidden."


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def visits(store: Store) -> list[tuple]:
    return store.rows("SELECT visit_id, household_id, kind, visited_on, status, _row FROM loaded.visits ORDER BY _row")


@pytest.mark.parametrize("header", ["[3, 4]", "{has: [Ref, Type], rows: 2, row: 3}"])
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_headings_on_two_rows_below_a_merged_title(store, ending, header) -> None:
    read_mapped(BOOKS / f"visits.{ending}", read_text(MAPPING.format(sheet="Visits*", header=header), "m.yaml"), store)
    assert visits(store) == VISITS


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_hidden_sheet_is_left_out_and_told(store, ending) -> None:
    mapping = MAPPING.format(sheet="*visits*", header="[3, 4]")
    export = read_mapped(BOOKS / f"visits.{ending}", read_text(mapping, "m.yaml"), store)
    assert visits(store) == VISITS
    told = [(i.source, i.effect) for i in export.issues if i.problem.startswith(HIDDEN_SHEET)]
    assert told == [(f"visits.{ending} (sheet Old visits)", "sheet not read")]


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_hidden_sheet_that_the_mapping_names_in_full_is_read(store, ending) -> None:
    mapping = "tables: {visits: {file: visits, sheet: old visits, columns: {visit_id: Ref, household_id: Ref, visited_on: {from: Date, dates: day_first}}}}"
    export = read_mapped(BOOKS / f"visits.{ending}", read_text(mapping, "m.yaml"), store)
    assert store.rows("SELECT visit_id, visited_on FROM loaded.visits") == [("H9", dt.date(2019, 2, 1))]
    assert not [i for i in export.issues if i.problem.startswith(HIDDEN_SHEET)]


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_hidden_columns_and_rows_are_read_and_told(store, ending) -> None:
    mapping = MAPPING.format(sheet="Visits*", header="[3, 4]")
    export = read_mapped(BOOKS / f"visits.{ending}", read_text(mapping, "m.yaml"), store)
    told = [(i.problem, i.effect) for i in export.issues if i.effect == "read like the others"]
    assert told == [("1 column and 1 row of this sheet are hidden, by hand or by a filter.", "read like the others")]


def test_hidden_parts_without_a_mapping(tmp_path, store) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "e.xlsx")) as book:
        sheet = book.add_worksheet("households")
        for number, row in enumerate([["household_id", "name"], ["H1", "A"], ["H2", "B"]]):
            sheet.write_row(number, 0, row)
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})
        # what stands right of the records, to the edge of the sheet, hides nothing
        sheet.set_column(5, 16_383, None, None, {"hidden": True})
        hidden = book.add_worksheet("visits")
        hidden.write_row(0, 0, ["visit_id"])
        hidden.hide()
        book.add_worksheet("carers").very_hidden()
    export = read_export(tmp_path / "e.xlsx", store)
    assert store.rows("SELECT household_id, name FROM loaded.households ORDER BY 1") == [("H1", "A"), ("H2", "B")]
    assert [(i.source, i.effect) for i in export.issues if "hidden" in i.problem] == [
        ("e.xlsx (sheet visits)", "sheet not read"),
        ("e.xlsx (sheet carers)", "sheet not read"),
        ("e.xlsx (sheet households)", "read like the others"),
    ]


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_protected_workbook_is_refused_in_words(store, ending) -> None:
    with pytest.raises(ExportError, match=r"protected with a password\. Save it without one"):
        read_export(BOOKS / f"protected.{ending}", store)


@pytest.mark.parametrize(("content", "name"), [("visits.xls", "visits.xlsx"), ("visits.xlsx", "visits.xls"), ("visits.ods", "visits.xlsx")])
def test_the_content_decides_whatever_the_name_says(tmp_path, store, content, name) -> None:
    shutil.copy(BOOKS / content, tmp_path / name)
    read_mapped(tmp_path / name, read_text(MAPPING.format(sheet="Visits*", header="[3, 4]"), "m.yaml"), store)
    assert visits(store) == VISITS


@pytest.mark.parametrize("ending", ["xls", "ods"])
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_workbook_cut_short(tmp_path, store, ending, keep) -> None:
    path = tmp_path / f"e.{ending}"
    data = (BOOKS / f"visits.{ending}").read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(ExportError, match=rf"^e\.{ending}: "):
        read_mapped(path, read_text(MAPPING.format(sheet="*", header="[3, 4]").replace("visits\n", "e\n"), "m.yaml"), store)


@pytest.mark.parametrize(("data", "words"), [(b"<html><table><tr><td>Ref</td></tr></table></html>", "web page"), (b"Ref\tName\nH1\tA\n", "text file")])
def test_what_systems_write_under_the_name_of_a_workbook(tmp_path, store, data, words) -> None:
    (tmp_path / "e.xls").write_bytes(data)
    with pytest.raises(ExportError, match=words):
        read_export(tmp_path / "e.xls", store)


def ods(path: Path, body: str) -> Path:
    """An ODS workbook whose one sheet has these rows."""
    names = ' '.join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"' for short, long in (("office", "office"), ("table", "table"), ("text", "text")))
    content = f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet><table:table table:name="households">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')
    return path


def cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def test_an_ods_whose_cells_are_said_to_come_again_a_thousand_million_times(tmp_path, store) -> None:
    again = 'table:number-columns-repeated="1000000"'
    rows = f"<table:table-row>{cell('household_id')}</table:table-row>" + f'<table:table-row table:number-rows-repeated="1000000">{cell("H1", again)}</table:table-row>'
    with pytest.raises(ExportError, match=r"e\.ods"):
        read_export(ods(tmp_path / "e.ods", rows), store)


def test_an_ods_with_formulas_and_links_is_only_text(tmp_path, store) -> None:
    formula = 'table:formula="of:=WEBSERVICE(&quot;http://localhost:9/&quot;)"'
    rows = f"<table:table-row>{cell('household_id')}{cell('name')}</table:table-row><table:table-row>{cell('H1')}{cell('=1+1', formula)}</table:table-row>"
    read_export(ods(tmp_path / "e.ods", rows), store)
    assert store.rows("SELECT household_id, name FROM loaded.households") == [("H1", "=1+1")]


def test_formulas_and_links_to_elsewhere_are_neither_worked_out_nor_followed(tmp_path, store) -> None:
    """A listener stands where every link of the workbook leads; nobody may call."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        place = f"http://127.0.0.1:{listener.getsockname()[1]}/x.xlsx"
        with xlsxwriter.Workbook(str(tmp_path / "plain.xlsx")) as book:
            sheet = book.add_worksheet("households")
            sheet.write_row(0, 0, ["household_id", "name", "office"])
            sheet.write_formula(1, 0, '="H" & 1+1', None, "H1")
            sheet.write_formula(1, 1, f'=WEBSERVICE("{place}")', None, "as it was saved")
            sheet.write_url(1, 2, place, None, "<script>alert(1)</script>")
        links = {
            "xl/externalLinks/externalLink1.xml": '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
            "xl/externalLinks/_rels/externalLink1.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="externalLinkPath" Target="{place}" TargetMode="External"/></Relationships>',
        }
        shutil.copy(tmp_path / "plain.xlsx", tmp_path / "e.xlsx")
        with zipfile.ZipFile(tmp_path / "e.xlsx", "a") as package:
            for name, text in links.items():
                package.writestr(name, text)
        read_export(tmp_path / "e.xlsx", store)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert store.rows("SELECT household_id, name, office FROM loaded.households") == [("H1", "as it was saved", "<script>alert(1)</script>")]
