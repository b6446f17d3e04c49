"""JSON in a cell, and files of JSON: what a warehouse keeps where a table has no column for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.errors import ExportError, RulesError
from auditor.ingest import read_export
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.store import Store


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def cells(*values: object) -> str:
    """A CSV of references and cells of JSON."""
    rows = "".join(f'R{n},"{(v if isinstance(v, str) else json.dumps(v)).replace(chr(34), chr(34) * 2)}"\n' for n, v in enumerate(values, start=1))
    return "Ref,details\n" + rows


def test_a_path_leads_to_a_value(tmp_path: Path, store) -> None:
    mapping = """tables:
  households:
    file: h
    columns:
      household_id: Ref
      kind: {from: details, path: approval.kind, codes: {kinship: connected}}
      approved_on: {from: details, path: [approval, day.of], dates: iso}
      name: {from: details, path: carers.2.name}
"""
    one = {"approval": {"kind": "Kinship", "day.of": "2020-04-13"}, "carers": [{"name": "A"}, {"name": "B"}]}
    (tmp_path / "h.csv").write_text(cells(one, {"approval": {"kind": None}}, "", "{broken", {"carers": "x"}), encoding="utf-8")
    export = read_mapped(tmp_path, read_text(mapping, "m.yaml"), store)
    found = store.rows("SELECT household_id, kind, CAST(approved_on AS VARCHAR), name FROM loaded.households ORDER BY 1")
    assert found == [("R1", "connected", "2020-04-13", "B"), *((f"R{n}", None, None, None) for n in (2, 3, 4, 5))]
    told = {(i.column, i.problem, i.effect) for i in export.issues if "JSON" in i.problem}
    assert told == {(name, "1 cells of the column 'details' are not JSON.", "left empty") for name in ("kind", "approved_on", "name")}
    assert "broken" not in str(export.issues)


def test_the_members_of_a_list_become_rows(tmp_path: Path, store) -> None:
    mapping = """tables:
  carers:
    file: h
    split: {column: details, path: carers, name: one, number: n, most: 3}
    columns: {carer_id: {join: [Ref, n]}, household_id: Ref, name: {from: one, path: name}}
"""
    people = {"carers": [{"name": "A"}, {"name": "B"}]}
    (tmp_path / "h.csv").write_text(cells(people, {"carers": []}, {}, {"carers": [{"name": letter} for letter in "CDEF"]}), encoding="utf-8")
    export = read_mapped(tmp_path, read_text(mapping, "m.yaml"), store)
    assert store.rows("SELECT carer_id, name FROM loaded.carers ORDER BY 1") == [
        ("R1-1", "A"), ("R1-2", "B"), ("R4-1", "C"), ("R4-2", "D"), ("R4-3", "E"),
    ]
    assert [(i.problem, i.effect) for i in export.issues if "members" in i.problem] == [
        ("1 lists in the column 'details' have more than 3 members.", "the rest not read")
    ]
    # R2 and R3 hold nobody: read, and left out
    assert [(i.rows, i.rejected, i.filtered) for i in export.inputs] == [(4, 0, 2)]


def test_a_cell_that_is_a_list_itself(tmp_path: Path, store) -> None:
    mapping = "tables: {carers: {file: h, split: {column: details, path: true, name: one, number: n}, columns: {carer_id: {join: [Ref, n]}, name: one}}}"
    (tmp_path / "h.csv").write_text(cells(["A", "B"]), encoding="utf-8")
    read_mapped(tmp_path, read_text(mapping, "m.yaml"), store)
    assert store.rows("SELECT carer_id, name FROM loaded.carers ORDER BY 1") == [("R1-1", "A"), ("R1-2", "B")]


@pytest.mark.parametrize("path", ["''", "a..b", "[]", "{a: b}", '"a\\u0000b"', "[[a]]"])
def test_a_path_that_is_none_is_refused_with_its_line(path: str) -> None:
    with pytest.raises(RulesError, match=r"m\.yaml:5: 'path'"):
        read_text(f"tables:\n  households:\n    file: h\n    columns:\n      household_id: {{from: a, path: {path}}}\n", "m.yaml")


RECORDS = [
    {"household_id": "H1", "name": "A", "approved_on": "2020-04-13", "office": {"code": 7}},
    {"household_id": "H2", "name": "B\nB", "approved_on": "2021-05-02", "more": [1, {"x": 2}]},
]
EXPECTED = [("H1", "A", "2020-04-13"), ("H2", "B\nB", "2021-05-02")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("households.json", json.dumps(RECORDS).encode()),
        ("households.json", json.dumps(RECORDS, indent=1).encode("utf-16")),
        ("households.json", b"\xef\xbb\xbf" + json.dumps({"value": RECORDS, "count": 2}).encode()),
        ("export.json", json.dumps({"households": RECORDS, "made": "now"}).encode()),
        ("households.ndjson", b"\n".join(json.dumps(one).encode() for one in RECORDS) + b"\n\n"),
        ("households.jsonl", b"\r\n".join(json.dumps(one).encode() for one in RECORDS)),
    ],
)
def test_files_of_json_in_the_contracts_names(tmp_path: Path, store, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    export = read_export(tmp_path / name, store)
    assert store.rows("SELECT household_id, name, CAST(approved_on AS VARCHAR) FROM loaded.households ORDER BY 1") == EXPECTED
    assert {i.column for i in export.issues} == {"office.code", "more"}
    assert [one.rows for one in export.inputs] == [2]


def test_a_record_within_a_record_is_columns_of_a_mapping(tmp_path: Path, store) -> None:
    (tmp_path / "all.json").write_text(json.dumps({"carers": RECORDS, "other": [{"a": 1}]}), encoding="utf-8")
    mapping = "tables: {households: {file: all, sheet: carers, columns: {household_id: household_id, office: office.code}, ignore: [name, approved_on, more]}}"
    export = read_mapped(tmp_path / "all.json", read_text(mapping, "m.yaml"), store)
    assert store.rows("SELECT household_id, office FROM loaded.households ORDER BY 1") == [("H1", "7"), ("H2", None)]
    assert [i.source for i in export.issues] == ["all.json (list other)"]


@pytest.mark.parametrize("data", [b"", b"[", b'[{"household_id": "H1"', b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xff\xff", b'"\\ud800"'])
def test_what_is_no_json(tmp_path: Path, store, data: bytes) -> None:
    (tmp_path / "households.json").write_bytes(data)
    with pytest.raises(ExportError, match=r"JSON|no table of case records"):
        read_export(tmp_path, store)


def test_lines_that_are_no_record_are_all_named_and_not_shown(tmp_path: Path, store) -> None:
    (tmp_path / "households.ndjson").write_bytes(b'{"household_id": "H1"}\nSecret\n{"household_id": "H2"}\n["Secret"]\n')
    with pytest.raises(ExportError, match="lines 2, 4 cannot be read") as caught:
        read_export(tmp_path, store)
    assert "Secret" not in str(caught.value)


def test_the_settings_of_a_program_are_passed_over(tmp_path: Path, store) -> None:
    (tmp_path / "settings.json").write_text('{"a": 1}', encoding="utf-8")
    (tmp_path / "households.csv").write_text("household_id\nH1\n", encoding="utf-8")
    export = read_export(tmp_path, store)
    assert [(i.source, i.problem) for i in export.issues] == [("settings.json", "It holds no list of records.")]
