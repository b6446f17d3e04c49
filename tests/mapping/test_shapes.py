"""One agency in three shapes gives the findings of the contract's own form, through the drafted mapping as it stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditor.audit import Options, run_audit
from auditor.mapping.draft import draft
from auditor.mapping.mappingfile import read_text
from auditor.mapping.plan import Cell
from auditor.mapping.writing import text
from auditor.model import Audit
from auditor.store import Store
from tests.mapping import shapes

SHAPES = {"reports": shapes.report_extracts, "tracker.xlsx": shapes.tracker, "warehouse.zip": shapes.warehouse}
NAMES = {carer["name"]: carer["carer_id"] for carer in shapes.CARERS}
# The workbook has no references of placements: its mapping joins them from the child's and the first day.
STAYS = {f"{p['child_id']}-{p['started_on']}": p["placement_id"] for p in shapes.PLACEMENTS}


# The workbook's columns for months begin with this one, and no visit before it could stand there. In the lists no visit is
# older, though homes were approved years before. A draft says so; the contract's form is told.
BEGUN = (("visits", dt.date(2025, 4, 1)),)


def audit(export: Path, mapping: Path | None = None, history: tuple[tuple[str, dt.date], ...] = ()) -> Audit:
    with Store() as store:
        options = Options(as_of=shapes.AS_OF, since=dt.date(2025, 4, 1), mapping=mapping, history_from=history)
        return run_audit(export, options, store)


def findings(found: Audit) -> set[tuple]:
    return {
        (f.rule, NAMES.get(f.subject_id, STAYS.get(f.subject_id, f.subject_id)), f.outcome, f.state, f.trigger_on, f.due_on, f.done_on)
        for f in found.findings
    }


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path, str]]:
    """Each shape's export, its drafted mapping, and the text of that."""
    made = {}
    for name, write in SHAPES.items():
        folder = tmp_path_factory.mktemp("shape")
        export = write(folder / name)
        with Store() as store:
            content = text(draft(export, store))
        mapping = folder / "mapping.yaml"
        mapping.write_text(content, encoding="utf-8")
        made[name] = (export, mapping, content)
    return made


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> set[tuple]:
    found = audit(shapes.contract_form(tmp_path_factory.mktemp("contract") / "export"), history=BEGUN)
    assert not found.data_issues
    return findings(found)


@pytest.fixture(scope="module")
def audited(drafted) -> dict[str, Audit]:
    """The audit of each shape through its drafted mapping."""
    return {shape: audit(export, mapping) for shape, (export, mapping, _) in drafted.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_drafted_mapping_gives_the_findings_of_the_contract_form(audited, expected, shape: str) -> None:
    assert len(expected) > 10
    assert findings(audited[shape]) == expected


def test_only_a_first_visit_before_the_records_begin_is_not_held_against_anyone(expected, tmp_path: Path) -> None:
    without = findings(audit(shapes.contract_form(tmp_path / "export")))
    assert {one[:2] for one in without - expected} == {("POL-first-visit", "P2")}
    assert not expected - without


@pytest.mark.parametrize("shape", SHAPES)
def test_every_row_is_used_rejected_or_left_out(audited, shape: str) -> None:
    for one in audited[shape].run.inputs:
        assert one.rows - one.rejected - one.filtered >= 0, one
    rows = {(one.table, one.rows, one.rejected, one.filtered) for one in audited[shape].run.inputs}
    if shape == "reports":
        # 20 visits; the blank line and the total below them. 3 households; the deleted one, blank line and total.
        assert ("visits", 22, 0, 2) in rows
        assert ("households", 6, 0, 3) in rows
    if shape == "tracker.xlsx":
        # one of the three households' rows has an entry, `cancelled`, that says no day
        assert ("visits", 3, 1, 0) in rows


def test_only_what_is_wrong_is_reported(audited) -> None:
    tracker = audited["tracker.xlsx"].data_issues
    assert [(i.source, i.row, i.column, i.effect) for i in tracker] == [
        ("tracker.xlsx (sheet Visits 25-26), column Sep 2025", 6, "visited_on", "row rejected")
    ]
    assert audited["warehouse.zip"].data_issues == ()
    assert {i.effect for i in audited["reports"].data_issues} == {"read as Windows-1252"}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_draft_holds_no_value_of_a_record(drafted, shape: str) -> None:
    content = drafted[shape][2]
    for value in ("Alpha", "Gamma", "Worker One", "Northshire", "H101", "CH1", "18/06/2014", "20140618", "2014-06-18"):
        assert value not in content


@pytest.mark.parametrize("shape", SHAPES)
def test_the_draft_is_a_sound_mapping_with_a_cell_for_each_column(drafted, shape: str) -> None:
    mapping = read_text(drafted[shape][2], "mapping.yaml")
    assert {entry.table for entry in mapping.entries} == set(shapes.tables())
    assert all(isinstance(cell, Cell) for entry in mapping.entries for cell in entry.columns.values())


def test_next_months_export_needs_no_new_mapping(tmp_path: Path, drafted, expected) -> None:
    export, mapping, _ = drafted["reports"]
    later = tmp_path / "later"
    later.mkdir()
    for file in export.iterdir():
        (later / file.name.replace("2026-03-31", "2026-04-30")).write_bytes(file.read_bytes())
    assert findings(audit(later, mapping)) == expected
