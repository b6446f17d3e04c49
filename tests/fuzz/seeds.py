"""Small sound files of every kind, for the mutations to begin from. MARK stands in the cells of records only."""

from __future__ import annotations

import datetime as dt
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import xlsxwriter

from auditor.store import Store

MARK = "Zebrafinch"
HERE = Path(__file__).parent
BOOKS = HERE.parent / "unit" / "workbooks"
ROOT = HERE.parent.parent
HEAD = ["household_id", "name", "approved_on", "kind", "details"]
ROWS = [
    ["H1", MARK, "13/04/2020", "mainstream", '{"address": {"postcode": "AB1 2CD"}, "who": ["a", "b"]}'],
    ["H2", f"{MARK} & Two", "2021-05-02", "connected", ""],
    ["H3", f"{MARK}\nThree", "7 July 2022", "mainstream", "{}"],
]


def csvs() -> list[bytes]:
    """CSV files as systems write them."""
    def text(sign: str) -> str:
        quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(sign + '"\n') else cell for cell in row] for row in [HEAD, *ROWS]]
        return "\r\n".join(sign.join(row) for row in quoted) + "\r\n"

    banner = "Carers\nPrinted 01/04/2026\n\n"
    return [text(",").encode(), (banner + text(";")).encode("cp1252"), text("\t").encode("utf-16"), ("\ufeff" + text("|")).encode()]


def xlsx() -> bytes:
    """A workbook with a hidden sheet, a merged title and a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 3, 31)})
        sheet = book.add_worksheet("households")
        for number, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(number, 0, row)
        sheet.write_formula(4, 0, "=A2", None, "H1")
        sheet.set_column(3, 3, None, None, {"hidden": True})
        other = book.add_worksheet("Visits")
        other.merge_range(0, 0, 0, 2, "Visits")
        other.write_row(1, 0, ["Ref", "Apr", "May"])
        book.add_worksheet("Old").hide()
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def parquet(room: Path) -> bytes:
    """A Parquet file with a list and a record in it."""
    file = room / "seed.parquet"
    with Store() as store:
        store.run(f"COPY (SELECT 'H' || i AS household_id, '{MARK}' AS name, DATE '2020-04-13' + CAST(i AS INTEGER) AS approved_on, "
                  f"[i, 2] AS l, {{'a': i}} AS details FROM range(1, 9) t(i)) TO '{file}' (FORMAT parquet)")
    return file.read_bytes()


def sqlite(room: Path) -> bytes:
    """An SQLite file of one table and one view."""
    file = room / "seed.sqlite"
    database = sqlite3.connect(file)
    database.execute("PRAGMA page_size = 512")
    database.execute(f"CREATE TABLE households ({', '.join(HEAD)})")
    database.executemany("INSERT INTO households VALUES (?, ?, ?, ?, ?)", ROWS)
    database.execute("CREATE VIEW v AS SELECT * FROM households")
    database.commit()
    database.close()
    return file.read_bytes()


def duck(room: Path) -> bytes:
    """A DuckDB file with small blocks."""
    file = room / "seed.duckdb"
    with Store() as store:
        store.run(f"ATTACH '{file}' AS seed (BLOCK_SIZE 16384)")
        store.run(f"CREATE TABLE seed.households AS SELECT 'H' || i AS household_id, '{MARK}' AS name, {{'a': i}} AS details FROM range(1, 9) t(i)")
        store.run("DETACH seed")
    return file.read_bytes()


def jsons() -> list[bytes]:
    """A list of records, and an object of lists."""
    records = [dict(zip(HEAD, row, strict=True)) | {"address": {"town": MARK}, "n": [1, {"a": 2}]} for row in ROWS]
    return [json.dumps(records).encode(), json.dumps({"households": records, "made": "today"}, indent=1).encode("utf-16")]


def ndjson() -> bytes:
    """One record on each line."""
    return b"".join(json.dumps(dict(zip(HEAD, row, strict=True))).encode() + b"\n" for row in ROWS)


def ssda903() -> bytes:
    """The return's header and episodes, as a ZIP."""
    header = b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n7,M,03/04/2012,WBRI,,,\n"
    episodes = (
        b"CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
        b"7,01/02/2024,S,V2,N1,U6,PR4,10/03/2024,X1,,,,\n7,10/03/2024,L,C1,N1,U6,PR4,05/06/2024,X1,,,,\n"
    )
    return zipped({"header.csv": header, "episodes.csv": episodes})


MAPPING = """mapping: 1
about: Extracts
time_zone: UTC
empty: [TBC]
history_from: {visits: 2023-04-01}
ignore: ["Lists"]
tables:
  households:
    file: "*"
    drop: [{column: household_id, like: "total*"}, {column: name, blank: true}]
    columns:
      household_id: [household_id, Ref]
      approved_on: {from: approved_on, dates: day_first}
      kind: {from: kind, codes: {kinship: connected, "m*": mainstream}, otherwise: mainstream}
  carers:
    - file: "*"
      split: {column: name, at: [" & "], name: one, number: n, most: 3}
      columns: {carer_id: {join: [household_id, n], with: "-"}, household_id: household_id, name: one}
  visits:
    file: "*"
    sheet: "*"
    header: [1, 2]
    unpivot: {columns: [any month], name: month, value: entry, year: 2025}
    columns:
      visit_id: {join: [Ref, month]}
      visited_on: {from: entry, find: date, year: month}
      mode: {from: entry, find: '^(\\w+)', lookup: {file: t.csv, match: a, take: b}, else: x}
"""
POLICY = """parameters: {unannounced_per_year: 2}
history_from: {visits: 2023-04-01}
waivers:
  - {rule: NMS21.8-unannounced, subject: H1, reason: agreed, approved_by: Panel, until: 2026-12-31}
"""


def rules() -> list[bytes]:
    """Every twentieth rule that ships."""
    files = sorted(path for path in (ROOT / "rules").rglob("*.yaml") if path.parent != ROOT / "rules" and not path.name.endswith(".cases.yaml"))
    return [path.read_bytes() for path in files[::20]]
