"""A mapping file is checked whole: every problem at once, each with its line and the nearest word."""

from __future__ import annotations

import pytest

from auditor.errors import RulesError
from auditor.mapping.mappingfile import read_text


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(RulesError) as caught:
        read_text(text, "m.yaml")
    return [(problem.line, problem.message) for problem in caught.value.problems]


SOUND = """mapping: 1
tables:
  households:
    file: carers*.csv
    columns:
      household_id: Carer code
"""


def test_a_sound_mapping_is_read() -> None:
    mapping = read_text(SOUND, "m.yaml")
    (entry,) = mapping.entries
    assert (entry.table, entry.file, entry.columns["household_id"].headings) == ("households", "carers*.csv", ("Carer code",))


def test_every_problem_is_named_with_its_line() -> None:
    found = problems(
        """mapping: 1
tables:
  housholds: {file: a.csv, columns: {household_id: A}}
  visits:
    file: v.csv
    columns:
      visit_id: A
      visited: B
      kind: {from: C, codes: {x: supervison}}
      visited_on: {from: D, dates: dayfirst}
    drop: [{column: E}]
time_zone: Mars
"""
    )
    lines = dict(found)
    assert "'households'" in lines[3]
    assert "'visited_on'" in lines[8]
    assert "'supervision'" in lines[9]
    assert "'day_first'" in lines[10]
    assert "'is'" in lines[11]
    assert "UTC" in lines[12]
    assert len(found) == 6


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("file: carers*.csv", "fil: carers*.csv"), 4, "Did you mean 'file'"),
        (("household_id: Carer code", "name: Carer"), 6, "'household_id', the key"),
        (("household_id: Carer code", "household_id: {from: a, constant: b}"), 6, "one of 'from'"),
        (("household_id: Carer code", "household_id: {from: a, find: '(a'}"), 6, "regular expression"),
        (("household_id: Carer code", "household_id: {from: a, dates: iso}"), 6, "is no date"),
        (("household_id: Carer code", "household_id: {from: a, year: month}"), 6, "'unpivot'"),
        (("    columns:", "    header: three\n    columns:"), 5, "number of the row"),
        (("mapping: 1", "mapping: 2"), 1, "version"),
    ],
)
def test_each_slip_is_named(change: tuple[str, str], line: int, words: str) -> None:
    found = problems(SOUND.replace(*change))
    assert any(where == line and words in message for where, message in found), found


@pytest.mark.parametrize("text", ["", "[]", "tables: {}", "tables: 3", "mapping: 1", "a: [", "tables: {visits: 3}", "tables: {visits: [3]}"])
def test_what_is_no_mapping_is_refused_in_words(text: str) -> None:
    assert problems(text)
