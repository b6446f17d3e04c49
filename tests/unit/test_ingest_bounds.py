"""Hostile files are read or refused within bounds of memory and time. Each is given to the command in a process of its own,
whose address space is limited, and which must end with a plain message and an exit code of the command's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

resource = pytest.importorskip("resource", reason="limits on memory are those of POSIX")

ROOT = Path(__file__).parents[2]
GIGABYTE = 1 << 30
# Of address space, of which the program and its engine take most of 1 GB before they have read anything.
ALLOWED = 3 * GIGABYTE // 2
SECONDS = 120


def check(export: Path, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run check-export on an export with bounded memory. Fails where it is killed, hangs, or shows a traceback."""
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (ALLOWED, ALLOWED))

    home.mkdir()
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "auditor", "check-export", str(export), *more],
        cwd=home, env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(home), "TMPDIR": str(home)},
        capture_output=True, text=True, timeout=SECONDS, preexec_fn=limited, check=False,
    )
    assert ended.returncode in (0, 3), f"{ended.returncode}: {ended.stderr[-2000:]}"
    assert "Traceback" not in ended.stderr and "defect" not in ended.stderr and "panicked" not in ended.stderr
    assert time.monotonic() - began < SECONDS
    assert list(home.iterdir()) == []
    return ended


def write(path: Path, pieces: list[tuple[bytes, int]]) -> None:
    """Write each piece so many times, without holding the file."""
    with path.open("wb") as stream:
        for piece, times in pieces:
            for _ in range(times):
                stream.write(piece)


MEGABYTE = b"x" * (1 << 20)


@pytest.mark.parametrize(("quoted", "place"), [(False, "heading"), (False, "cell"), (True, "cell")])
def test_a_cell_as_long_as_a_film(tmp_path: Path, quoted: bool, place: str) -> None:
    """A cell of 600 MB stands for one of 4 GB: the memory allowed does not hold it as text once beside the program."""
    mark = b'"' if quoted else b""
    head, body = (b"household_id,name\n", b"H1,") if place == "cell" else (b"household_id,", b"")
    write(tmp_path / "households.csv", [(head + body + mark, 1), (MEGABYTE, 600), (mark + b"\nH2,B\n", 1)])
    ended = check(tmp_path / "households.csv", tmp_path / "home")
    if place == "cell":
        assert ended.returncode == 0 and "households" in ended.stdout
    else:
        assert ended.returncode == 3 and "longer than any row of headings" in ended.stderr


def test_a_line_of_json_that_never_ends(tmp_path: Path) -> None:
    write(tmp_path / "households.ndjson", [(b'{"household_id": "', 1), (MEGABYTE, 400)])
    ended = check(tmp_path / "households.ndjson", tmp_path / "home")
    assert ended.returncode == 3 and "line 1 " in ended.stderr


def test_a_json_larger_than_memory_should_hold(tmp_path: Path) -> None:
    write(tmp_path / "households.json", [(b'[{"household_id": "', 1), (MEGABYTE, 400), (b'"}]', 1)])
    assert "larger than 128 MB" in check(tmp_path / "households.json", tmp_path / "home").stderr


def one_sheet(path: Path, sheet: str) -> Path:
    """A workbook whose sheet has these rows, written as they are."""
    with xlsxwriter.Workbook(str(path.with_suffix(".whole"))) as book:
        book.add_worksheet("households").write(0, 0, 1)
    with zipfile.ZipFile(path.with_suffix(".whole")) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for member in whole.infolist():
            data = whole.read(member)
            target.writestr(member.filename, sheet if member.filename == "xl/worksheets/sheet1.xml" else data)
    path.with_suffix(".whole").unlink()
    return path


SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
KEY = '<row r="1"><c r="A1" t="inlineStr"><is><t>household_id</t></is></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r = "1048576"><c s="1" r = "XFD1048576"><v>1</v></c></row>',
        '<row r="4294967295"><c r="ZZZZ4294967295"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
    ],
)
def test_a_workbook_of_two_cells_that_asks_for_hundreds_of_gigabytes(tmp_path: Path, rows: str) -> None:
    path = one_sheet(tmp_path / "e.xlsx", SHEET.format(KEY + rows))
    ended = check(path, tmp_path / "home")
    assert ended.returncode == 0 or "e.xlsx" in ended.stderr


def test_entities_that_multiply_are_not_followed(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "' + "x" * 1000 + '">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 30}">' for a, b in zip("abcdef", "bcdefg", strict=True)) + "]>"
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>&g;</t></is></c></row>'
    check(one_sheet(tmp_path / "e.xlsx", SHEET.format(KEY + row).replace("?>", "?>" + bomb, 1)), tmp_path / "home")


def test_an_entity_that_names_a_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush-hush", encoding="utf-8")
    bomb = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{tmp_path}/secret">]>'
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>&a;</t></is></c></row>'
    ended = check(one_sheet(tmp_path / "e.xlsx", SHEET.format(KEY + row).replace("?>", "?>" + bomb, 1)), tmp_path / "home")
    assert "hush" not in ended.stdout + ended.stderr


def bomb_in_a_csv(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("visits.csv", "w") as stream:
        for _ in range(300):
            stream.write(b" " * (1 << 20))


def bombs_side_by_side(path: Path) -> None:
    """Many files that each grow less than is noticed by itself."""
    data = b" " * (8 << 20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("visits.csv", data)
        for number in range(60):
            archive.writestr(f"{number}.csv", data)


def many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.csv", b"")


def zips_in_zips(path: Path) -> None:
    inner = path.with_name("inner.zip")
    for number in range(40):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            if number:
                archive.write(inner, "inner.zip")
            else:
                archive.writestr("visits.csv", b"visit_id\n")
        inner.unlink(missing_ok=True)
        path.rename(inner)
    inner.rename(path)


@pytest.mark.parametrize("make", [bomb_in_a_csv, bombs_side_by_side, many_members, zips_in_zips])
def test_a_zip_that_is_a_bomb(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "e.zip")
    ended = check(tmp_path / "e.zip", tmp_path / "home")
    assert ended.returncode == 3 and "e.zip" in ended.stderr
