"""The HTML report: one file that asks the network for nothing and runs only its own style and script."""

from __future__ import annotations

import base64
import hashlib
from typing import TextIO

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from auditor import shipped
from auditor.model import Audit
from auditor.report import charts, words
from auditor.report.ruleviews import SUGGESTED_DAYS
from auditor.report.sources import legend
from auditor.report.view import build

# More lines than this make a page that ordinary office computers open slowly; the workbook holds them all.
MOST_FINDINGS = 30_000
# Days ahead shown in full when printed, and the most lines of what falls due on the screen.
PRINTED_DAYS = 28
MOST_COMING = 2_000


def write(audit: Audit, out: TextIO, most: int | None = None) -> None:
    """Write the report of an audit to a text file opened as UTF-8, piece by piece. It shows at most so many findings
    (left out: MOST_FINDINGS), the worst first, and says how many it leaves out."""
    style, script = shipped.text("templates", "report.css"), shipped.text("templates", "report.js")
    stream = (
        _environment()
        .get_template("report.html.j2")
        .stream(
            view=build(audit, MOST_FINDINGS if most is None else most),
            css=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            legend=legend(cite for rule in audit.rules for cite in rule.cites),
        )
    )
    stream.enable_buffering(512)
    out.writelines(stream)


def _policy(style: str, script: str) -> str:
    """The content security policy: nothing may load or run except the style and script with these hashes."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: shipped.text("templates", *name.split("/"))),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(day=words.day, clean=words.clean, capital=lambda text: text[:1].upper() + text[1:])
    environment.globals.update(
        grade_labels=words.GRADE_LABELS,
        area_labels=words.AREA_LABELS,
        disclaimer=words.DISCLAIMER,
        evidence_words=words.EVIDENCE_WORDS,
        cannot_show=words.CANNOT_SHOW,
        suggested=SUGGESTED_DAYS,
        coming_most=MOST_COMING,
        printed_days=PRINTED_DAYS,
        chart_width=charts.WIDTH,
        chart_label=charts.LABEL,
    )
    return environment
