"""The command with a mapping: exit codes, totals printed, and a draft that is not written over."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli import cli, main
from auditor.errors import RulesError
from auditor.mapping.mappingfile import read_text
from tests.mapping import shapes


def code_of(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    return int(stopped.value.code or 0)


def test_an_invalid_mapping_is_exit_4_with_its_line(tmp_path: Path, capsys) -> None:
    export = shapes.report_extracts(tmp_path / "e")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("mapping: 1\ntables:\n  visit: {file: x, columns: {visit_id: A}}\n", encoding="utf-8")
    assert code_of(["check-export", str(export), "--mapping", str(mapping)]) == 4
    told = capsys.readouterr().err
    assert "m.yaml:3" in told and "'visits'" in told and "Traceback" not in told
    assert code_of(["check-export", str(export), "--mapping", str(tmp_path / "none.yaml")]) == 4


def test_dates_that_cannot_be_decided_are_exit_3(tmp_path: Path, capsys) -> None:
    (tmp_path / "h.csv").write_text("Ref,Approved\nA,03/04/2020\n", encoding="utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("tables: {households: {file: h.csv, columns: {household_id: Ref, approved_on: Approved}}}", encoding="utf-8")
    assert code_of(["run", str(tmp_path), "--mapping", str(mapping), "--as-of", "2026-03-31"]) == 3
    assert "dates: day_first" in capsys.readouterr().err


def test_the_totals_are_printed(tmp_path: Path, capsys) -> None:
    export = shapes.report_extracts(tmp_path / "e")
    mapping = tmp_path / "m.yaml"
    assert code_of(["map", str(export), "-o", str(mapping)]) == 0
    capsys.readouterr()
    assert code_of(["check-export", str(export), "--mapping", str(mapping)]) == 0
    line = next(one for one in capsys.readouterr().out.splitlines() if one.startswith("Visits") and "=" in one)
    assert line.split("csv")[1].split() == ["visits", "22", "=", "20", "+", "0", "+", "2"]


def test_a_draft_is_not_written_over_unasked(tmp_path: Path) -> None:
    export = shapes.report_extracts(tmp_path / "e")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("mine", encoding="utf-8")
    assert code_of(["map", str(export), "-o", str(mapping)]) == 2
    assert mapping.read_text(encoding="utf-8") == "mine"
    assert code_of(["map", str(export), "-o", str(mapping), "--force"]) == 0
    assert "tables:" in mapping.read_text(encoding="utf-8")


def test_nothing_is_asked_without_a_terminal(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["map", str(shapes.warehouse(tmp_path / "w.zip"))], input="")
    assert done.exit_code == 0, done.output
    assert "Return keeps" not in done.output
    assert "rules could run" in done.output


def test_a_mangled_mapping_is_refused_or_read_and_never_more() -> None:
    chance = random.Random(2011)
    sound = (
        "mapping: 1\ndates: day_first\ntables:\n  visits:\n    file: 'v*.csv'\n    header: [3, 4]\n    drop: [{column: Ref, like: 't*'}]\n"
        "    unpivot: {columns: [any month], name: month, value: entry}\n    columns:\n      visit_id: {join: [Ref, month]}\n"
        "      visited_on: {from: entry, find: date, year: month}\n      kind: {from: entry, codes: {u: unannounced}, otherwise: supervision}\n"
    )
    pieces = ["{", "}", "[", "]", ":", "- ", "\n", "  ", "'", '"', "null", "true", "-1", "99999999999999999999", "!x", "&a", "*a", "\t", "é", "%", "\x00"]
    for _ in range(1_500):
        text = sound
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice([*pieces, ""]) + text[place + chance.randint(0, 6) :]
        try:
            read_text(text, "m.yaml")
        except RulesError as error:
            assert error.problems
