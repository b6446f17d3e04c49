"""A workbook kept by hand, as services keep them: groups above headings, both carers of a household in a row, people by their
names, several days in a cell, a column for each year, complaints and allegations in one log. What the draft of a mapping
makes of it is read off the sheets by eye."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from auditor.ingest import Export
from auditor.mapping.draft import draft
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.mapping.writing import text
from auditor.store import Store

HOMES = [f"F{100 + n}" for n in range(6)]
FIRST = [f"Ada{n} Example" for n in range(6)]
SECOND = ["Bob0 Example", None, "Bob2 Example", None, None, "Bob5 Example"]
VISITS = {  # by household: the cells of April to July 2025
    "F100": ["14/04", "UV 13/05", "TC 11/06", "15/07"],
    "F101": ["A/L", "2/05 & 30/05", "12.6.25", "on hold"],
    "F102": ["HV 22/04/25", "cancelled", "17/06 (Teams)", "booked 24/07/25"],
    "F103": ["3/04 & UV 29/04", "n/a", "6th", "14/07"],
    "F104": ["done", "20/05", "no visit", "21/07/2025"],
    "F105": ["28/04", "19/05", "16/06", "15/07"],
}


def day(year: int, month: int, number: int) -> dt.date:
    return dt.date(year, month, number)


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    dates = book.add_format({"num_format": "dd/mm/yyyy"})

    def sheet(name: str, rows: list[list], merged: tuple[str, ...] = ()) -> None:
        made = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, dt.date):
                    made.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), dates)
                elif cell is not None:
                    made.write(row, column, cell)
        for place in merged:
            column = ord(place[0]) - ord("A")
            made.merge_range(place, rows[int(place[1]) - 1][column])

    sheet("Register", [
        ["Foster carers at July 2025"], [],
        ["Carers", None, None, "Approval", None, None, "Annual review"],
        ["Carer No", "Carer 1", "Carer 2", "SSW", "Approved", "Category", "Last held", "Next due", "End date"],
        *([home, a, b, f"Worker {n % 2}", day(2020, 1 + n, 7), ["Mainstream", "Kinship"][n % 2], day(2025, 1, 9 + n), day(2026, 1, 9 + n), None]
          for n, (home, a, b) in enumerate(zip(HOMES, FIRST, SECOND, strict=True))),
    ], ("A1:I1", "A3:C3", "D3:F3", "G3:H3"))
    sheet("Supervision visits", [["Carer No", "Apr 2025", "May 2025", "Jun 2025", "Jul 2025"], *([home, *cells] for home, cells in VISITS.items())])
    sheet("Unannounced", [["Carer No", "2023/24", "2024/25", "Notes"],
                          *([home, day(2023, 6, 5 + n), day(2024, 7, 8 + n) if n else "Overdue", "seen"] for n, home in enumerate(HOMES))])
    sheet("Training matrix", [
        ["Carer No", "Carer", "Safeguarding", "First aid", "Attachment"],
        *([home, name, day(2025, 2, 3 + n), "booked 12/09/25" if n == 1 else f"{20 + n}/03/2025", "Yes" if n == 2 else "Completed 14/01/25"]
          for n, (home, name) in enumerate(zip(HOMES, FIRST, strict=True))),
    ])
    sheet("Staff", [["Name", "Post", "Start"], ["Worker 0", "SSW", day(2019, 3, 4)], ["Worker 1", "SSW", day(2018, 5, 14)]])
    sheet("Complaints log", [
        ["No.", "Date received", "Carer No", "Who from", "Complaint or allegation?", "LADO informed", "Date Ofsted notified", "Date closed"],
        ["C1", day(2025, 4, 14), "F100", "Child", "Allegation", day(2025, 4, 15), day(2025, 4, 16), None],
        ["C2", day(2025, 4, 22), "F101", "Parent", "Complaint", None, None, day(2025, 5, 6)],
        ["C3", day(2025, 5, 19), "F102", "Carer", "Complaint", None, None, None],
        ["C4", day(2025, 6, 24), "F103", "Child", "Allegation", day(2025, 6, 24), None, day(2025, 7, 8)],
        ["C5", day(2025, 6, 27), "F104", "Professional", "Compliment", None, None, None],
    ])
    book.close()
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    """The draft's text, what was read through it, and the store."""
    path = workbook(tmp_path_factory.mktemp("kept") / "Tracker 2025-26 v3.xlsx")
    with Store() as store:
        content = text(draft(path, store))
    with Store() as store:
        yield content, read_mapped(path, read_text(content, "mapping.yaml"), store), store


def rows(store: Store, sql: str) -> list[tuple]:
    return store.rows(sql)


def test_a_group_holds_for_the_columns_that_it_is_merged_over(made: tuple[str, Export, Store]) -> None:
    homes = rows(made[2], "SELECT household_id, worker_id, kind, approved_on, ended_on FROM loaded.households ORDER BY 1")
    assert homes == [(home, f"Worker {n % 2}", ["mainstream", "connected"][n % 2], day(2020, 1 + n, 7), None) for n, home in enumerate(HOMES)]
    assert "Annual review / Last held" in made[0] and "Annual review / End date" not in made[0]


def test_each_carer_of_a_row_is_a_carer_known_by_name(made: tuple[str, Export, Store]) -> None:
    carers = rows(made[2], "SELECT carer_id, household_id, role FROM loaded.carers")
    wanted = [(name, home, "primary") for name, home in zip(FIRST, HOMES, strict=True)]
    wanted += [(name, home, "secondary") for name, home in zip(SECOND, HOMES, strict=True) if name]
    assert sorted(carers) == sorted(wanted)
    assert {one for (one,) in rows(made[2], "SELECT person_id FROM loaded.training")} == set(FIRST)


def test_workers_without_a_reference_are_known_by_name(made: tuple[str, Export, Store]) -> None:
    assert rows(made[2], "SELECT worker_id, role FROM loaded.workers ORDER BY 1") == [
        ("Worker 0", "supervising_social_worker"), ("Worker 1", "supervising_social_worker"),
    ]


def test_each_day_of_a_month_is_a_visit(made: tuple[str, Export, Store]) -> None:
    seen = rows(made[2], "SELECT household_id, visited_on, kind, mode, status FROM loaded.visits WHERE visited_on >= DATE '2025-01-01'")
    done = ("supervision", "in_person", "completed")
    assert sorted(seen) == sorted([
        ("F100", day(2025, 4, 14), *done), ("F100", day(2025, 5, 13), "unannounced", "in_person", "completed"),
        ("F100", day(2025, 6, 11), "supervision", "telephone", "completed"), ("F100", day(2025, 7, 15), *done),
        ("F101", day(2025, 5, 2), *done), ("F101", day(2025, 5, 30), *done), ("F101", day(2025, 6, 12), *done),
        ("F102", day(2025, 4, 22), *done), ("F102", day(2025, 6, 17), "supervision", "virtual", "completed"),
        ("F102", day(2025, 7, 24), "supervision", "in_person", "planned"),
        ("F103", day(2025, 4, 3), *done), ("F103", day(2025, 4, 29), "unannounced", "in_person", "completed"),
        ("F103", day(2025, 6, 6), *done), ("F103", day(2025, 7, 14), *done),
        ("F104", day(2025, 5, 20), *done), ("F104", day(2025, 7, 21), *done),
        ("F105", day(2025, 4, 28), *done), ("F105", day(2025, 5, 19), *done), ("F105", day(2025, 6, 16), *done), ("F105", day(2025, 7, 15), *done),
    ])
    assert "history_from: {visits: 2025-04-01}" in made[0]


def test_a_cell_without_a_day_that_may_mean_a_visit_is_told_and_one_that_cannot_is_not(made: tuple[str, Export, Store]) -> None:
    told = {(one.source.rsplit(", column ", 1)[-1], one.row, one.column, one.effect) for one in made[1].issues if one.row}
    assert told == {
        ("Apr 2025", 6, "visited_on", "row rejected"),  # F104: done
        ("May 2025", 4, "visited_on", "row rejected"),  # F102: cancelled
        ("Attachment", 4, "completed_on", "value left empty"),  # yes, but when?
    }


def test_a_column_for_each_year_is_the_visit_of_that_year(made: tuple[str, Export, Store]) -> None:
    seen = rows(made[2], "SELECT household_id, visited_on, kind FROM loaded.visits WHERE visited_on < DATE '2025-01-01'")
    wanted = [(home, day(2023, 6, 5 + n), "unannounced") for n, home in enumerate(HOMES)]
    wanted += [(home, day(2024, 7, 8 + n), "unannounced") for n, home in enumerate(HOMES) if n]
    assert sorted(seen) == sorted(wanted)


def test_a_course_is_done_on_the_day_beside_any_words_and_booked_is_not_done(made: tuple[str, Export, Store]) -> None:
    done = rows(made[2], "SELECT person_id, course, completed_on FROM loaded.training")
    wanted = [(name, "Safeguarding", day(2025, 2, 3 + n)) for n, name in enumerate(FIRST)]
    wanted += [(name, "First aid", day(2025, 3, 20 + n)) for n, name in enumerate(FIRST) if n != 1]
    wanted += [(name, "Attachment", None if n == 2 else day(2025, 1, 14)) for n, name in enumerate(FIRST)]
    assert sorted(done, key=str) == sorted(wanted, key=str)


def test_a_log_of_complaints_and_allegations_is_two_tables(made: tuple[str, Export, Store]) -> None:
    assert rows(made[2], "SELECT complaint_id, household_id, closed_on FROM loaded.complaints ORDER BY 1") == [
        ("C2", "F101", day(2025, 5, 6)), ("C3", "F102", None),
    ]
    concerns = "SELECT concern_id, household_id, kind, received_at, referred_to_designated_officer_at, concluded_on FROM loaded.concerns ORDER BY 1"
    assert rows(made[2], concerns) == [
        ("C1", "F100", "allegation", day(2025, 4, 14), day(2025, 4, 15), None),
        ("C4", "F103", "allegation", day(2025, 6, 24), day(2025, 6, 24), day(2025, 7, 8)),
    ]
    assert rows(made[2], "SELECT concern_id, recipient, sent_at FROM loaded.notifications") == [("C1", "chief_inspector", day(2025, 4, 16))]


def test_next_years_workbook_is_found_by_the_same_mapping(made: tuple[str, Export, Store]) -> None:
    assert 'file: "Tracker * *.xlsx"' in made[0]


def test_homes_may_be_known_by_the_names_of_their_carers(tmp_path: Path) -> None:
    names = ["Ann & Bob Alpha", "Cat Beta", "Dee & Eve Gamma"]
    lists = {
        "Carers.csv": ["Carers,SSW,Date approved,Type", *(f"{name},W{n},{n + 14}/05/2020,Mainstream" for n, name in enumerate(names))],
        "Visits 2025-26.csv": ["Carers,April,May,June", *(f"{name},{n + 2}/4,UV {n + 2}/5,{n + 2}/6" for n, name in enumerate(names))],
        "Children.csv": ["Child,DOB,LA,Carers,Placed,Type of placement", "K One,13/05/2014,Northshire,Cat Beta,20/01/2025,Long term",
                         "K Two,14/06/2015,Southshire,Ann & Bob Alpha,21/02/2025,Short term"],
        "DBS.csv": ["Name,Date of DBS,Renewal due", "Ann Alpha,15/01/2024,15/01/2027", "Bob Alpha,16/01/2024,16/01/2027",
                    "Cat Beta,17/01/2024,17/01/2027", "Dee Gamma,18/01/2024,18/01/2027"],
    }
    folder = tmp_path / "kept"
    folder.mkdir()
    for name, lines in lists.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Store() as store:
        content = text(draft(folder, store))
    with Store() as store:
        found = read_mapped(folder, read_text(content, "mapping.yaml"), store)
        assert [one.effect for one in found.issues if one.row] == []
        carers = {("Ann Alpha", names[0]), ("Bob Alpha", names[0]), ("Cat Beta", names[1]), ("Dee Gamma", names[2]), ("Eve Gamma", names[2])}
        assert set(store.rows("SELECT carer_id, household_id FROM loaded.carers")) == carers
        assert set(store.rows("SELECT household_id, visited_on, kind FROM loaded.visits")) == {
            (name, day(2025, month, n + 2), "unannounced" if month == 5 else "supervision") for n, name in enumerate(names) for month in (4, 5, 6)
        }
        assert set(store.rows("SELECT child_id, household_id FROM loaded.placements")) == {("K One", names[1]), ("K Two", names[0])}
        assert {one for (one,) in store.rows("SELECT person_id FROM loaded.checks")} == {"Ann Alpha", "Bob Alpha", "Cat Beta", "Dee Gamma"}


@pytest.mark.parametrize(("visits", "filled"), [
    (["F1,1,14/04/2025", ",2,15/05/2025", ",3,16/06/2025", "F2,4,17/04/2025", ",5,18/05/2025", ",6,19/06/2025"], True),
    (["F1,1,14/04/2025", "F1,2,15/05/2025", ",3,16/06/2025", "F2,4,17/04/2025", "F2,5,18/05/2025", ",6,19/06/2025"], False),
])
def test_a_list_in_groups_is_told_from_one_with_gaps(tmp_path: Path, visits: list[str], filled: bool) -> None:
    (tmp_path / "Households.csv").write_text("Household ref,Approved\nF1,14/05/2020\nF2,15/06/2021\n", encoding="utf-8")
    (tmp_path / "Visits.csv").write_text("\n".join(["Household ref,Visit no,Date of visit", *visits]) + "\n", encoding="utf-8")
    with Store() as store:
        content = text(draft(tmp_path, store))
    assert ("fill_down: [Household ref]" in content) == filled
    with Store() as store:
        found = read_mapped(tmp_path, read_text(content, "mapping.yaml"), store)
        homes = store.rows("SELECT visit_id, household_id FROM loaded.visits ORDER BY 1")
    assert homes == ([("1", "F1"), ("2", "F1"), ("3", "F1"), ("4", "F2"), ("5", "F2"), ("6", "F2")] if filled
                     else [("1", "F1"), ("2", "F1"), ("4", "F2"), ("5", "F2")])
    assert [one.row for one in found.issues if one.row] == ([] if filled else [4, 7])


def test_a_list_of_everybody_in_a_home_tells_carers_from_others(tmp_path: Path) -> None:
    lists = {
        "Approved carers.csv": ["Provision Id,Approval Start Date,Approval End Date,Max Placements,Age From,Age To",
                                "100,14/05/2020,,2,0,17", "101,15/06/2021,20/01/2026,1,5,12"],
        "Persons in provision.csv": ["Provision Id,Person Id,Person Name,DOB,Relationship to Provision",
                                     "100,501,A One,13/05/1975,Main Carer", "100,502,B One,14/05/1976,Second Carer",
                                     "100,503,C One,15/05/2010,Birth Child", "101,504,D Two,16/05/1980,Main Carer"],
        "Checks.csv": ["Person Id,Check Type,Date Received,Expiry Date", "501,DBS,14/01/2024,14/01/2027", "502,DBS,15/01/2024,15/01/2027",
                       "503,DBS,16/01/2024,16/01/2027", "504,Medical,17/01/2024,17/01/2027"],
    }
    for name, lines in lists.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Store() as store:
        content = text(draft(tmp_path, store))
    with Store() as store:
        found = read_mapped(tmp_path, read_text(content, "mapping.yaml"), store)
        assert [one.effect for one in found.issues if one.row] == []
        assert store.rows("SELECT carer_id, household_id, role FROM loaded.carers ORDER BY 1") == [
            ("501", "100", "primary"), ("502", "100", "secondary"), ("504", "101", "primary"),
        ]
        assert store.rows("SELECT member_id, relation FROM loaded.household_members") == [("503", "birth_child")]
        assert store.rows("SELECT person_id, person_kind FROM loaded.checks ORDER BY 1") == [
            ("501", "carer"), ("502", "carer"), ("503", "household_member"), ("504", "carer"),
        ]
        assert store.rows("SELECT household_id, approved_on, ended_on FROM loaded.households ORDER BY 1") == [
            ("100", day(2020, 5, 14), None), ("101", day(2021, 6, 15), day(2026, 1, 20)),
        ]


def test_a_sheet_of_what_is_due_for_each_home(tmp_path: Path) -> None:
    lists = {
        "Foster carers.csv": [
            "Carer ref,Carer 1 first name,Carer 1 surname,Carer 2 first name,Carer 2 surname,Approval date,Age range,Approved for (number)",
            "F1,Ann,Alpha,Bob,Alpha,14/05/2020,0-18,2", "F2,Cat,Beta,,,15/06/2021,5 to 12,1", "F3,Dee,Gamma,Eve,Gamma,16/07/2022,0-5,1",
        ],
        "Compliance.csv": ["Carer ref,DBS carer 1,DBS carer 2,Medical carer 1,Medical carer 2,H&S check,Annual review held",
                           "F1,15/01/2024,16/01/2024,15/02/2024,16/02/2024,17/03/2025,18/04/2025", "F2,17/01/2024,,17/02/2024,,18/03/2025,19/04/2025",
                           "F3,18/01/2024,19/01/2024,18/02/2024,,19/03/2025,20/04/2025"],
        "Supervision.csv": ["Date of supervision,Carer ref,Type of contact,Announced?", "14/04/2025,F1,Home visit,Yes", "15/05/2025,F1,Phone,Yes",
                            "16/04/2025,F2,Home visit,No", "17/05/2025,F3,Teams,Yes"],
    }
    for name, lines in lists.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Store() as store:
        content = text(draft(tmp_path, store))
    with Store() as store:
        found = read_mapped(tmp_path, read_text(content, "mapping.yaml"), store)
        assert [one.effect for one in found.issues if one.row] == []
        assert store.rows("SELECT carer_id, household_id, name FROM loaded.carers ORDER BY 1") == [
            ("F1-1", "F1", "Ann Alpha"), ("F1-2", "F1", "Bob Alpha"), ("F2-1", "F2", "Cat Beta"), ("F3-1", "F3", "Dee Gamma"), ("F3-2", "F3", "Eve Gamma"),
        ]
        checks = store.rows("SELECT person_id, household_id, kind, completed_on FROM loaded.checks WHERE kind <> 'health_and_safety'")
        assert sorted(checks) == sorted(
            [("F1-1", "F1", "dbs", day(2024, 1, 15)), ("F1-2", "F1", "dbs", day(2024, 1, 16)), ("F2-1", "F2", "dbs", day(2024, 1, 17)),
             ("F3-1", "F3", "dbs", day(2024, 1, 18)), ("F3-2", "F3", "dbs", day(2024, 1, 19)), ("F1-1", "F1", "medical", day(2024, 2, 15)),
             ("F1-2", "F1", "medical", day(2024, 2, 16)), ("F2-1", "F2", "medical", day(2024, 2, 17)), ("F3-1", "F3", "medical", day(2024, 2, 18))]
        )
        homes = store.rows("SELECT person_id, household_id, completed_on FROM loaded.checks WHERE kind = 'health_and_safety' ORDER BY 2")
        assert homes == [(None, "F1", day(2025, 3, 17)), (None, "F2", day(2025, 3, 18)), (None, "F3", day(2025, 3, 19))]
        assert store.rows("SELECT household_id, age_from, age_to, max_children FROM loaded.approvals ORDER BY 1") == [
            ("F1", 0, 18, 2), ("F2", 5, 12, 1), ("F3", 0, 5, 1),
        ]
        assert store.rows("SELECT household_id, kind, mode, unannounced FROM loaded.visits ORDER BY visited_on") == [
            ("F1", "supervision", "in_person", False), ("F2", "supervision", "in_person", True), ("F1", "supervision", "telephone", False),
            ("F3", "supervision", "virtual", False),
        ]


def test_a_column_for_each_visit_by_number(tmp_path: Path) -> None:
    (tmp_path / "Households.csv").write_text("Household ref,Approved\nF1,14/05/2020\nF2,15/06/2021\n", encoding="utf-8")
    lines = ["Household ref,Visit date 1,Visit date 2,Visit date 3", "F1,14/04/2025,UV 15/06/2025,", "F2,16/04/2025,17/05/2025,18/06/2025"]
    (tmp_path / "Supervision visits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Store() as store:
        content = text(draft(tmp_path, store))
    with Store() as store:
        found = read_mapped(tmp_path, read_text(content, "mapping.yaml"), store)
        assert [one for one in found.issues if one.row] == []
        assert store.rows("SELECT household_id, visited_on, kind FROM loaded.visits ORDER BY 1, 2") == [
            ("F1", day(2025, 4, 14), "supervision"), ("F1", day(2025, 6, 15), "unannounced"),
            ("F2", day(2025, 4, 16), "supervision"), ("F2", day(2025, 5, 17), "supervision"), ("F2", day(2025, 6, 18), "supervision"),
        ]
