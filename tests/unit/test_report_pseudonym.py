"""The share pack: no name, reference or note of any record stands anywhere in it, metadata included.

Every reference and every text of an export is given a word of its own that exists nowhere else; then every byte of
every file of the pack is searched for such words. The search itself is proved on a pack that was not masked.
"""

from __future__ import annotations

import csv
import datetime as dt
import inspect
import io
import json
import re
import stat
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.audit import Options, run_audit
from auditor.cli import cli, share
from auditor.cli.run import FORMATS as EVERY_FORMAT
from auditor.cli.share import shared
from auditor.errors import UsageError
from auditor.ingest import rejected
from auditor.model import Action, Audit, Finding, Gone, RuleResult, Run
from auditor.records import contract
from auditor.report import keyfile, pseudonym
from auditor.report.output import write_reports
from auditor.report.terminal import summary
from auditor.sheetfile import read
from auditor.store import Store

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "export"
MOST_ROWS = 250
# Every format, so that a new one is searched from its first day; a PDF is printed from a page that is searched.
FORMATS = tuple(form for form in EVERY_FORMAT if form != "pdf")
AS_OF = dt.date(2026, 3, 31)
MARK = re.compile(rb"(?:qvx|wjq)[a-z]{6}", re.IGNORECASE)
POLICY = """
waivers:
  - {rule: NMS21.8-unannounced, subject: SUBJECT, reason: "Spoken with wjqwaiver", approved_by: "wjqapprov", until: 2026-12-31}
"""


def letters(number: int) -> str:
    """Six letters that stand for a number."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(6))


def marked_export(folder: Path) -> dict[str, str]:
    """A part of the sample with a word of its own in every reference, name and text. Returns the new references."""
    folder.mkdir()
    ids: dict[str, str] = {}
    texts = 0
    for file in sorted(SAMPLE.glob("*.csv")):
        columns = contract().tables[file.stem].columns
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        keep = rows if file.stem in ("households", "workers", "carers", "children") else rows[-MOST_ROWS:]
        for row in keep:
            for name, value in row.items():
                if value and columns[name].type == "id":
                    row[name] = ids.setdefault(value, f"qvx{letters(len(ids))}")
                elif value and columns[name].type == "text":
                    texts += 2
                    row[name] = f"wjq{letters(texts)} {value} wjq{letters(texts + 1)}"
        if file.stem == "visits":
            keep[0]["visited_on"] = "wjqnotday"
            keep[1]["status"] = "wjqstatus"
            keep[2]["record_completed_on"] = "wjqbadday"
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, [*rows[0], *(["wjqcolumn"] if file.stem == "visits" else [])], restval="x")
            out.writeheader()
            out.writerows(keep)
    (folder / "qvxfamily.csv").write_text("qvxheader\nqvxrecord\n", encoding="utf-8")
    return ids


def marks(folder: Path) -> set[bytes]:
    """Every marked word in the names and the bytes of the files of a pack, archives unpacked, long lines unfolded."""
    found: set[bytes] = set()
    for file in folder.rglob("*"):
        found.update(MARK.findall(str(file.relative_to(folder)).encode()))
        if file.is_file():
            found.update(in_bytes(file.read_bytes()))
    return found


def in_bytes(content: bytes) -> set[bytes]:
    found = set(MARK.findall(content)) | set(MARK.findall(content.replace(b"\r\n ", b"")))
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                found.update(MARK.findall(name.encode()))
                found |= in_bytes(archive.read(name))
    return found


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, ["run", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory):
    """An ordinary audit of the marked export, and two packs of it under one key: by the command, and made again."""
    base = tmp_path_factory.mktemp("share")
    export = base / "qvxfolder"
    ids = marked_export(export)
    policy, key = base / "policy.yaml", base / "key.csv"
    policy.write_text(POLICY.replace("SUBJECT", ids["HH-013"]), encoding="utf-8")
    options = Options(as_of=AS_OF, policy=policy)
    with Store() as store:
        audit = run_audit(export, options, store)
        open_ = write_reports(audit, base / "open", FORMATS, {"rejected": lambda place: rejected.write(store, place)})
        sheets = fill_sheets(base / "open" / "sheets.xlsx", base / "filled.xlsx")
        said = run(export, "--as-of", AS_OF, "--fail-on", "never", "--policy", policy, "--sheets", sheets,
                   "--format", ",".join(FORMATS), "--output", base / "one", "--pseudonymise", key)  # fmt: skip
        again = shared(followed(replace(audit, by_hand=read([sheets], AS_OF))), options, store, key)
        write_reports(again, base / "two", FORMATS)
    return base, summary(audit, base / "open", open_), said


def followed(audit: Audit) -> Audit:
    """The audit with what people wrote on an action tracker: on each finding, and on one that is found no more."""
    action = Action("wjqownera", AS_OF, "In progress", "Rang wjqnotesa", AS_OF, "new")
    rule = audit.findings[0].rule
    gone = Gone("qvxprinta", rule, "major", "qvxhousea", "qvxchilda", "qvxworkea", "Of wjqsayinga", "", AS_OF, action)
    return replace(audit, findings=tuple(replace(one, action=action) for one in audit.findings), gone=(gone,))


def fill_sheets(source: Path, target: Path) -> Path:
    """The audit's own sheet with one answer, a comment and a name, as a person would fill it in."""
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(source).get_sheet_by_name("Answers").to_python()
    rows[1][4:8] = ["Not met", "The child said wjqcommen", "wjqauthor", "30/03/2026"]
    with xlsxwriter.Workbook(str(target)) as book:
        sheet = book.add_worksheet("Answers")
        for place, row in enumerate(rows[:2]):
            sheet.write_row(place, 0, [str(cell) for cell in row])
    return target


def document(folder: Path) -> dict:
    return json.loads((folder / "findings.json").read_text(encoding="utf-8"))


def test_the_search_finds_what_an_ordinary_audit_shows(packs) -> None:
    base, said, _ = packs
    for name in (
        "plan.html",
        "plan.docx",
        "report.html",
        "findings.xlsx",
        "findings.json",
        "findings.csv",
        "junit.xml",
        "caseload.html",
        "due.ics",
        "sheets.html",
        "sheets.xlsx",
    ):
        assert in_bytes((base / "open" / name).read_bytes()), name
    assert marks(base / "open" / "rejected")
    assert b"wjqwaiver" in marks(base / "open")
    assert "qvx" in said


def test_nothing_of_the_records_stands_anywhere_in_the_pack(packs) -> None:
    base, _, said = packs
    assert marks(base / "one") == set()
    assert MARK.findall(said.replace(str(base), "").encode()) == []
    assert not (base / "one" / "rejected").exists()


def test_nothing_that_people_wrote_on_a_tracker_stands_in_the_pack(packs) -> None:
    base, _, _ = packs
    assert marks(base / "two") == set()
    actions = [finding["action"] for finding in document(base / "two")["findings"]]
    assert {action["status"] for action in actions} == {"In progress"}
    assert all(action["owner"].startswith("OWNER-P") for action in actions)


def test_the_pack_says_as_much_as_the_audit(packs) -> None:
    base, _, _ = packs
    open_, masked = document(base / "open"), document(base / "one")
    assert len(masked["findings"]) == len(open_["findings"]) > 50
    assert [(r["id"], r["rate"]) for r in masked["rules"]] == [(r["id"], r["rate"]) for r in open_["rules"]]
    assert {area: j["grade"] for area, j in masked["judgements"].items()} == {
        area: j["grade"] for area, j in open_["judgements"].items()
    }
    assert sorted(f["due_on"] or "" for f in masked["findings"]) == sorted(f["due_on"] or "" for f in open_["findings"])
    assert len(masked["data_issues"]) == len(open_["data_issues"]) > 0
    assert len(masked["pick"]) == len(open_["pick"]) > 0
    assert masked["by_hand"]["counts"] == {"met": 0, "not_met": 1, "not_seen": 0}
    assert all(re.search(r"-P\d+", f["subject"]["id"]) for f in masked["findings"])


def test_messages_name_the_pseudonyms_and_no_fingerprint_is_kept(packs) -> None:
    base, _, _ = packs
    open_, masked = document(base / "open"), document(base / "one")
    named = [f for f in masked["findings"] if f["household_id"] and f["household_id"] in f["message"]]
    assert len(named) > 20
    assert not {f["fingerprint"] for f in open_["findings"]} & {f["fingerprint"] for f in masked["findings"]}
    assert not {i["sha256"] for i in open_["run"]["inputs"]} & {i["sha256"] for i in masked["run"]["inputs"]}


def test_one_key_gives_the_same_pseudonyms_again_and_another_key_others(packs) -> None:
    base, _, _ = packs
    one, two = document(base / "one"), document(base / "two")
    for finding in (*one["findings"], *two["findings"]):
        finding.pop("action", None)
    for part in ("findings", "coming_due", "pick", "by_hand"):
        assert one[part] == two[part]
    kept, other = keyfile.read(base / "key.csv"), keyfile.Key()
    given = {original: name for (kind, original), name in kept.given.items() if kind == "households"}
    assert {original: other.name("households", original) for original in given} != given


def test_the_key_opens_the_pack_and_is_for_its_owner_only(packs) -> None:
    base, _, _ = packs
    file = base / "key.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = keyfile.read(file)
    originals = {pseudonym: original for (kind, original), pseudonym in key.given.items() if kind == "households"}
    shown = {f["household_id"] for f in document(base / "one")["findings"] if f["household_id"]}
    real = {f["household_id"] for f in document(base / "open")["findings"] if f["household_id"]}
    assert {originals[pseudonym] for pseudonym in shown} == real


def test_the_order_of_pseudonyms_is_not_that_of_the_references() -> None:
    key = keyfile.Key()
    drawn = [key.name("households", f"HH-{number:03d}") for number in range(60)]
    assert len(set(drawn)) == 60
    assert drawn != sorted(drawn)


def test_a_key_with_hostile_references_is_read_back_as_it_was(tmp_path: Path) -> None:
    key = keyfile.Key()
    odd = ["=1+1", "'quoted", 'a "b", c', "line\nbreak", "@x", "é ü"]
    given = {one: key.name("children", one) for one in odd}
    keyfile.write(key, tmp_path / "key.csv")
    again = keyfile.read(tmp_path / "key.csv")
    assert {one: again.name("children", one) for one in odd} == given


def test_the_key_may_lie_neither_in_the_pack_nor_in_the_export(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    pack = tmp_path / "pack"
    for place in (pack / "key.csv", export / "key.csv", tmp_path / "none" / "key.csv", tmp_path):
        with pytest.raises(UsageError):
            keyfile.check_place(place, pack, export)
    keyfile.check_place(tmp_path / "key.csv", pack, export)


def test_a_file_that_is_no_key_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("name,phone\nA,1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not a key"):
        keyfile.read(file)
    assert file.read_text(encoding="utf-8") == "name,phone\nA,1\n"


@pytest.mark.parametrize("kind", [Audit, Finding, RuleResult, Run])
def test_somebody_has_decided_about_every_field_of_the_model(kind: type) -> None:
    """A new field stays empty in the pack until it is named there; this says so before anybody misses it."""
    source = inspect.getsource(pseudonym) + inspect.getsource(share)
    assert [one.name for one in fields(kind) if f"{one.name}=" not in source] == []
