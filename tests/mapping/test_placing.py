"""Which heading is taken for which field: by words, by values, and when only a question is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.mapping.across import kind_in
from auditor.mapping.draft import Draft, draft
from auditor.mapping.mappingfile import read_text
from auditor.mapping.plan import Mapping
from auditor.mapping.words import likeness
from auditor.mapping.writing import text
from auditor.store import Store


def drafted(tmp_path: Path, files: dict[str, str]) -> tuple[Draft, str, Mapping]:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    with Store() as store:
        made = draft(folder, store)
        written = text(made)
    return made, written, read_text(written, "m.yaml")


def headings(mapping: Mapping, table: str) -> dict[str, tuple[str, ...]]:
    return {
        name: cell.headings for entry in mapping.entries if entry.table == table for name, cell in entry.columns.items()
    }


@pytest.mark.parametrize(
    ("heading", "table", "column"),
    [
        ("Date Approved", "households", "approved_on"),
        ("D.O.B.", "carers", "born_on"),
        ("visit_type_desc", "visits", "kind"),
        ("Visit Type Description", "visits", "kind"),
        ("Child Seen (Y/N)", "visits", "children_seen"),
        ("Recieved Date", "checks", "completed_on"),
        ("plcmt_start_date", "placements", "started_on"),
    ],
)
def test_headings_that_are_sure(heading: str, table: str, column: str) -> None:
    assert likeness(heading, table, column) >= 0.75


@pytest.mark.parametrize(
    ("heading", "table", "column"),
    [
        ("Next Visit Due", "visits", "visited_on"),
        ("DBS renewal sent date", "checks", "completed_on"),
        ("Contract Ref", "placements", "placement_id"),
        ("Previous Panel Venue", "decisions", "panel_id"),
        ("Agreed End Date", "placements", "started_on"),
    ],
)
def test_headings_that_are_something_else(heading: str, table: str, column: str) -> None:
    assert likeness(heading, table, column) < 0.6


HOUSEHOLDS = "Household ref,Date approved\n" + "".join(f"H{n},{n:02d}/06/2020\n" for n in range(10, 29))


def test_a_reference_is_known_by_its_values(tmp_path: Path) -> None:
    visits = "Visit no,Linked to,Visit date\n" + "".join(f"V{n},H{n},{n:02d}/05/2025\n" for n in range(10, 29))
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    assert headings(mapping, "visits")["household_id"] == ("Linked to",)


def test_words_of_one_code_set_are_known_by_themselves(tmp_path: Path) -> None:
    words = ["Face to face", "Telephone", "Teams"]
    visits = "Visit no,Household ref,Visit date,Zzz\n" + "".join(
        f"V{n},H{n},{n:02d}/05/2025,{words[n % 3]}\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    assert headings(mapping, "visits")["mode"] == ("Zzz",)


def test_a_count_of_children_is_no_reference_to_a_child(tmp_path: Path) -> None:
    approvals = "Approval ref,Household ref,Approved from,Number of children\n" + "".join(
        f"A{n},H{n},{n:02d}/06/2020,{n % 3 + 1}\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Approvals.csv": approvals})
    assert headings(mapping, "approvals")["max_children"] == ("Number of children",)
    assert "child_id" not in headings(mapping, "approvals")


def test_a_doubt_is_a_comment_and_not_read(tmp_path: Path) -> None:
    text_ = HOUSEHOLDS.replace("Date approved", "Date approved,Approval basis category").replace("/2020\n", "/2020,x\n")
    _, written, mapping = drafted(tmp_path, {"Households.csv": text_})
    read = {heading for cells in headings(mapping, "households").values() for heading in cells}
    assert "Approval basis category" not in read
    assert "Approval basis category" in written


def test_checks_that_stand_in_columns_of_their_own(tmp_path: Path) -> None:
    carers = "Carer ref,Household ref,Name\n" + "".join(f"C{n},H{n},Carer {n}\n" for n in range(10, 29))
    checks = "Carer ref,DBS issued,DBS due,Medical issued,Medical due\n" + "".join(
        f"C{n},{n:02d}/05/2024,{n:02d}/05/2027,{n:02d}/06/2024,{n:02d}/06/2026\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Carers.csv": carers, "Checks.csv": checks})
    found = [entry.columns for entry in mapping.entries if entry.table == "checks"]
    assert [(one["kind"].constant, one["completed_on"].headings, one["expires_on"].headings) for one in found] == [
        ("dbs", ("DBS issued",), ("DBS due",)),
        ("medical", ("Medical issued",), ("Medical due",)),
    ]


@pytest.mark.parametrize(
    ("heading", "kind"), [("Enhanced DBS issued", "dbs"), ("Car insurance expiry", "insurance"), ("Notes", None)]
)
def test_the_kind_of_check_in_a_heading(heading: str, kind: str | None) -> None:
    assert kind_in(heading) == kind


def test_rows_of_words_are_not_taken_for_headings(tmp_path: Path) -> None:
    visits = "A report,Run today\n\nRef of visit,Home,Day\n" + "".join(f"V{n},Status,Completed\n" for n in range(20))
    made, _, _ = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    plates = [*made.unplaced, *(block.plate for block in made.blocks)]
    assert next(one for one in plates if one.part.file == "Visits.csv").raw.headings[0] == "Ref of visit"
