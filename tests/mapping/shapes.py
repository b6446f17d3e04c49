"""One small made-up agency, written in the contract's own names and in three shapes that services' exports have."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

Row = dict[str, Any]
AS_OF = dt.date(2026, 3, 31)


def day(text: str) -> dt.date:
    """A date from year-month-day."""
    return dt.date.fromisoformat(text)


WORKERS = [
    {"worker_id": "W1", "name": "Worker One", "role": "supervising_social_worker", "started_on": day("2019-01-14")},
    {"worker_id": "W2", "name": "Worker Two", "role": "team_manager", "started_on": day("2018-05-21")},
]
HOUSEHOLDS = [
    {"household_id": "H101", "kind": "mainstream", "worker_id": "W1", "approved_on": day("2020-05-13")},
    {"household_id": "H102", "kind": "connected", "worker_id": "W1", "approved_on": day("2021-09-20")},
    {"household_id": "H103", "kind": "mainstream", "worker_id": "W2", "approved_on": day("2022-02-07")},
]
CARERS = [
    {"carer_id": "H101-1", "household_id": "H101", "name": "Carer Alpha"},
    {"carer_id": "H101-2", "household_id": "H101", "name": "Carer Beta"},
    {"carer_id": "H102-1", "household_id": "H102", "name": "Carer Gamma"},
    {"carer_id": "H103-1", "household_id": "H103", "name": "Carer Delta"},
]
CHILDREN = [
    {"child_id": "CH1", "born_on": day("2014-06-18"), "placing_authority": "Northshire"},
    {"child_id": "CH2", "born_on": day("2016-11-02"), "placing_authority": "Southshire"},
]
PLACEMENTS = [
    {"placement_id": "P1", "child_id": "CH1", "household_id": "H101", "kind": "long_term", "started_on": day("2023-03-22"), "ended_on": None},
    {"placement_id": "P2", "child_id": "CH2", "household_id": "H103", "kind": "short_term", "started_on": day("2025-01-15"), "ended_on": day("2025-12-19")},
]
# (household, day, kind, mode, status). H101 is seen every month and once unannounced; H102 has gaps and only a telephone
# call in one month; H103 has no unannounced visit in the year.
VISITS = (
    [("H101", f"2025-{m:02d}-15", "unannounced" if m == 9 else "supervision", "in_person", "completed") for m in range(4, 13)]
    + [("H101", f"2026-{m:02d}-16", "supervision", "in_person", "completed") for m in (1, 2, 3)]
    + [
        ("H102", "2025-04-28", "supervision", "in_person", "completed"),
        ("H102", "2025-06-12", "supervision", "telephone", "completed"),
        ("H102", "2025-10-20", "unannounced", "in_person", "completed"),
        ("H102", "2026-03-02", "supervision", "in_person", "completed"),
        ("H103", "2025-05-19", "supervision", "in_person", "completed"),
        ("H103", "2025-07-21", "supervision", "in_person", "completed"),
        ("H103", "2026-02-13", "supervision", "in_person", "completed"),
        ("H103", "2026-05-14", "supervision", "in_person", "planned"),
    ]
)
# (carer, kind, completed, expires)
CHECKS = [
    ("H101-1", "dbs", "2024-01-22", "2027-01-22"),
    ("H101-2", "dbs", "2022-02-14", "2025-02-14"),
    ("H102-1", "dbs", "2023-08-30", "2026-08-30"),
    ("H103-1", "medical", "2023-10-17", "2026-10-17"),
]
TRAINING = [
    ("H101-1", "Safeguarding", "2025-06-24"),
    ("H101-1", "First aid", "2024-04-16"),
    ("H101-2", "Safeguarding", "2019-03-27"),
    ("H102-1", "First aid", "2025-10-13"),
    ("H103-1", "Safeguarding", "2025-01-29"),
]


def tables() -> dict[str, list[Row]]:
    """The agency in the contract's names."""
    return {
        "workers": WORKERS,
        "households": HOUSEHOLDS,
        "carers": CARERS,
        "children": CHILDREN,
        "placements": PLACEMENTS,
        "visits": [
            {"visit_id": f"V{n}", "household_id": h, "visited_on": day(d), "kind": k, "mode": m, "status": s}
            for n, (h, d, k, m, s) in enumerate(VISITS)
        ],
        "checks": [
            {"check_id": f"X{n}", "person_kind": "carer", "person_id": p, "kind": k, "completed_on": day(c), "expires_on": day(e)}
            for n, (p, k, c, e) in enumerate(CHECKS)
        ],
        "training": [
            {"training_id": f"T{n}", "person_kind": "carer", "person_id": p, "course": c, "completed_on": day(d)}
            for n, (p, c, d) in enumerate(TRAINING)
        ],
    }


def contract_form(folder: Path) -> Path:
    """The export as the contract has it."""
    folder.mkdir(parents=True)
    for name, rows in tables().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, list(rows[0]))
            out.writeheader()
            out.writerows(rows)
    return folder


def uk(value: dt.date | None) -> str:
    """A date as a report prints it."""
    return value.strftime("%d/%m/%Y") if value else ""


ROLES = {"supervising_social_worker": "Supervising Social Worker", "team_manager": "Team Manager"}
KINDS = {"mainstream": "Mainstream", "connected": "Kinship"}
PLACES = {"long_term": "Long Term", "short_term": "Short Term"}
VISIT_KINDS = {"supervision": "Supervisory home visit", "unannounced": "Unannounced home visit"}
MODES = {"in_person": "Face to face", "telephone": "Telephone"}
STATES = {"completed": "Completed", "planned": "Booked"}


def report_extracts(folder: Path) -> Path:
    """Report extracts: a banner above, a blank line, totals below, dates as 31/03/2026, Windows-1252, household names
    with both carers in one cell, a column for deleted records."""
    folder.mkdir(parents=True)
    carers = {h["household_id"]: [c for c in CARERS if c["household_id"] == h["household_id"]] for h in HOUSEHOLDS}
    names = {c["carer_id"]: c["name"] for c in CARERS}

    def report(name: str, title: str, head: list[str], rows: list[list[Any]]) -> None:
        text = io.StringIO()
        out = csv.writer(text)
        out.writerow([f"Sample Fostering – {title}"])
        out.writerow(["Printed 31/03/2026"])
        out.writerow([])
        out.writerow(head)
        out.writerows(rows)
        out.writerow([])
        out.writerow(["Total", len(rows)])
        (folder / f"{name} 2026-03-31.csv").write_bytes(text.getvalue().encode("cp1252"))

    report("Staff list", "staff", ["Staff ID", "Staff name", "Job title", "Start date"],
           [[w["worker_id"], w["name"], ROLES[w["role"]], uk(w["started_on"])] for w in WORKERS])
    gone = ["H999", "Carer Gone", "Mainstream", "01/02/2019", "W1", "Y"]
    report("Carer list", "approved carers", ["Carer Code", "Carer Name", "Category", "Date of Approval", "Supervising Social Worker", "Deleted"],
           [[h["household_id"], " & ".join(c["name"] for c in carers[h["household_id"]]), KINDS[h["kind"]], uk(h["approved_on"]), h["worker_id"], "N"]
            for h in HOUSEHOLDS] + [gone])
    report("Children", "children", ["Child Unique ID", "Date of Birth", "Child Placing Authority"],
           [[c["child_id"], uk(c["born_on"]), c["placing_authority"]] for c in CHILDREN])
    report("Placements", "placements", ["Placement ref", "Child Unique ID", "Carer Code", "Placement Type", "Placement Date", "Placement End Date"],
           [[p["placement_id"], p["child_id"], p["household_id"], PLACES[p["kind"]], uk(p["started_on"]), uk(p["ended_on"])] for p in PLACEMENTS])
    report("Visits", "visits", ["Visit ref", "Carer Code", "Date of Visit", "Visit Type", "Visit method", "Visit Status"],
           [[f"V{n}", h, uk(day(d)), VISIT_KINDS[k], MODES[m], STATES[s]] for n, (h, d, k, m, s) in enumerate(VISITS)])
    report("DBS and medicals", "checks", ["Carer Name", "Check type", "Recieved Date", "Renew Date"],
           [[names[p], {"dbs": "Enhanced DBS", "medical": "Adult health"}[k], uk(day(c)), uk(day(e))] for p, k, c, e in CHECKS])
    report("Training", "training", ["Carer Name", "Course Attended", "Attended Date"],
           [[names[p], c, uk(day(d))] for p, c, d in TRAINING])
    return folder


def tracker(path: Path) -> Path:
    """A workbook kept by hand: merged titles, headings over two rows, a column for each month with entries such as
    `TC 12/06`, a column for each course, text dates among real ones, a hidden sheet."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    date = book.add_format({"num_format": "dd/mm/yyyy"})

    def cells(sheet, row: int, values: list[Any]) -> None:
        for column, one in enumerate(values):
            if isinstance(one, dt.date):
                sheet.write_datetime(row, column, dt.datetime.combine(one, dt.time()), date)
            elif one is not None:
                sheet.write(row, column, one)

    sheet = book.add_worksheet("Staff")
    cells(sheet, 0, ["Staff ID", "Name", "Role", "Start date"])
    for n, w in enumerate(WORKERS):
        cells(sheet, n + 1, [w["worker_id"], w["name"], ROLES[w["role"]], w["started_on"]])
    sheet = book.add_worksheet("Households")
    sheet.merge_range("A1:E1", "Approved households, March 2026")
    cells(sheet, 2, ["Household ref", "SSW", "Type of fostering", "Approved"])
    for n, h in enumerate(HOUSEHOLDS):
        cells(sheet, n + 3, [h["household_id"], h["worker_id"], KINDS[h["kind"]], uk(h["approved_on"]) if n else h["approved_on"]])
    sheet = book.add_worksheet("Carers")
    cells(sheet, 0, ["Carer ID", "Household ref", "Name"])
    for n, c in enumerate(CARERS):
        cells(sheet, n + 1, [c["carer_id"], c["household_id"], c["name"]])
    sheet = book.add_worksheet("Children placed")
    cells(sheet, 0, ["Child ref", "DOB", "LA", "Household ref", "Placed", "Left", "Placement type"])
    for n, (c, p) in enumerate(zip(CHILDREN, PLACEMENTS, strict=True)):
        cells(sheet, n + 1, [c["child_id"], c["born_on"], c["placing_authority"], p["household_id"], p["started_on"], p["ended_on"], PLACES[p["kind"]]])
    _visits_by_month(book, book.add_worksheet("Visits 25-26"), cells)
    sheet = book.add_worksheet("DBS")
    cells(sheet, 0, ["Carer ID", "Check", "Date of issue", "Renewal due"])
    for n, (p, k, c, e) in enumerate(CHECKS):
        cells(sheet, n + 1, [p, {"dbs": "DBS", "medical": "Medical"}[k], day(c), day(e)])
    sheet = book.add_worksheet("Training matrix")
    sheet.merge_range("B1:C1", "Courses")
    cells(sheet, 1, ["Carer ID", "Safeguarding", "First aid"])
    for n, c in enumerate(CARERS):
        got = {course: day(d) for p, course, d in TRAINING if p == c["carer_id"]}
        cells(sheet, n + 2, [c["carer_id"], got.get("Safeguarding"), got.get("First aid")])
    hidden = book.add_worksheet("Lists")
    cells(hidden, 0, ["Yes"])
    hidden.hide()
    book.close()
    return path


def _visits_by_month(book, sheet, cells) -> None:
    months = [(2025, m) for m in range(4, 13)] + [(2026, m) for m in range(1, 6)]
    sheet.merge_range(0, 0, 0, 5, "Monthly visits")
    cells(sheet, 2, ["Household ref", *[dt.date(y, m, 1).strftime("%b %Y") for y, m in months]])
    for n, h in enumerate(HOUSEHOLDS):
        entries: list[Any] = [h["household_id"]]
        for y, m in months:
            own = [v for v in VISITS if v[0] == h["household_id"] and v[1].startswith(f"{y}-{m:02d}")]
            entry: Any = None
            for _, d, kind, mode, status in own:
                when = day(d)
                if status == "planned":
                    entry = f"booked {when:%d/%m/%y}"
                elif kind == "unannounced":
                    entry = f"U/A {when:%d/%m/%y}"
                elif mode == "telephone":
                    entry = f"TC {when:%d/%m}"
                else:
                    entry = when if m % 2 else f"{when:%d/%m/%Y}"
            if h["household_id"] == "H103" and (y, m) == (2025, 9):
                entry = "cancelled"
            entries.append(entry)
        cells(sheet, n + 3, entries)


def warehouse(path: Path) -> Path:
    """A ZIP of warehouse tables: surrogate keys, codes with a lookup table, dates as 20260331, pipes between cells."""
    keys = {h["household_id"]: 5001 + n for n, h in enumerate(HOUSEHOLDS)}
    people = {c["carer_id"]: 8001 + n for n, c in enumerate(CARERS)}
    young = {c["child_id"]: 300 + n for n, c in enumerate(CHILDREN)}
    staff = {w["worker_id"]: 71 + n for n, w in enumerate(WORKERS)}

    def packed(value: dt.date | None) -> str:
        return value.strftime("%Y%m%d") if value else ""

    members = {
        "dim_worker": (["worker_sk", "staff_no", "staff_name", "job_title", "start_dt"],
                       [[staff[w["worker_id"]], w["worker_id"], w["name"], ROLES[w["role"]], packed(w["started_on"])] for w in WORKERS]),
        "dim_household": (["household_sk", "household_ref", "household_type_cd", "ssw_sk", "approval_dt", "is_deleted"],
                          [[keys[h["household_id"]], h["household_id"], {"mainstream": "M", "connected": "K"}[h["kind"]], staff[h["worker_id"]], packed(h["approved_on"]), 0] for h in HOUSEHOLDS]
                          + [[5999, "H999", "M", 71, "20190201", 1]]),
        "dim_carer": (["carer_sk", "carer_ref", "household_sk", "carer_name"],
                      [[people[c["carer_id"]], c["carer_id"], keys[c["household_id"]], c["name"]] for c in CARERS]),
        "dim_child": (["child_sk", "child_ref", "birth_dt", "placing_authority"],
                      [[young[c["child_id"]], c["child_id"], packed(c["born_on"]), c["placing_authority"]] for c in CHILDREN]),
        "fact_placement": (["placement_ref", "child_sk", "household_sk", "placement_type_cd", "start_dt", "end_dt"],
                           [[p["placement_id"], young[p["child_id"]], keys[p["household_id"]], {"long_term": "U4", "short_term": "U6"}[p["kind"]], packed(p["started_on"]), packed(p["ended_on"])] for p in PLACEMENTS]),
        "fact_visit": (["visit_ref", "household_sk", "visit_dt", "visit_type_cd", "visit_mode_cd", "visit_status_cd"],
                       [[f"V{n}", keys[h], packed(day(d)), {"supervision": "10", "unannounced": "20"}[k], {"in_person": "F2F", "telephone": "TEL"}[m], {"completed": "C", "planned": "P"}[s]]
                        for n, (h, d, k, m, s) in enumerate(VISITS)]),
        "lkp_visit_type": (["visit_type_cd", "visit_type_desc"], [["10", "Supervisory visit"], ["20", "Unannounced visit"], ["30", "Support visit"]]),
        "fact_check": (["check_ref", "carer_sk", "check_type", "issue_date", "expiry_date"],
                       [[f"X{n}", people[p], k.upper(), packed(day(c)), packed(day(e))] for n, (p, k, c, e) in enumerate(CHECKS)]),
        "fact_training": (["training_ref", "carer_sk", "course_title", "completed_date"],
                          [[f"T{n}", people[p], c, packed(day(d))] for n, (p, c, d) in enumerate(TRAINING)]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, (head, rows) in members.items():
            text = "\r\n".join("|".join(str(cell) for cell in row) for row in [head, *rows]) + "\r\n"
            archive.writestr(f"{name}.csv", text)
    return path
