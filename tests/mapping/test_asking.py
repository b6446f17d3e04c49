"""In a terminal each column is asked about; without one nothing is."""

from __future__ import annotations

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
    said = answered(made, "", "", "", "day")
    columns = made.blocks[0].columns
    assert {"household_id", "approved_on", "bedrooms_for_children"} <= columns.keys()
    assert columns["approved_on"].value == {"from": "Date approved", "dates": "day_first"}
    assert "H1" not in said and "03/2020" not in said


def test_n_leaves_a_line_out(made: Draft) -> None:
    names = list(made.blocks[0].columns)
    answered(made, *("n" if name == "bedrooms_for_children" else "day" if name == "order" else "" for name in names for name in
                     ([name, "order"] if name == "approved_on" else [name])))
    assert "bedrooms_for_children" not in made.blocks[0].columns
    assert "household_id" in made.blocks[0].columns


def test_a_doubt_is_read_only_after_a_yes(made: Draft) -> None:
    block = made.blocks[0]
    profile = block.plate.profiles[2]
    block.columns.pop("bedrooms_for_children")
    block.plate.proposed["vacancies"] = Placed(profile, 0.5)
    answered(made, "", "", "day", "")
    assert "vacancies" not in block.columns
    answered(made, "", "", "yes")
    assert block.columns["vacancies"].value == "Bedrooms"
