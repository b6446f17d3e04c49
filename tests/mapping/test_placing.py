"""Which heading is taken for which field: by words, by values, and when only a question is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import ExportError
from auditor.mapping.across import word_in
from auditor.mapping.codes import code_of
from auditor.mapping.draft import Draft, draft
from auditor.mapping.mappingfile import read_text
from auditor.mapping.plan import Mapping
from auditor.mapping.profile import shared_prefix
from auditor.mapping.reading import read_mapped
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
        ("strVisitType", "visits", "kind"),
        ("dtmDOB", "children", "born_on"),
        ("Date of visit (dd/mm/yyyy)", "visits", "visited_on"),
        ("Date of birth [child]", "children", "born_on"),
        ("Child's date of birth", "children", "born_on"),
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


def test_cells_that_list_words_are_read_word_by_word(tmp_path: Path) -> None:
    kinds = ("Task centred; Matched", '"Long-Term, Respite Care"')
    approvals = "Ref,Household ref,Approved from,Placement types\n" + "".join(
        f"A{n},H{n},{n:02d}/05/2020,{kinds[n % 2]}\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Approvals.csv": approvals})
    assert headings(mapping, "approvals")["categories"] == ("Placement types",)
    with Store() as store:
        read_mapped(tmp_path / "export", mapping, store)
        assert store.rows("SELECT DISTINCT categories FROM loaded.approvals ORDER BY 1") == [
            ("long_term;respite",), ("short_term;long_term",),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (("20250501", "20251231"), ["2025-05-01", "2025-12-31"]),
        (("20250501143000", "20251231090000"), ["2025-05-01", "2025-12-31"]),
        (("20250501", "20251231 0900"), ["2025-05-01", "2025-12-31"]),
    ],
)
def test_days_of_eight_figures_are_days(tmp_path: Path, cells: tuple[str, str], days: list[str]) -> None:
    visits = "Visit ref,Household ref,Visit date,Type\n" + "".join(
        f"V{n},H{10 + n % 19},{cells[n % 2]},Supervision\n" for n in range(40)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    with Store() as store:
        found = read_mapped(tmp_path / "export", mapping, store)
        assert store.rows("SELECT DISTINCT CAST(visited_on AS VARCHAR) FROM loaded.visits ORDER BY 1") == [(day,) for day in days]
    assert [one.rejected for one in found.inputs] == [0, 0]


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
    assert word_in(heading, "check_kind") == kind


def test_rows_of_words_are_not_taken_for_headings(tmp_path: Path) -> None:
    visits = "A report,Run today\n\nRef of visit,Home,Day\n" + "".join(f"V{n},Status,Completed\n" for n in range(20))
    made, _, _ = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    plates = [*made.unplaced, *(block.plate for block in made.blocks)]
    assert next(one for one in plates if one.part.file == "Visits.csv").raw.headings[0] == "Ref of visit"


def test_a_day_is_known_among_other_words_where_only_one_can_be_meant(tmp_path: Path) -> None:
    homes = "Household ref,Kind,Date approved at committee,Agreed end date\n" + "".join(
        f"H{n},Mainstream,{n:02d}/05/2020,{n:02d}/05/2030\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": homes})
    found = headings(mapping, "households")
    assert found["approved_on"] == ("Date approved at committee",)
    assert "ended_on" not in found


def test_the_notices_of_an_event_that_stand_beside_it(tmp_path: Path) -> None:
    events = "Event ID,Household ref,Date & time of event,Category,Ofsted informed (date),LA informed\n" + "".join(
        f"E{n},H{n},{n:02d}/05/2025 14:30,Missing,{n:02d}/05/2025,{'' if n % 2 else f'{n:02d}/05/2025'}\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Incidents.csv": events})
    assert headings(mapping, "incidents")["occurred_at"] == ("Date & time of event",)
    told = [entry.columns for entry in mapping.entries if entry.table == "notifications"]
    assert [(one["recipient"].constant, one["incident_id"].headings, one["sent_at"].headings) for one in told] == [
        ("chief_inspector", ("Event ID",), ("Ofsted informed (date)",)),
        ("responsible_authority", ("Event ID",), ("LA informed",)),
    ]


def test_carers_that_only_a_list_of_their_checks_names(tmp_path: Path) -> None:
    checks = "Carer ref,Household ref,D.O.B.,DBS issued,Medical issued\n" + "".join(
        f"C{n},H{n},{n:02d}/05/1970,{'' if n % 2 else f'{n:02d}/05/2024'},{n:02d}/06/2024\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Recruitment checks.csv": checks})
    assert headings(mapping, "carers") == {
        "carer_id": ("Carer ref",), "household_id": ("Household ref",), "born_on": ("D.O.B.",)
    }  # fmt: skip
    (carers,) = [entry for entry in mapping.entries if entry.table == "carers"]
    assert not carers.drop


def test_a_title_and_a_date_are_no_matrix_of_courses(tmp_path: Path) -> None:
    courses = ["First aid", "Safer caring", "Attachment"]
    training = "Delegate ref,Delegate,Event title,Event date,Cert valid until,Attendance\n" + "".join(
        f"C{n},A Carer,{courses[n % 3]},{n:02d}/05/2025,{n:02d}/05/2028,{'DNA' if n == 12 else 'Attended'}\n"
        for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Training log.csv": training})
    found = headings(mapping, "training")
    assert [found[name] for name in ("person_id", "course", "completed_on", "expires_on")] == [
        ("Delegate ref",), ("Event title",), ("Event date",), ("Cert valid until",)
    ]  # fmt: skip
    (entry,) = [entry for entry in mapping.entries if entry.table == "training"]
    assert [(test.heading, test.words) for test in entry.drop] == [("Attendance", ("dna",))]


def test_two_words_of_which_one_is_the_columns_own_are_yes_and_no(tmp_path: Path) -> None:
    visits = "Visit no,Household ref,Visit date,Announced / unannounced\n" + "".join(
        f"V{n},H{n},{n:02d}/05/2025,{'Announced' if n % 2 else 'Unannounced'}\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    (visits_,) = [entry for entry in mapping.entries if entry.table == "visits"]
    assert dict(visits_.columns["unannounced"].codes) == {"unannounced": "yes", "announced": "no"}


@pytest.mark.parametrize(
    ("word", "codeset", "code"),
    [
        ("Supervisory", "visit_kind", "supervision"),
        ("Cancellation", "visit_status", "cancelled"),
        ("Announced", "visit_kind", None),
        ("Not completed", "visit_status", None),
        ("Joint supervision", "visit_kind", None),
    ],
)
def test_a_word_with_another_ending_is_the_same_word_and_with_another_word_is_not(
    word: str, codeset: str, code: str | None
) -> None:
    assert code_of(word, codeset) == code


def test_a_list_of_children_by_name_and_number_holds_their_placements(tmp_path: Path) -> None:
    children = "Child,ID,DOB,LA,FH No,In,Out\n" + "".join(
        f"A Child {chr(60 + n)},K{n},{n:02d}/05/2014,Leeds,H{n},{n:02d}/05/2024,\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Children.csv": children})
    assert headings(mapping, "children")["child_id"] == ("ID",)
    found = headings(mapping, "placements")
    assert [found[name] for name in ("child_id", "household_id", "started_on", "ended_on")] == [
        ("ID",), ("FH No",), ("In",), ("Out",)
    ]  # fmt: skip


def test_a_sheet_of_months_names_its_home_and_not_itself(tmp_path: Path) -> None:
    homes = "FH No,Carers,Approved\n" + "".join(f"{n:03d},A Carer,{n:02d}/05/2020\n" for n in range(10, 29))
    months = "FH No,Apr 25,May 25,Jun 25\n" + "".join(f"{n:03d},{n:02d}/04/25,cancelled,TC {n:02d}/06\n" for n in range(10, 29))
    _, _, mapping = drafted(tmp_path, {"Foster homes.csv": homes, "Supervision visits.csv": months})
    assert headings(mapping, "visits")["household_id"] == ("FH No",)


@pytest.mark.parametrize(
    ("headings_", "prefix"),
    [
        (["plc_key", "plc_from", "plc_to", "plc_miles", "chd_key"], "plc_"),
        (["ref_sk", "ref_rcvd_dt", "ref_by", "ref_outcome"], ""),  # a word of its own
        (["visit_id", "visit_dt", "visit_type", "visit_by"], "visit_"),
        (["child_id", "child_dob", "child_la", "child_nm"], ""),  # says whose they are
        (["Name", "Date", "Status", "Notes"], ""),
    ],
)
def test_a_prefix_that_most_headings_share(headings_: list[str], prefix: str) -> None:
    assert shared_prefix(headings_) == prefix


def test_checks_that_stand_in_the_list_of_carers(tmp_path: Path) -> None:
    carers = "Carer ref,Household ref,Name,DBS date,DBS renewal due,Medical date,Start date\n" + "".join(
        f"C{n},H{n},A Carer,{n:02d}/05/2024,{n:02d}/05/2027,{n:02d}/06/2024,{n:02d}/06/2020\n" for n in range(10, 29)
    )
    _, _, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Carers.csv": carers})
    found = [entry.columns for entry in mapping.entries if entry.table == "checks"]
    assert [(one["kind"].constant, one["person_id"].headings, one["completed_on"].headings) for one in found] == [
        ("dbs", ("Carer ref",), ("DBS date",)),
        ("medical", ("Carer ref",), ("Medical date",)),
    ]
    assert found[0]["expires_on"].headings == ("DBS renewal due",)
    assert "expires_on" not in found[1]


def test_what_every_record_needs_and_no_heading_gives_is_said(tmp_path: Path) -> None:
    visits = "Visit ref,Household ref,Visit date,Colour\n" + "".join(f"V{n},H{n},{n:02d}/06/2025,c{n}\n" for n in range(10, 29))
    made, written, _ = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    assert {block.table: block.lacking for block in made.blocks} == {"households": [], "visits": ["kind"]}
    assert written.count("every record needs kind too") == 1


def test_an_export_of_which_nothing_is_a_table_of_records_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"looks like a table of case records: stock\.csv"):
        drafted(tmp_path, {"stock.csv": "foo,bar\n1,2\n3,4\n"})


def test_a_single_letter_for_a_code_is_to_be_looked_at(tmp_path: Path) -> None:
    visits = "Visit ref,Household ref,Visit date,Type,Status\n" + "".join(
        f"V{n},H{n},{n:02d}/06/2025,Supervision,{'CCP'[n % 3]}\n" for n in range(10, 29)
    )
    _, written, _ = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    (line,) = [one for one in written.splitlines() if one.strip().startswith("status:")]
    assert "codes: {c: completed, p: planned}" in line
    assert "LOOK: some of its words are signs that may mean something else: c, p" in line


def test_totals_and_ends_of_pages_are_left_out_wherever_they_stand(tmp_path: Path) -> None:
    rows = [f"V{n},H{n},{n:02d}/06/2025,Supervision" for n in range(10, 29)]
    rows[5:5] = ["Sub-total,,,5", "Page 1 of 3,,,", "Visit ref,Household ref,Visit date,Type"]
    rows += [",Total visits: 19,,", "Total,19,,"]
    visits = "\n".join(["Visit ref,Household ref,Visit date,Type", *rows]) + "\n"
    _, written, mapping = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Visits.csv": visits})
    assert '{column: Visit ref, like: ["page * of *", "sub-total*", "total*"]}' in written
    assert '{column: Household ref, like: ["total visits*"]}' in written
    with Store() as store:
        found = read_mapped(tmp_path / "export", mapping, store)
    assert [(one.rows, one.rejected, one.filtered) for one in found.inputs if one.table == "visits"] == [(24, 0, 5)]
    assert found.issues == ()


def test_a_record_that_begins_like_a_total_is_no_total(tmp_path: Path) -> None:
    carers = "Name,Carer ref,Household ref,Date of birth,Approved\n" + "".join(
        f"{name},C{n},H{n},{n:02d}/05/1970,{n:02d}/05/2020\n"
        for n, name in zip(range(10, 29), ["Total Care, A", "Page, A", "Count, B", *["A Carer"] * 16], strict=True)
    ).replace("Total Care, A", '"Total Care, A"').replace("Page, A", '"Page, A"').replace("Count, B", '"Count, B"')
    _, written, _ = drafted(tmp_path, {"Households.csv": HOUSEHOLDS, "Carers.csv": carers})
    assert "drop:" not in written
