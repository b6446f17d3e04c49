"""Reads audit sheets that were filled in: the workbook `sheets.xlsx` with its sheet Answers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from auditor.errors import UsageError, nearest
from auditor.model import ByHand
from auditor.register import shipped_register

SHEET = "Answers"
COLUMNS = ("Of", "Case", "Provision", "Question", "Answer", "Comment", "Auditor", "Date")
HEADINGS = {"children": "child", "households": "household"}
ANSWERS = ("met", "not met", "not seen")
MOST_ERRORS = 20
LONGEST = 5_000


def read(paths: Iterable[Path], as_of: dt.date) -> tuple[ByHand, ...]:
    """The answers of one or more filled workbooks, by case and provision. Where two answer the same question of the
    same case, the later day stands. Raises UsageError with the file, sheet, row and column of everything wrong."""
    found: dict[tuple[str, str, str], ByHand] = {}
    wrong: list[str] = []
    for path in paths:
        for key, answer in _read_one(path, as_of, wrong).items():
            earlier = found.get(key)
            if earlier is None or (answer.on or dt.date.min) >= (earlier.on or dt.date.min):
                found[key] = answer
    if wrong:
        more = [f"… and {len(wrong) - MOST_ERRORS} more."] if len(wrong) > MOST_ERRORS else []
        raise UsageError("\n".join(["--sheets: some answers cannot be used:", *wrong[:MOST_ERRORS], *more]))
    return tuple(found[key] for key in sorted(found))


def _read_one(path: Path, as_of: dt.date, wrong: list[str]) -> dict[tuple[str, str, str], ByHand]:
    rows = _rows(path)
    heading = [str(cell).strip() for cell in rows[0]] if rows else []
    lacking = [name for name in COLUMNS if name not in heading]
    if lacking:
        raise UsageError(
            f"--sheets: {path.name}, sheet {SHEET}, row 1: the column {lacking[0]} is missing. Use the sheets.xlsx that "
            "the audit wrote, and leave its first row as it is."
        )
    place = {name: heading.index(name) for name in COLUMNS}
    questions = {p.cite: p.question for p in shipped_register().provisions if p.question}
    found: dict[tuple[str, str, str], ByHand] = {}
    for number, cells in enumerate(rows[1:], start=2):
        line = _Line(f"{path.name}, sheet {SHEET}, row {number}", cells, place, wrong)
        answer = line.answer(questions, as_of)
        if answer is None:
            continue
        key = (answer.table, answer.id, answer.cite)
        if key in found:
            line.error("Provision", "this question is answered twice for this case; keep one line.")
        found[key] = answer
    return found


def _rows(path: Path) -> Sequence[Sequence[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
            names = book.sheet_names
            if SHEET in names:
                return book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    except OSError as error:
        raise UsageError(f"--sheets: {path} cannot be read: {error.strerror}.") from None
    except (CalamineError, ValueError):
        raise UsageError(f"--sheets: {path.name} is not an XLSX workbook. Save it as .xlsx and try again.") from None
    raise UsageError(f"--sheets: {path.name} has no sheet called {SHEET}. Use the sheets.xlsx that the audit wrote.")


class _Line:
    """One row of the sheet. What is wrong is collected with its place; what was written is not repeated."""

    def __init__(self, where: str, cells: Sequence[Any], place: dict[str, int], wrong: list[str]):
        self.where, self.cells, self.place, self.wrong = where, cells, place, wrong
        self.fine = True

    def error(self, column: str, words: str) -> None:
        self.fine = False
        self.wrong.append(f"  {self.where}, column {column}: {words}")

    def cell(self, name: str) -> Any:
        place = self.place[name]
        return self.cells[place] if place < len(self.cells) else ""

    def text(self, name: str) -> str:
        value = self.cell(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value).strip()
        if len(text) > LONGEST:
            self.error(name, f"the text is longer than {LONGEST:,} characters; shorten it.")
        return text

    def answer(self, questions: dict[str, str], as_of: dt.date) -> ByHand | None:
        """The answer of this row; None where it is empty or wrong."""
        filled = [name for name in ("Answer", "Comment", "Auditor", "Date") if self.cell(name) not in ("", None)]
        if "Answer" not in filled and "Comment" not in filled:
            return None
        answer = re.sub(r"[\s_]+", " ", self.text("Answer")).lower()
        if answer not in ANSWERS:
            self.error("Answer", f"write {', '.join(ANSWERS[:-1])} or {ANSWERS[-1]}.")
        kind = {word: table for table, word in HEADINGS.items()}.get(self.text("Of").lower(), "")
        if not kind:
            self.error("Of", f"write {' or '.join(HEADINGS.values())}, as the audit did.")
        id_, cite, auditor = self.text("Case"), self.text("Provision"), self.text("Auditor")
        if not id_:
            self.error("Case", "the reference of the case is missing.")
        if cite not in questions:
            self.error("Provision", f"this is no provision with a question.{nearest(cite, list(questions))}")
        if not auditor:
            self.error("Auditor", "write the name of the person who looked.")
        on = self.day(as_of)
        if not self.fine:
            return None
        return ByHand(kind, id_, cite, questions[cite], answer, self.text("Comment"), auditor, on)

    def day(self, as_of: dt.date) -> dt.date | None:
        value = self.cell("Date")
        day = value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None
        if day is None:
            day = _written_day(str(value).strip())
        if day is None:
            self.error("Date", "write the day of the answer as a date, such as 31/03/2026.")
        elif day > as_of:
            self.error("Date", f"the day is after the audit date, {as_of.isoformat()}.")
        return day


def _written_day(text: str) -> dt.date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%d/%m/%y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
