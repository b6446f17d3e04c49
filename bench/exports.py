"""Makes exports of the sample agency as systems, hand-kept workbooks and warehouses would give them, each with the
truth: which heading of which file holds which field. For bench/mapping.py."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from auditor.records import contract

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "sample_data" / "export"
HOUSEHOLDS = 30
MOST = 300
PEOPLE = ("carer_id", "worker_id", "member_id")
Row = dict[str, str]


@dataclass
class Truth:
    """What is true of an export: (file or sheet, heading) with the fields that it may rightly be taken for, the field
    that it must be found as (None for what no field is), and (code set, word) with its code."""

    fields: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    wanted: dict[tuple[str, str], tuple[str, str] | None] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, place: str, heading: str, *may: tuple[str, str]) -> None:
        """Note what a heading is."""
        self.fields[(place, heading)] = set(may)
        self.wanted[(place, heading)] = may[0] if may else None


@dataclass
class Sheet:
    """One file or sheet that is going to be written."""

    name: str
    title: str
    headings: list[str]
    rows: list[list[str]]


def sample() -> dict[str, list[Row]]:
    """The sample's tables, of its first households only."""
    tables = {}
    for path in sorted(SAMPLE.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            tables[path.stem] = list(csv.DictReader(stream))
    households = {row["household_id"] for row in tables["households"][:HOUSEHOLDS]}
    placed = {row["child_id"] for row in tables["placements"] if row["household_id"] in households}
    people = {
        row[key]
        for table, key in (("carers", "carer_id"), ("household_members", "member_id"))
        for row in tables[table]
        if row["household_id"] in households
    }
    people |= {row["worker_id"] for row in tables["workers"]}
    for rows in tables.values():
        kept = [
            row
            for row in rows
            if row.get("household_id", "") in households | {""}
            and row.get("child_id", "") in placed | {""}
            and row.get("person_id", "") in people | {""}
        ]
        step = max(len(kept) / MOST, 1)
        rows[:] = [kept[int(n * step)] for n in range(int(len(kept) / step))]
    for name in ("carers", "household_members", "workers", "households", "children"):
        key = contract().tables[name].key
        tables[name] = [row for row in _all(name) if row[key] in people | households | placed]
    return tables


def _all(name: str) -> list[Row]:
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class Spelling:
    """Draws spellings with a seed. `held` draws from those that were kept back."""

    def __init__(self, seed: int, held: bool | str):
        self.random = random.Random(f"{seed} {held}")
        self.held = held
        self.data = yaml.safe_load((HERE / "spellings.yaml").read_text(encoding="utf-8"))
        if held == "fresh":
            self._freshen(yaml.safe_load((HERE / "fresh.yaml").read_text(encoding="utf-8")))
        self.chosen: dict[tuple[str, str], str] = {}

    def _freshen(self, fresh: dict[str, dict[str, list[str]]]) -> None:
        """Keep only the tables of `fresh`, with its spellings; references are spelled as the keys they refer to."""
        keys = {
            name: given[name]
            for table, given in fresh.items()
            for name in given
            if name == contract().tables[table].key
        }
        for table in list(self.data["tables"]):
            given = self.data["tables"][table]
            if table not in fresh:
                del self.data["tables"][table]
                continue
            names = fresh[table].pop("names")
            given["names"], given["snake_names"] = names
            given["columns"] = {
                c: fresh[table].get(c) or keys[c]
                for c in given["columns"]
                if c in fresh[table] or (c in keys and c != "worker_id")
            }

    def draw(self, text: str) -> str:
        """One spelling of a text of spellings."""
        tuned, _, held = text.partition("||")
        return self.random.choice([one.strip() for one in (held if self.held and held else tuned).split("|")])

    def word(self, codeset: str, code: str, truth: Truth) -> str:
        """How a code is written in this export, the same wherever it stands."""
        if (codeset, code) not in self.chosen:
            text = self.data["codes"].get(codeset, {}).get(code)
            self.chosen[(codeset, code)] = self.draw(text) if text else code.replace("_", " ").capitalize()
        word = self.chosen[(codeset, code)]
        truth.words[(codeset, word)] = code
        return word


def columns_of(spelling: Spelling, table: str, snake: bool, share: float) -> dict[str, str]:
    """The columns that an export has of a table, with their headings; no heading comes twice."""
    given = spelling.data["tables"][table]["columns"]
    model = contract().tables[table]
    found: dict[str, str] = {}
    for name, texts in given.items():
        required = model.columns[name].required or name in ("person_id",)
        if not required and spelling.random.random() > share:
            continue
        for _ in range(8):
            heading = spelling.draw(texts[snake])
            if heading.casefold() not in {one.casefold() for one in found.values()}:
                found[name] = heading
                break
    return found


FILLERS: dict[str, Callable[[random.Random], str]] = {
    "email": lambda r: f"person{r.randrange(999)}@example.org",
    "phone": lambda r: f"01632 9600{r.randrange(10, 99)}",
    "postcode": lambda r: f"ZZ{r.randrange(1, 9)} {r.randrange(1, 9)}ZZ",
    "number": lambda r: str(r.randrange(1, 90)),
    "ref": lambda r: f"X{r.randrange(100000, 999999)}",
    "yesno": lambda r: r.choice(["Yes", "No"]),
    "sex": lambda r: r.choice(["Male", "Female"]),
    "text": lambda r: r.choice(["Alpha", "Beta", "Gamma", "", "Delta and more"]),
    "date": lambda r: (dt.date(2026, 1, 1) + dt.timedelta(days=r.randrange(300))).strftime("%d/%m/%Y"),
}


def cell(spelling: Spelling, truth: Truth, table: str, name: str, value: str, dates: str) -> str:
    """A value of the sample as an export writes it."""
    column = contract().tables[table].columns[name]
    if not value:
        return ""
    if column.type == "date":
        return dt.date.fromisoformat(value).strftime(dates)
    if column.type == "datetime":
        return dt.datetime.fromisoformat(value).strftime(
            f"{dates} %H:%M" if "/" in dates or "-" in dates else "%Y-%m-%d %H:%M:%S"
        )
    if column.type == "code":
        return spelling.word(column.codeset or "", value, truth)
    if column.type == "boolean":
        return (
            spelling.chosen.setdefault(
                ("bool", value), {"yes": spelling.random.choice(["Yes", "Y", "1"])}.get(value, "")
            )
            or ({"Yes": "No", "Y": "N", "1": "0"}[spelling.chosen.setdefault(("bool", "yes"), "Yes")])
        )
    return value


def plain_sheets(
    spelling: Spelling, truth: Truth, tables: dict[str, list[Row]], snake: bool, dates: str, leave: tuple[str, ...] = ()
) -> list[Sheet]:
    """A sheet for each table, with columns left out and others put in."""
    made = []
    for table, given in spelling.data["tables"].items():
        rows = tables[table]
        if table in leave or not rows:
            continue
        columns = columns_of(spelling, table, snake, 0.75)
        name = spelling.draw(given["snake_names" if snake else "names"])
        others = [one for one in given.get("other", {}) if spelling.random.random() < 0.7]
        heads = {one: (one.lower().replace(" ", "_").replace("/", "_") if snake else one) for one in others}
        order = list(columns) + others
        if not snake:
            first, rest = order[:1], order[1:]
            spelling.random.shuffle(rest)
            order = first + rest
        body = [
            [
                cell(spelling, truth, table, c, row.get(c, ""), dates)
                if c in columns
                else FILLERS[given["other"][c]](spelling.random)
                for c in order
            ]
            for row in rows
        ]
        made.append(Sheet(name, table, [columns.get(c) or heads[c] for c in order], body))
        for c in order:
            truth.add(name, columns.get(c) or heads[c], *_may(table, c) if c in columns else ())
    return made


# What may rightly be taken for another field as well, where one table is made out of another.
ALSO = {
    ("checks", "person_id"): [("checks", "person_kind"), ("checks", "check_id")],
    ("training", "person_id"): [("training", "person_kind")],
    ("households", "approved_on"): [("approvals", "from_date")],
    ("households", "ended_on"): [("approvals", "to_date")],
    ("households", "name"): [("carers", "name")],
    ("approvals", "from_date"): [("households", "approved_on")],
    ("visits", "worker_id"): [("households", "worker_id")],
    ("checks", "completed_on"): [("checks", "verified_on")],
}


def _may(table: str, column: str) -> list[tuple[str, str]]:
    found = [(table, column), *ALSO.get((table, column), [])]
    if column in ("household_id", "child_id", "worker_id", "carer_id"):
        found += [(name, column) for name, one in contract().tables.items() if column in one.columns]
    return found


def reports(folder: Path, seed: int, held: bool | str) -> tuple[Path, Truth]:
    """Report extracts: banners, blank lines, totals rows, dates in names, Windows-1252."""
    spelling, truth = Spelling(seed, held), Truth()
    dates = spelling.random.choice(["%d/%m/%Y", "%d-%b-%Y", "%d/%m/%y"])
    folder.mkdir(parents=True)
    for sheet in plain_sheets(spelling, truth, sample(), False, dates):
        text = io.StringIO()
        out = csv.writer(text, delimiter=spelling.random.choice(",;"))
        if spelling.random.random() < 0.8:
            out.writerow([f"Example Fostering Agency – {sheet.name}"])
            out.writerow(["Report run:", "31/03/2026 09:14"])
            out.writerow(["Filters: status = all; period 01/04/2023 to 31/03/2026"])
            out.writerow([])
        out.writerow(sheet.headings)
        out.writerows(sheet.rows)
        out.writerow([spelling.random.choice([f"Total records: {len(sheet.rows)}", "Total"]), len(sheet.rows)])
        name = spelling.random.choice(["{} 20260331", "{}_31-03-2026", "{} - Mar 2026"]).format(
            sheet.name.replace("/", "-")
        )
        (folder / f"{name}.csv").write_bytes(text.getvalue().encode("cp1252"))
    return folder, truth


def warehouse(path: Path, seed: int, held: bool | str) -> tuple[Path, Truth]:
    """A ZIP of tables: snake case, surrogate keys, codes with lookup tables, rows marked as deleted."""
    spelling, truth = Spelling(seed, held), Truth()
    tables = sample()
    dates = spelling.random.choice(["%Y%m%d", "%Y-%m-%d"])
    sheets = plain_sheets(spelling, truth, tables, True, dates)
    sheets += _surrogates(spelling, truth, sheets) + _lookups(spelling, truth, sheets)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            text = io.StringIO()
            out = csv.writer(text, delimiter="|" if seed % 2 else ",")
            gone = spelling.random.random() < 0.4 and sheet.title
            out.writerow(sheet.headings + (["is_deleted"] if gone else []))
            out.writerows([row + (["0"] if gone else []) for row in sheet.rows])
            archive.writestr(f"{sheet.name}.csv", text.getvalue())
    return path, truth


def _surrogates(spelling: Spelling, truth: Truth, sheets: list[Sheet]) -> list[Sheet]:
    """Households, children and workers get a made-up key beside their reference; other tables then have that one."""
    for table, column in (("households", "household_id"), ("children", "child_id"), ("workers", "worker_id")):
        own = next(sheet for sheet in sheets if sheet.title == table)
        place = next(n for n, h in enumerate(own.headings) if truth.wanted[(own.name, h)] == (table, column))
        key = {"household_id": "household_sk", "child_id": "child_sk", "worker_id": "worker_sk"}[column]
        numbers = {row[place]: str(10_000 + 7 * n + len(table) * 1_000) for n, row in enumerate(own.rows)}
        for sheet in sheets:
            for n, heading in enumerate(list(sheet.headings)):
                wanted = truth.wanted.get((sheet.name, heading))
                if sheet is own or wanted is None or wanted[1] != column:
                    continue
                for row in sheet.rows:
                    row[n] = numbers.get(row[n], row[n] and "99999")
                sheet.headings[n] = key
                truth.add(sheet.name, key, *truth.fields.pop((sheet.name, heading)))
                del truth.wanted[(sheet.name, heading)]
                truth.add(sheet.name, key, wanted, *_may(*wanted))
        own.headings.insert(0, key)
        for row in own.rows:
            row.insert(0, numbers[row[place]])
    return []


def _lookups(spelling: Spelling, truth: Truth, sheets: list[Sheet]) -> list[Sheet]:
    """Some columns of codes hold numbers, which another table explains."""
    made = []
    for table, column in (("visits", "kind"), ("placements", "kind"), ("checks", "kind"), ("incidents", "kind")):
        if spelling.random.random() < 0.4:
            continue
        sheet = next(one for one in sheets if one.title == table)
        place = next(
            (n for n, h in enumerate(sheet.headings) if truth.wanted.get((sheet.name, h)) == (table, column)), None
        )
        if place is None:
            continue
        words = sorted({row[place] for row in sheet.rows if row[place]})
        codes = {word: str(10 * (n + 1)) for n, word in enumerate(words)}
        for row in sheet.rows:
            row[place] = codes.get(row[place], "")
        name = f"lkp_{table[:-1]}_type"
        made.append(
            Sheet(name, "", [f"{table[:-1]}_type_cd", f"{table[:-1]}_type_desc"], [[c, w] for w, c in codes.items()])
        )
    return made


MONTHS = [(2025, m) for m in range(4, 13)] + [(2026, m) for m in (1, 2, 3)]


def workbook(path: Path, seed: int, held: bool | str) -> tuple[Path, Truth]:
    """A workbook kept by hand: a column for each month, merged titles, courses and checks across, children with
    their placement in one row, real dates among text ones."""
    import xlsxwriter

    spelling, truth = Spelling(seed, held), Truth()
    tables = sample()
    leave = (
        "visits",
        "training",
        "children",
        "placements",
        "worker_allocations",
        "decisions",
        "notifications",
        "approvals",
        "checks" if seed % 2 else "plans",
        "child_contacts",
    )
    sheets = plain_sheets(spelling, truth, tables, False, "%d/%m/%Y", leave)
    sheets += [_months(spelling, truth, tables), _courses(spelling, truth, tables), _children(spelling, truth, tables)]
    if "checks" in leave:
        sheets.append(_checks_across(spelling, truth, tables))
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    real = book.add_format({"num_format": "dd/mm/yyyy"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:31].replace("/", "-"))
        top = 0
        if spelling.random.random() < 0.6:
            page.merge_range(0, 0, 0, max(len(sheet.headings) - 1, 1), f"{sheet.name} - updated March 2026")
            top = 2
        for n, heading in enumerate(sheet.headings):
            page.write(top, n, heading)
        for at, row in enumerate(sheet.rows):
            for n, value in enumerate(row):
                day = _day(value)
                if day and spelling.random.random() < 0.7:
                    page.write_datetime(top + 1 + at, n, day, real)
                elif value:
                    page.write(top + 1 + at, n, value)
    book.close()
    return path, truth


def _day(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, "%d/%m/%Y")
    except ValueError:
        return None


def _months(spelling: Spelling, truth: Truth, tables: dict[str, list[Row]]) -> Sheet:
    name = spelling.draw("Visits 25-26 | Monthly Visits || Supervision Visits 2025-26 | SSW Visits 25.26")
    heads = spelling.data["tables"]["visits"]["columns"]
    own, ssw = spelling.draw(heads["household_id"][0]), spelling.draw("SSW | Supervising SW || Allocated SSW")
    form = spelling.draw("%b %Y | %b-%y || %B %Y | %b %y")
    months = [dt.date(y, m, 1).strftime(form) for y, m in MONTHS]
    workers = {row["household_id"]: row["worker_id"] for row in tables["households"]}
    rows = []
    for household in tables["households"]:
        row = [household["household_id"], workers[household["household_id"]]]
        for y, m in MONTHS:
            found = [
                v
                for v in tables["visits"]
                if v["household_id"] == household["household_id"] and v["visited_on"].startswith(f"{y}-{m:02d}")
            ]
            row.append(_entry(spelling, found[0]) if found else "")
        rows.append(row)
    truth.add(name, own, *_may("visits", "household_id"))
    truth.add(name, ssw, *_may("visits", "worker_id"), ("households", "worker_id"))
    for month in months:
        truth.add(name, month, ("visits", "visited_on"), ("visits", "kind"), ("visits", "mode"), ("visits", "status"))
    return Sheet(name, "visits", [own, ssw, *months], rows)


def _entry(spelling: Spelling, visit: Row) -> str:
    day = dt.date.fromisoformat(visit["visited_on"])
    if visit["status"] == "cancelled":
        return spelling.random.choice(["cancelled", "Canc"])
    if visit["status"] == "planned":
        return f"booked {day:%d/%m/%y}"
    if visit["kind"] == "unannounced":
        return f"U/A {day:%d/%m/%y}"
    return f"TC {day:%d/%m}" if visit["mode"] == "telephone" else f"{day:%d/%m/%Y}"


def _courses(spelling: Spelling, truth: Truth, tables: dict[str, list[Row]]) -> Sheet:
    name = spelling.draw("Training Matrix | Training || Carer Training Matrix | Core Training")
    key = spelling.draw(spelling.data["tables"]["carers"]["columns"]["carer_id"][0])
    courses = sorted({row["course"] for row in tables["training"]})[:6]
    got = {(row["person_id"], row["course"]): row["completed_on"] for row in tables["training"]}
    rows = []
    for carer in tables["carers"]:
        days = [got.get((carer["carer_id"], course), "") for course in courses]
        rows.append(
            [carer["carer_id"], *(dt.date.fromisoformat(day).strftime("%d/%m/%Y") if day else "" for day in days)]
        )
    truth.add(name, key, ("training", "person_id"), ("training", "person_kind"), ("carers", "carer_id"))
    for course in courses:
        truth.add(name, course, ("training", "completed_on"), ("training", "course"))
    return Sheet(name, "training", [key, *courses], rows)


def _children(spelling: Spelling, truth: Truth, tables: dict[str, list[Row]]) -> Sheet:
    """Children with the placement they are in."""
    name = spelling.draw("Children Placed | Children || Young People in Placement | Current Children")
    heads = spelling.data["tables"]
    wanted = [
        ("children", "child_id"),
        ("children", "name"),
        ("children", "born_on"),
        ("children", "placing_authority"),
        ("children", "legal_status"),
        ("placements", "household_id"),
        ("placements", "kind"),
        ("placements", "started_on"),
        ("placements", "ended_on"),
        ("placements", "end_reason"),
    ]
    headings: dict[tuple[str, str], str] = {}
    for one in wanted:
        for _ in range(8):
            heading = spelling.draw(heads[one[0]]["columns"][one[1]][0])
            if heading.casefold() not in {h.casefold() for h in headings.values()}:
                headings[one] = heading
                break
    young = {row["child_id"]: row for row in tables["children"]}
    rows = [
        [
            cell(
                spelling,
                truth,
                t,
                c,
                (young.get(stay["child_id"], {}) if t == "children" else stay).get(c, ""),
                "%d/%m/%Y",
            )
            for t, c in headings
        ]
        for stay in tables["placements"]
    ]
    for (table, column), heading in headings.items():
        truth.add(name, heading, *_may(table, column))
    return Sheet(name, "children", list(headings.values()), rows)


ACROSS = {
    "dbs": "DBS {} | DBS {} || DBS Check {} | Enhanced DBS {}",
    "medical": "Medical {} || Adult Health {} | AH Medical {}",
    "insurance": "Car Insurance {} || Insurance {}",
}


def _checks_across(spelling: Spelling, truth: Truth, tables: dict[str, list[Row]]) -> Sheet:
    """One row for each carer, with the day of each check and when it is due again."""
    name = spelling.draw("DBS & Medicals | Checks || Compliance Tracker | DBS Medical Insurance")
    key = spelling.draw(spelling.data["tables"]["carers"]["columns"]["carer_id"][0])
    done, due = spelling.draw("Date | Issued || Completed"), spelling.draw("Due | Expiry || Renewal Due | Renewal")
    headings = [key]
    for kind in ACROSS:
        own = spelling.draw(ACROSS[kind])
        for word, column in ((done, "completed_on"), (due, "expires_on")):
            headings.append(own.format(word))
            truth.add(name, headings[-1], ("checks", column), ("checks", "kind"))
    latest = {(row["person_id"], row["kind"]): row for row in sorted(tables["checks"], key=lambda r: r["completed_on"])}
    rows = []
    for carer in tables["carers"]:
        row = [carer["carer_id"]]
        for kind in ACROSS:
            found = latest.get((carer["carer_id"], kind), {})
            row += [
                dt.date.fromisoformat(found[c]).strftime("%d/%m/%Y") if found.get(c) else ""
                for c in ("completed_on", "expires_on")
            ]
        rows.append(row)
    truth.add(
        name, key, ("checks", "person_id"), ("checks", "check_id"), ("checks", "person_kind"), ("carers", "carer_id")
    )
    return Sheet(name, "checks", headings, rows)


SHAPES = {"reports": reports, "workbook.xlsx": workbook, "warehouse.zip": warehouse}
