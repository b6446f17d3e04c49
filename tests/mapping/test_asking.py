"""In a terminal each column is asked about; without one nothing is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.map import _confirm
from auditor.mapping.draft import Draft, draft
from auditor.mapping.placing import Placed
from auditor.store import Store


@pytest.fixture
def made(tmp_path: Path) -> Draft:
    text = "Household ref,Date approved,Bedrooms\n" + "".join(f"H{n},0{n % 9 + 1}/03/2020,{n % 3}\n" for n in range(20))
    (tmp_path / "Households.csv").write_text(text, encoding="utf-8")
    with Store() as store:
        return draft(tmp_path, store)


def answered(made: Draft, *answers: str) -> str:
    import click

    return CliRunner().invoke(click.Command("ask", callback=lambda: _confirm(made)), input="\n".join(answers) + "\n").output


def test_return_keeps_a_line_and_an_order_of_dates_is_asked_for(made: Draft) -> None:
    said = answered(made, "", "", "day")
    columns = made.blocks[0].columns
    assert {"household_id", "approved_on", "bedrooms_for_children"} <= columns.keys()
    assert columns["approved_on"].value == {"from": "Date approved", "dates": "day_first"}
    assert "H1" not in said and "03/2020" not in said


def test_n_leaves_a_line_out(made: Draft) -> None:
    # n asks about each; then in the order of the record model: the key, the bedrooms, the day of approval and its order
    assert list(made.blocks[0].columns) == ["household_id", "bedrooms_for_children", "approved_on"]
    answered(made, "n", "", "n", "", "day")
    assert "bedrooms_for_children" not in made.blocks[0].columns
    assert "household_id" in made.blocks[0].columns


def test_a_doubt_is_read_only_after_a_yes(made: Draft) -> None:
    block = made.blocks[0]
    profile = block.plate.profiles[2]
    block.columns.pop("bedrooms_for_children")
    block.plate.proposed["vacancies"] = Placed(profile, 0.5)
    answered(made, "", "", "day", "")
    assert "vacancies" not in block.columns
    answered(made, "", "yes")
    assert block.columns["vacancies"].value == "Bedrooms"


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are of POSIX")
def test_the_command_asks_in_a_terminal_and_writes_what_was_kept(made: Draft, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "auditor", "map", str(tmp_path / "Households.csv"), "-o", str(tmp_path / "m.yaml")]
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=Path(__file__).parents[2])
    os.close(theirs)
    os.write(ours, b"\n\nmonth\n")
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # Linux ends a pseudo-terminal so
        pass
    os.close(ours)
    assert running.wait(timeout=60) == 0
    assert b"Keep these" in said and b"Which comes first in its dates" in said
    assert "dates: month_first" in (tmp_path / "m.yaml").read_text(encoding="utf-8")
