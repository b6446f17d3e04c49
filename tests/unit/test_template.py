"""Templates and the reference page are made from the contract, and a template is itself a sound, empty export."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import ExportError, UsageError
from auditor.ingest import read_export
from auditor.records import contract
from auditor.store import Store
from auditor.template import records_page, write_template

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "records.md"


def test_the_reference_page_is_that_of_the_contract():
    assert PAGE.read_text(encoding="utf-8") == records_page(), "write auditor.template.records_page() to docs/reference/records.md"


def test_every_table_and_column_is_described():
    for table in contract().tables.values():
        assert table.about.endswith(".")
        for column in table.columns.values():
            assert column.about.endswith("."), f"{table.name}.{column.name}"


def test_keys_spans_and_references_name_what_there_is():
    for table in contract().tables.values():
        assert table.columns[table.key].required and table.columns[table.key].type == "id"
        for name in (table.dated_by, *(table.span or ())):
            assert name is None or table.columns[name].type in ("date", "datetime")
        for column in table.columns.values():
            assert column.references is None or column.references in contract().tables
            assert column.codeset is None or column.codeset in contract().codesets


@pytest.mark.parametrize("name", ["template", "template.xlsx"])
def test_an_empty_template_is_a_sound_export_of_every_column(tmp_path, name):
    write_template(tmp_path / name, ["all"])
    with Store() as store:
        export = read_export(tmp_path / name, store)
    assert export.issues == ()
    assert export.supplied == {name: frozenset(table.columns) for name, table in contract().tables.items()}
    assert {one.rows for one in export.inputs} == {0}


def test_only_the_tables_asked_for(tmp_path):
    files = write_template(tmp_path / "t", ["visits", "households"])
    assert [file.name for file in files] == ["households.csv", "visits.csv", "notes.txt"]
    notes = (tmp_path / "t" / "notes.txt").read_text(encoding="utf-8")
    assert "unannounced" in notes and "complaints" not in notes
    assert [file.stem for file in write_template(tmp_path / "core")][:-1] == [n for n in contract().tables if n in contract().core]


def test_an_unknown_table_is_named_with_the_nearest(tmp_path):
    with pytest.raises(UsageError, match="visits"):
        write_template(tmp_path / "t", ["vists"])
    assert not (tmp_path / "t").exists()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "visits.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="not overwritten"):
        write_template(tmp_path, ["visits"])
    assert [file.name for file in tmp_path.iterdir()] == ["visits.csv"]
    (tmp_path / "t.xlsx").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="not overwritten"):
        write_template(tmp_path / "t.xlsx")
