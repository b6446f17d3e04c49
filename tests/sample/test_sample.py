"""The made-up agency: an audit of it finds what was planted and nothing else, and nothing at all before planting."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from auditor.records import contract
from auditor.sample.__main__ import main
from auditor.sample.building import build

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data"
AS_OF = "2026-03-31"
Shown = tuple[str, str, str, str]


def _audit(export: Path, *more: str) -> dict:
    """The results of an audit by the command itself, as people run it."""
    command = [sys.executable, "-m", "auditor", "run", str(export), "--as-of", AS_OF, "--format", "json", "--output", "-",
               "--fail-on", "never", *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, env={**os.environ, "TZ": "UTC"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _findings(results: dict) -> Counter[Shown]:
    return Counter((f["rule"], f["subject"]["id"], f["state"], f["outcome"]) for f in results["findings"])


@pytest.fixture(scope="module")
def results() -> dict:
    """The audit of the committed export."""
    return _audit(SAMPLE / "export")


@pytest.fixture(scope="module")
def compliant(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """The same agency before anything was planted, and its audit."""
    export = tmp_path_factory.mktemp("compliant") / "export"
    main(["--compliant", "--out", str(export)])
    return export, _audit(export)


def test_the_audit_finds_what_was_planted_and_nothing_else(results: dict) -> None:
    planted = yaml.safe_load((SAMPLE / "expected.yaml").read_text(encoding="utf-8"))
    expected = Counter((e["rule"], e["subject"], e["state"], e["outcome"]) for e in planted)
    found = _findings(results)
    assert sorted((expected - found).elements()) == [], "planted and not found"
    assert sorted((found - expected).elements()) == [], "found and not planted"


def test_the_compliant_agency_has_no_finding(compliant: tuple[Path, dict]) -> None:
    assert sorted(_findings(compliant[1]).elements()) == []


def test_the_compliant_agency_keeps_rules_rather_than_escaping_them(compliant: tuple[Path, dict]) -> None:
    """Nearly every rule must have had cases to judge, or finding nothing would say little."""
    statuses = Counter(rule["status"] for rule in compliant[1]["rules"])
    assert statuses["error"] == statuses["not_assessed"] == 0
    assert statuses["assessed"] >= 0.85 * sum(statuses.values())


@pytest.mark.parametrize("which", ["sample", "compliant"])
def test_the_export_reads_without_a_single_data_issue(which: str, results: dict, compliant: tuple[Path, dict]) -> None:
    assert (results if which == "sample" else compliant[1])["data_issues"] == []


def test_every_planted_shortfall_says_why() -> None:
    planted = yaml.safe_load((SAMPLE / "expected.yaml").read_text(encoding="utf-8"))
    assert len(planted) >= 60
    assert all(e["why"].endswith(".") and len(e["why"].split()) > 4 for e in planted)
    assert {e["outcome"] for e in planted} == {"breach", "not_evidenced"}


def test_the_areas_of_judgement_all_have_something_planted(results: dict) -> None:
    areas = {rule["id"]: rule["area"] for rule in results["rules"]}
    planted = yaml.safe_load((SAMPLE / "expected.yaml").read_text(encoding="utf-8"))
    assert {areas[e["rule"]] for e in planted} == {"experiences", "protection", "leadership"}


def test_the_committed_export_is_what_the_generator_writes(tmp_path: Path) -> None:
    main(["--seed", "2011", "--out", str(tmp_path / "export"), "--expected", str(tmp_path / "expected.yaml")])
    assert (tmp_path / "expected.yaml").read_bytes() == (SAMPLE / "expected.yaml").read_bytes()
    written = {p.name: p.read_bytes() for p in (tmp_path / "export").iterdir()}
    committed = {p.name: p.read_bytes() for p in (SAMPLE / "export").iterdir()}
    assert written.keys() == committed.keys()
    assert [name for name in sorted(written) if written[name] != committed[name]] == []


def test_the_agency_is_of_the_size_it_says() -> None:
    agency = build()
    approved = [h for h in agency.rows("households") if h.get("approved_on")]
    placed = {p["child_id"] for p in agency.rows("placements") if p["ended_on"] is None}
    assert (len(approved), len(placed)) == (83, 95)
    assert sum(p.stat().st_size for p in (SAMPLE / "export").iterdir()) < 7_000_000


def test_all_core_tables_are_there() -> None:
    assert set(contract().core) <= {p.stem for p in (SAMPLE / "export").iterdir()}


def test_no_person_is_named() -> None:
    label = re.compile(r"(Household \d+|Child C-\d+|Worker W-\d+|Carer \d+-\d|Member \d+-\d|Sample Fostering)")
    for path in (SAMPLE / "export").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            names = {row["name"] for row in csv.DictReader(file) if row.get("name")}
        assert [name for name in names if not label.fullmatch(name)] == [], path.name


def test_another_seed_gives_another_agency() -> None:
    assert build(seed=7).rows("visits") != build().rows("visits")


def test_copies_have_keys_of_their_own(tmp_path: Path) -> None:
    main(["--households", "200", "--compliant", "--out", str(tmp_path)])
    for name, table in contract().tables.items():
        path = tmp_path / f"{name}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                keys = [row[table.key] for row in csv.DictReader(file)]
            assert len(set(keys)) == len(keys), name
    with (tmp_path / "households.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for row in csv.DictReader(file) if row["approved_on"]) == 200


def test_copies_refer_to_rows_of_their_own(tmp_path: Path) -> None:
    main(["--households", "200", "--compliant", "--out", str(tmp_path)])
    keys: dict[str, set[str]] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    for name, table in contract().tables.items():
        if (tmp_path / f"{name}.csv").exists():
            with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                rows[name] = list(csv.DictReader(file))
            keys[name] = {row[table.key] for row in rows[name]}
    for name, content in rows.items():
        for column in contract().tables[name].columns.values():
            if column.references:
                known = keys.get(column.references, set())
                assert {row[column.name] for row in content} - known - {""} == set(), f"{name}.{column.name}"


def test_an_export_with_spoilt_cells_accuses_nobody(compliant: tuple[Path, dict], tmp_path: Path) -> None:
    """One record in thirty has a word of no code set, a day that does not exist, an empty required cell or another key."""
    chance, spoilt = random.Random(7), 0
    for file in sorted(compliant[0].glob("*.csv")):
        table = contract().tables[file.stem]
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        with (tmp_path / file.name).open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, list(rows[0]))
            out.writeheader()
            for row in rows:
                filled = [c for c in table.columns.values() if row.get(c.name) and c.name != table.key]
                ways = {c.name: "no such word" for c in filled if c.codeset}
                ways |= {c.name: "31/02/2026" for c in filled if c.type in ("date", "datetime")}
                ways |= {c.name: "" for c in filled if c.required and not c.references and chance.random() < 0.3}
                ways |= {c.name: row[c.name].lower().replace("-", "") for c in filled if c.references == "households"}
                if ways and chance.random() < 1 / 30:
                    name = chance.choice(sorted(ways))
                    row[name], spoilt = ways[name], spoilt + 1
                out.writerow(row)
    results = _audit(tmp_path)
    assert spoilt > 500
    assert [(f["rule"], f["subject"]["id"]) for f in results["findings"] if f["outcome"] == "breach"] == []
    assert {f["outcome"] for f in results["findings"]} == {"not_evidenced"}
