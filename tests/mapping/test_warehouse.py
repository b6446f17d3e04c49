"""What databases add to records, and what the draft of a mapping makes of it: read off the few lines of each table."""

from __future__ import annotations

import datetime as dt

import pytest

from auditor.ingest import Export
from auditor.mapping.draft import draft
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.mapping.technical import marks_deleted
from auditor.mapping.writing import text
from auditor.store import Store

TABLES = {
    "DimHousehold.csv": [
        "HouseholdSK|HouseholdBK|HouseholdTypeCode|ApprovalDate|DeregistrationDate|EffectiveFrom|EffectiveTo|IsCurrent",
        "1|FC01|PEND|2018-01-15 00:00:00|9999-12-31 00:00:00|2018-01-15 00:00:00|2020-01-01 00:00:00|0",
        "2|FC01|MAIN|2019-03-04 00:00:00|9999-12-31 00:00:00|2020-01-01 00:00:00|9999-12-31 00:00:00|1",
        "3|FC02|KIN|2020-05-14 00:00:00|2026-01-19 00:00:00|2020-05-14 00:00:00|9999-12-31 00:00:00|1",
        "4|FC03|MAIN|2021-06-15 00:00:00|9999-12-31 00:00:00|2021-06-15 00:00:00|9999-12-31 00:00:00|1",
    ],
    "DimHouseholdType.csv": ["HouseholdTypeCode|HouseholdTypeDescription", "MAIN|Mainstream", "KIN|Kinship", "PEND|Awaiting approval"],
    "DimCarer.csv": ["CarerSK|CarerBK|HouseholdSK|FullName|DateOfBirth", "801|C01|2|A One|1975-05-13 00:00:00", "802|C02|2|B One|1976-06-14 00:00:00",
                     "803|C03|3|C Two|1977-07-15 00:00:00", "804|C04|4|D Three|1978-08-16 00:00:00"],
    "FactVisit.csv": ["VisitSK|HouseholdSK|VisitDateKey|VisitTypeCode|DW_IsDeleted", "7001|1|20250414|SUP|0", "7002|2|20250515|UNA|0", "7003|3|20250416|SUP|0",
                      "7004|3|20250517|SUP|1", "7005|4|20250618|SUP|0", "7006|4|20250719|SUP|0"],
    "LkpVisitType.csv": ["VisitTypeCode|VisitTypeDescription", "SUP|Supervisory visit", "UNA|Unannounced visit"],
    "FactCheck.csv": ["CheckSK|CarerSK|CheckType|CompletedDate", "901|801|DBS|2024-02-03 00:00:00", "902|802|DBS|2024-03-14 00:00:00",
                      "903|803|DBS|2024-04-25 00:00:00", "904|804|DBS|2024-05-16 00:00:00"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("warehouse")
    for name, lines in TABLES.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-16")
    with Store() as store:
        content = text(draft(folder, store))
    with Store() as store:
        yield content, read_mapped(folder, read_text(content, "mapping.yaml"), store), store


def test_the_current_version_of_a_row_is_the_record_and_its_reference_the_key(made: tuple[str, Export, Store]) -> None:
    homes = made[2].rows("SELECT household_id, kind, approved_on, ended_on FROM loaded.households ORDER BY 1")
    assert homes == [
        ("FC01", "mainstream", dt.date(2019, 3, 4), None),
        ("FC02", "connected", dt.date(2020, 5, 14), dt.date(2026, 1, 19)),
        ("FC03", "mainstream", dt.date(2021, 6, 15), None),
    ]


def test_what_refers_to_an_old_version_refers_to_the_record(made: tuple[str, Export, Store]) -> None:
    visits = made[2].rows("SELECT visit_id, household_id, kind FROM loaded.visits ORDER BY 1")
    assert visits == [
        ("7001", "FC01", "supervision"), ("7002", "FC01", "unannounced"), ("7003", "FC02", "supervision"),
        ("7005", "FC03", "supervision"), ("7006", "FC03", "supervision"),
    ]


def test_people_are_found_by_the_keys_that_the_database_made(made: tuple[str, Export, Store]) -> None:
    assert made[2].rows("SELECT person_kind, person_id FROM loaded.checks ORDER BY 2") == [("carer", f"C0{n}") for n in (1, 2, 3, 4)]
    assert made[2].rows("SELECT carer_id, household_id FROM loaded.carers ORDER BY 1") == [("C01", "FC01"), ("C02", "FC01"), ("C03", "FC02"), ("C04", "FC03")]


def test_a_day_that_stands_for_none_and_a_table_of_codes_are_no_problem(made: tuple[str, Export, Store]) -> None:
    assert [one for one in made[1].issues if one.row] == []
    assert 'empty: ["9999-12-31 00:00:00"]' in made[0]
    assert "ignore: [DimHouseholdType.csv, LkpVisitType.csv]" in made[0]


@pytest.mark.parametrize(
    ("heading", "marks"),
    [("Deleted", True), ("DW_IsDeleted", True), ("is_deleted", True), ("Record archived Y/N", True), ("Void", True),
     ("Deleted by", False), ("Inactive since", False), ("Active", False)],
)
def test_a_mark_of_deletion_says_nothing_else(heading: str, marks: bool) -> None:
    assert marks_deleted(heading) == marks
