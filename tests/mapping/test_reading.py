"""What a mapping does to the rows of a file: expected values are read off the files by eye."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditor.errors import ExportError
from auditor.ingest import Export
from auditor.mapping.mappingfile import read_text
from auditor.mapping.months import month_of
from auditor.mapping.profile import shape
from auditor.mapping.reading import read_mapped
from auditor.store import Store


def read(tmp_path: Path, files: dict[str, str], mapping: str, store: Store) -> Export:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return read_mapped(folder, read_text("mapping: 1\ntables:\n" + mapping, "m.yaml"), store)


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


HOUSEHOLDS = "  households: {file: h.csv, columns: {household_id: Ref, approved_on: Approved}}\n"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("03/04/2020", "14/04/2020"), dt.date(2020, 4, 3)),
        (("03/04/2020", "04/14/2020"), dt.date(2020, 3, 4)),
        (("2020-04-03", "05/05/2020"), dt.date(2020, 4, 3)),
        (("3 April 2020", "2020-01-02"), dt.date(2020, 4, 3)),
    ],
)
def test_the_order_of_dates_is_that_of_the_whole_column(tmp_path, store, cells, expected) -> None:
    found = read(tmp_path, {"h.csv": "Ref,Approved\nA,{}\nB,{}\n".format(*cells)}, HOUSEHOLDS, store)
    assert store.rows("SELECT approved_on FROM loaded.households WHERE household_id = 'A'") == [(expected,)]
    told = [issue for issue in found.issues if "first" in issue.problem]
    assert len(told) == ("/" in cells[0])


@pytest.mark.parametrize("cells", [("03/04/2020", "05/06/2020"), ("14/04/2020", "04/14/2020")])
def test_an_order_that_cannot_be_decided_stops_the_import(tmp_path, store, cells) -> None:
    with pytest.raises(ExportError, match=r"dates: day_first") as caught:
        read(tmp_path, {"h.csv": "Ref,Approved\nA,{}\nB,{}\n".format(*cells)}, HOUSEHOLDS, store)
    assert "h.csv" in str(caught.value) and "'Approved'" in str(caught.value)


@pytest.mark.parametrize(("sure", "stops"), [(50, False), (49, True)])
def test_one_slip_in_fifty_dates_does_not_hide_the_order_and_is_told(tmp_path, store, sure, stops) -> None:
    text = "Ref,Approved\nA,04/14/2020\nB,03/04/2020\n" + "".join(f"C{number},14/05/2020\n" for number in range(sure))
    if stops:
        with pytest.raises(ExportError, match=r"dates: day_first"):
            read(tmp_path, {"h.csv": text}, HOUSEHOLDS, store)
        return
    found = read(tmp_path, {"h.csv": text}, HOUSEHOLDS, store)
    dates = dict(store.rows("SELECT household_id, approved_on FROM loaded.households"))
    assert (dates["A"], dates["B"], dates["C1"]) == (None, dt.date(2020, 4, 3), dt.date(2020, 5, 14))
    assert [(issue.row, issue.column) for issue in found.issues if issue.row] == [(2, "approved_on")]


def test_the_mapping_may_say_the_order(tmp_path, store) -> None:
    mapping = "  households: {file: h.csv, dates: month_first, columns: {household_id: Ref, approved_on: Approved}}\n"
    read(tmp_path, {"h.csv": "Ref,Approved\nA,03/04/2020\nB,31/12/2020\n"}, mapping, store)
    assert store.rows("SELECT approved_on FROM loaded.households ORDER BY 1 NULLS LAST") == [(dt.date(2020, 3, 4),), (None,)]


def test_a_format_is_kept_to(tmp_path, store) -> None:
    mapping = "  households: {file: h.csv, columns: {household_id: Ref, approved_on: {from: Approved, dates: '%Y%m%d'}}}\n"
    found = read(tmp_path, {"h.csv": "Ref,Approved\nA,20200403\nB,05/06/2020\n"}, mapping, store)
    assert store.rows("SELECT approved_on FROM loaded.households ORDER BY household_id") == [(dt.date(2020, 4, 3),), (None,)]
    assert [(issue.row, issue.column) for issue in found.issues] == [(3, "approved_on")]


def test_columns_that_have_gone_or_appeared_are_told(tmp_path, store) -> None:
    found = read(tmp_path, {"h.csv": "Ref,New,Old\nA,x,y\n"}, HOUSEHOLDS.replace("}}", "}, ignore: [Old]}"), store)
    told = {(issue.column, issue.effect) for issue in found.issues}
    assert told == {("approved_on", "'approved_on' not read"), ("New", "column not read")}
    assert found.supplied["households"] == {"household_id"}


def test_a_key_that_has_gone_stops_the_import(tmp_path, store) -> None:
    with pytest.raises(ExportError, match=r"line 3 of m\.yaml"):
        read(tmp_path, {"h.csv": "Number,Approved\nA,2020-01-01\n"}, HOUSEHOLDS, store)


def test_rows_are_left_out_by_keep_and_drop_and_counted(tmp_path, store) -> None:
    mapping = (
        "  households:\n    file: h.csv\n    keep: [{column: Ref, blank: false}]\n"
        "    drop: [{column: Gone, is: [Y]}, {column: Ref, like: 'total*'}]\n    columns: {household_id: Ref}\n"
    )
    text = "Ref,Gone\nA,N\nB,y\n,N\nRef,Gone\nC,\nTotal: 3,\n"
    found = read(tmp_path, {"h.csv": text}, mapping, store)
    assert store.rows("SELECT household_id, _row FROM loaded.households ORDER BY 1") == [("A", 2), ("C", 6)]
    (one,) = found.inputs
    # read: A, B, the row without a reference, the headings again, C and the total
    assert (one.rows, one.rejected, one.filtered) == (6, 0, 4)


def test_a_column_for_each_month_becomes_a_row_for_each(tmp_path, store) -> None:
    mapping = (
        "  visits:\n    file: v.csv\n    unpivot: {columns: [any month], name: month, value: entry}\n    columns:\n"
        "      visit_id: {join: [Ref, month]}\n      household_id: Ref\n"
        "      visited_on: {from: entry, find: date, year: month, dates: day_first}\n"
        "      kind: {from: entry, codes: {'u/a*': unannounced}, otherwise: supervision}\n"
        "      mode: {from: entry, codes: {'tc*': telephone}, otherwise: in_person}\n"
        "      status: {from: entry, codes: {'canc*': cancelled, 'booked*': planned}, otherwise: completed}\n"
    )
    text = "Ref,Dec 2025,Jan 2026,Feb 2026\nA,TC 12/12,U/A 31/12,booked 14/05/26\nB,,cancelled,7th\nC,,,\n"
    found = read(tmp_path, {"v.csv": text}, mapping, store)
    assert store.rows("SELECT household_id, visited_on, kind, mode, status FROM loaded.visits ORDER BY visited_on") == [
        ("A", dt.date(2025, 12, 12), "supervision", "telephone", "completed"),
        ("A", dt.date(2025, 12, 31), "unannounced", "in_person", "completed"),
        ("B", dt.date(2026, 2, 7), "supervision", "in_person", "completed"),
        ("A", dt.date(2026, 5, 14), "supervision", "in_person", "planned"),
    ]
    rejected = [(issue.source, issue.row) for issue in found.issues if issue.effect == "row rejected"]
    assert rejected == [("v.csv, column Jan 2026", 3)]
    (one,) = found.inputs
    assert (one.rows, one.rejected, one.filtered) == (3, 1, 1)


def test_two_people_in_one_cell_become_two_rows(tmp_path, store) -> None:
    mapping = (
        "  carers:\n    file: c.csv\n    split: {column: Names, at: [' & ', ' and '], name: one, number: n}\n"
        "    columns: {carer_id: {join: [Ref, n]}, household_id: Ref, name: one}\n"
    )
    read(tmp_path, {"c.csv": "Ref,Names\nA,One & Two\nB,Three\n"}, mapping, store)
    assert store.rows("SELECT carer_id, household_id, name FROM loaded.carers ORDER BY 1") == [
        ("A-1", "A", "One"), ("A-2", "A", "Two"), ("B-1", "B", "Three"),
    ]


def test_two_readings_of_one_row_are_two_records(tmp_path, store) -> None:
    one = "{file: c.csv, columns: {carer_id: {join: [Ref, {constant: '%s'}]}, household_id: Ref, name: %s}, keep: [{column: %s, blank: false}]}"
    mapping = f"  carers:\n    - {one % ('1', 'First', 'First')}\n    - {one % ('2', 'Second', 'Second')}\n"
    found = read(tmp_path, {"c.csv": "Ref,First,Second\nA,One,Two\nB,Three,\n"}, mapping, store)
    assert store.rows("SELECT carer_id, name FROM loaded.carers ORDER BY 1") == [("A-1", "One"), ("A-2", "Two"), ("B-1", "Three")]
    assert [(i.rows, i.rejected, i.filtered) for i in found.inputs] == [(2, 0, 0)]


def test_values_are_looked_up_and_those_not_there_are_told(tmp_path, store) -> None:
    mapping = (
        "  households:\n    file: h.csv\n    columns:\n      household_id: Ref\n"
        "      kind: {from: cd, lookup: {file: k.csv, match: cd, take: means}, codes: {Kin: connected}}\n"
    )
    found = read(tmp_path, {"h.csv": "Ref,cd\nA,1\nB,2\nC,9\n", "k.csv": "cd,means\n1,Kin\n2,Mainstream\n"}, mapping, store)
    assert store.rows("SELECT household_id, kind FROM loaded.households ORDER BY 1") == [("A", "connected"), ("B", "mainstream"), ("C", None)]
    assert [issue.problem.split()[0] for issue in found.issues] == ["1"]


def test_each_different_record_is_taken_once(tmp_path, store) -> None:
    mapping = "  households: {file: p.csv, distinct: true, columns: {household_id: Carer}}\n"
    found = read(tmp_path, {"p.csv": "Child,Carer\n1,A\n2,A\n3,B\n4,\n"}, mapping, store)
    assert store.rows("SELECT household_id, _row FROM loaded.households ORDER BY 1") == [("A", 2), ("B", 4)]
    assert [(i.rows, i.filtered) for i in found.inputs] == [(4, 2)]


def test_times_without_an_offset_are_in_the_mappings_zone(tmp_path, store) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    (folder / "i.csv").write_text("Ref,When\nA,2025-07-01 23:30\n", encoding="utf-8")
    text = "mapping: 1\ntime_zone: UTC\ntables:\n  incidents: {file: i.csv, columns: {incident_id: Ref, kind: {constant: missing}, occurred_at: When}}\n"
    read_mapped(folder, read_text(text, "m.yaml"), store)
    # half past midnight on 2 July in London
    assert store.rows("SELECT occurred_at FROM loaded.incidents") == [(dt.date(2025, 7, 2),)]


def test_a_bad_entry_of_one_month_leaves_the_others(tmp_path, store) -> None:
    mapping = (
        "  visits:\n    file: v.csv\n    unpivot: {columns: [any month], name: month, value: entry}\n"
        "    columns: {visit_id: {join: [Ref, month]}, household_id: Ref, visited_on: entry, kind: {constant: supervision}}\n"
    )
    read(tmp_path, {"v.csv": "Ref,Jan 2026,Feb 2026\nA,15/01/2026,tbc\n"}, mapping, store)
    assert store.rows("SELECT visited_on FROM loaded.visits") == [(dt.date(2026, 1, 15),)]


@pytest.mark.parametrize(
    ("heading", "month"),
    [
        ("Apr 2026", (2026, 4)), ("April-26", (2026, 4)), ("2026-04-01", (2026, 4)), ("Visits 2025-26 / Jan", (2026, 1)),
        ("Visits 2025/26 / Oct", (2025, 10)), ("May", (None, 5)), ("Sept 25", (2025, 9)), ("Mayor", None), ("Total", None),
        ("Marital status", None),
    ],
)
def test_months_in_headings(heading: str, month: tuple | None) -> None:
    assert month_of(heading) == month


def test_shapes_hold_nothing_of_the_value() -> None:
    assert shape("14/05/2026") == "99/99/9999"
    assert shape("Secretname") == "Aaaa"
    assert shape("AB123C") == "AA999A"


YEARLESS = (
    "  visits:\n    file: 'Visits*'\n    unpivot: {columns: [any month], name: month, value: entry%s}\n"
    "    columns: {visit_id: {join: [Ref, month]}, household_id: Ref, visited_on: {from: entry, find: date, year: month, dates: day_first}}\n"
)


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("Visits 2025-26.csv", ", year: name", {dt.date(2025, 4, 14), dt.date(2026, 1, 9)}),
        ("Visits 26-27.csv", ", year: name", {dt.date(2026, 4, 14), dt.date(2027, 1, 9)}),
        ("Visits.csv", ", year: 2024", {dt.date(2024, 4, 14), dt.date(2025, 1, 9)}),
    ],
)
def test_months_take_their_year_from_the_mapping_or_the_name(tmp_path, store, name, year, expected) -> None:
    read(tmp_path, {name: "Ref,April,January\nA,14/04,9/1\n"}, YEARLESS % year, store)
    assert {one for (one,) in store.rows("SELECT visited_on FROM loaded.visits")} == expected


@pytest.mark.parametrize("year", ["", ", year: name"])
def test_days_without_a_year_anywhere_stop_the_import(tmp_path, store, year) -> None:
    with pytest.raises(ExportError, match="year: 2025"):
        read(tmp_path, {"Visits.csv": "Ref,April,January\nA,14/04/25,9/1\n"}, YEARLESS % year, store)


def test_days_with_years_of_their_own_need_none(tmp_path, store) -> None:
    read(tmp_path, {"Visits.csv": "Ref,April,January\nA,14/04/25,cancelled\n"}, YEARLESS % "", store)
    assert store.rows("SELECT visited_on FROM loaded.visits") == [(dt.date(2025, 4, 14),)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("TC 12/03/26", dt.date(2026, 3, 12)),
        ("12/03/26 at 10.30", dt.date(2026, 3, 12)),
        ("12/03/26, not 05/03/26", None),
        ("done", None),
    ],
)
def test_a_cell_with_no_day_or_several_is_told(tmp_path, store, cell, expected) -> None:
    mapping = "  households: {file: h.csv, columns: {household_id: Ref, approved_on: {from: Approved, find: date, dates: day_first}}}\n"
    found = read(tmp_path, {"h.csv": f'Ref,Approved\nA,"{cell}"\nB,\n'}, mapping, store)
    assert dict(store.rows("SELECT household_id, approved_on FROM loaded.households")) == {"A": expected, "B": None}
    assert [(one.row, one.column) for one in found.issues] == ([] if expected else [(2, "approved_on")])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ann & Bob Example", {"Ann Example", "Bob Example"}),
        ("Ann Other & Bob Example", {"Ann Other", "Bob Example"}),
        ("Ann Example", {"Ann Example"}),
        ("Ann & Bob", {"Ann", "Bob"}),
    ],
)
def test_a_surname_may_be_shared(tmp_path, store, cell, expected) -> None:
    mapping = (
        "  carers:\n    file: h.csv\n    split: {column: Names, at: [' & '], name: one, shared_surname: true}\n"
        "    columns: {carer_id: one, household_id: Ref, name: one}\n"
    )
    read(tmp_path, {"h.csv": f"Ref,Names\nA,{cell}\n"}, mapping, store)
    assert {one for (one,) in store.rows("SELECT carer_id FROM loaded.carers")} == expected


def test_a_blank_cell_of_a_list_in_groups_holds_what_stands_above_it(tmp_path, store) -> None:
    mapping = (
        "  visits:\n    file: v.csv\n    fill_down: [Home]\n"
        "    columns: {visit_id: No, household_id: Home, visited_on: Date}\n"
    )
    text = "Home,No,Date\nF1,1,2025-04-14\n,2,2025-05-15\n , , \nF2,3,2025-04-16\n,4,2025-05-17\n,5,2025-06-18\n"
    found = read(tmp_path, {"v.csv": text}, mapping, store)
    visits = store.rows("SELECT visit_id, household_id FROM loaded.visits ORDER BY 1")
    assert visits == [("1", "F1"), ("2", "F1"), ("3", "F2"), ("4", "F2"), ("5", "F2")]
    assert [(one.rows, one.rejected, one.filtered) for one in found.inputs] == [(6, 0, 1)]
    assert [one.row for one in found.issues if one.row and one.column != "household_id"] == []
