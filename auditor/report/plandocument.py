"""The improvement plan as a Word document: the plan on a page, then each workstream in full."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from auditor.model import Audit
from auditor.report import words
from auditor.report.plan import SCOPE, PlanView, StreamPlan, build
from auditor.report.words import count, day

FONT = "Arial"
WIDTH = 180.0  # millimetres between the margins of A4
SYMBOLS = {"critical": "◆", "major": "▲", "minor": "●"}
FILLS = {"critical": "F4CDC6", "major": "FCD6C3", "minor": "D2E2F1"}
_GREY = RGBColor(0x3F, 0x44, 0x48)


def write(audit: Audit, path: Path) -> None:
    """Write the plan of an audit to `path`. The same audit gives the same bytes."""
    plan = build(audit)
    document = _document(plan)
    _first_page(document, plan)
    for stream in plan.streams:
        _stream(document, stream)
    _clear(document, plan)
    packed = io.BytesIO()
    document.save(packed)
    path.write_bytes(_timeless(packed.getvalue()))


def _timeless(packed: bytes) -> bytes:
    """The same package with no times in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _document(plan: PlanView) -> Any:
    document = Document()
    core, moment = document.core_properties, dt.datetime(plan.as_of.year, plan.as_of.month, plan.as_of.day)
    core.title, core.author, core.comments, core.last_modified_by = plan.title, "", "", ""
    core.created = core.modified = moment
    core.revision, core.language = 1, "en-GB"
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin, section.bottom_margin = Mm(14), Mm(15)
    for name, size, before in (("Normal", 10, 0), ("Title", 20, 0), ("Heading 1", 15, 0), ("Heading 2", 11.5, 8)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(4)
    _footer(section, f"{plan.title}, {day(plan.as_of)}")
    return document


def _footer(section: Any, text: str) -> None:
    paragraph = section.footer.paragraphs[0]
    run = paragraph.add_run(f"{text}. Page ")
    run.font.size, run.font.color.rgb = Pt(8), _GREY
    field = paragraph.add_run()
    field.font.size, field.font.color.rgb = Pt(8), _GREY
    for kind, content in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = content
        field._r.append(mark)


def _first_page(document: Any, plan: PlanView) -> None:
    document.add_paragraph(plan.title + (f": {plan.service}" if plan.service else ""), style="Title")
    limited = f" Limited to {plan.scope}." if plan.scope else ""
    document.add_paragraph(f"From the self-audit of the records as they stood on {day(plan.as_of)}.{limited}")
    number = count(plan.number, "finding")
    grades = ", ".join(f"{plan.grades[g]} {g}" for g in ("critical", "major")) + f" and {plan.grades['minor']} minor"
    found = f"{number} to put right: {grades}." if plan.number else "No findings: there is nothing to put right."
    _bold(document, found, f" {plan.aside}" if plan.aside else "")
    if plan.judgements:
        said = "; ".join(
            f"{label if n == 0 else label.lower()} {grade}" for n, (label, grade) in enumerate(plan.judgements)
        )
        document.add_paragraph(f"Indicative judgements, from records alone: {said}.")
    if plan.streams:
        _summary(document, plan)
        document.add_heading("What comes first", 2)
        for m in plan.first:
            _point(
                document,
                f"{words.GRADE_LABELS[m.grade]}: {m.title}: {m.today} met today; by {day(m.by)}.",
                "List Number",
            )
        document.add_heading("By when", 2)
        for label, time, on in plan.put_right:
            _point(document, f"{label} findings: within {time}, by {day(on)}.")
        _point(document, "Progress is told on " + " and ".join(day(on) for on in plan.reports) + ".")
        document.add_heading("What the panel is asked to agree", 2)
        _point(document, "The leads and dates above, or others with a reason.")
        _point(document, "What will show each workstream done, on the pages that follow.")
        _point(document, "To see the measures again after the next audit.")
    for line in (words.DISCLAIMER, f"{SCOPE} Made by {plan.tool}."):
        _small(document.add_paragraph(), line)


def _summary(document: Any, plan: PlanView) -> None:
    heads = (
        "Workstream and lead",
        "Critical",
        "Major",
        "Minor",
        "Rules without a finding",
        "First milestone",
        "All put right by",
    )
    rows: list[Sequence[Any]] = [
        (
            (s.title, s.lead),
            *(str(s.by_grade[g]) for g in ("critical", "major", "minor")),
            f"{s.rules_met} of {s.rules_assessed}",
            day(s.first_on),
            day(s.last_on),
        )
        for s in plan.streams
    ]
    rows.append(("All", *(str(plan.grades[g]) for g in ("critical", "major", "minor")), "", "", ""))
    table = _table(document, heads, rows, (58, 16, 14, 14, 22, 28, 28))
    for cell in table.rows[-1].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _stream(document: Any, stream: StreamPlan) -> None:
    heading = document.add_heading(stream.title, 1)
    heading.paragraph_format.page_break_before = True
    document.add_paragraph(stream.aim)
    grades = ", ".join(f"{stream.by_grade[g]} {g}" for g in ("critical", "major", "minor"))
    _bold(document, "Lead: ", f"{stream.lead}.")
    if stream.owners:
        _bold(document, "Owners of findings: ", f"{stream.owners}.")
    _bold(document, "Findings: ", f"{grades}. {stream.progress}".strip())
    document.add_heading("Milestones", 2)
    _table(document, ("By", "What is reached"), [(day(m.on), m.what) for m in stream.milestones], (30, 150))
    document.add_heading("Measures and actions", 2)
    heads = ("Measure, and what to do", "Worst grade", "Findings", "Met today", "Target", "By")
    rows = [
        (
            (m.title, f"{m.type_label}: {m.cites}", f"To do: {m.remedy}"),
            f"{SYMBOLS[m.grade]} {words.GRADE_LABELS[m.grade]}",
            str(m.number),
            m.today,
            m.target,
            day(m.by),
        )
        for m in stream.measures
    ]
    table = _table(document, heads, rows, (78, 20, 19, 24, 15, 24))
    for row, measure in zip(table.rows[1:], stream.measures, strict=True):
        _shade(row.cells[1], FILLS[measure.grade])
    document.add_heading("What will show it done", 2)
    for line in stream.evidence:
        _point(document, line)
    document.add_heading("Duties it answers", 2)
    for label, cites in stream.duties:
        _point(document, f"{label}: {cites}")
    if stream.unassessed:
        told = (
            f"{count(stream.unassessed, 'rule')} of this workstream could not be assessed: records were not supplied."
        )
        _small(document.add_paragraph(), told)


def _clear(document: Any, plan: PlanView) -> None:
    if not plan.clear:
        return
    document.add_heading("Workstreams without findings", 1)
    for stream in plan.clear:
        said = (
            f"nothing found by {count(stream.rules_assessed, 'rule')}"
            if stream.rules_assessed
            else "nothing could be assessed"
        )
        _point(document, f"{stream.title}: {said}.")


def _table(document: Any, heads: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Any:
    """A table with a repeated heading row; the first cell of a row may be several lines, the first of them bold."""
    table = document.add_table(rows=1, cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.LEFT, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        _fill(cell, (text,), bold=True)
        _shade(cell, "F3F2F1")
    _mark(table.rows[0], "w:tblHeader")
    for values in rows:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        for place, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            lines = value if isinstance(value, tuple) else (value,)
            _fill(cell, lines, bold=place == 0)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def _fill(cell: Any, lines: Sequence[str], bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    for number, line in enumerate(lines):
        run = paragraph.add_run(line)
        run.bold, run.font.size = bold and number == 0, Pt(9 if number == 0 else 8)
        if number < len(lines) - 1:
            run.add_break(WD_BREAK.LINE)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _shade(cell: Any, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _bold(document: Any, bold: str, rest: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(bold).bold = True
    paragraph.add_run(rest)


def _point(document: Any, text: str, style: str = "List Bullet") -> None:
    paragraph = document.add_paragraph(text, style=style)
    paragraph.paragraph_format.space_after = Pt(1)


def _small(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), _GREY
