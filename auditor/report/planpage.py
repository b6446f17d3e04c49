"""The improvement plan as one HTML page: no script, nothing from the network, prints on A4."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from auditor import shipped
from auditor.model import Audit
from auditor.report import words
from auditor.report.plan import SCOPE, build


def write(audit: Audit, path: Path) -> None:
    """Write the plan of an audit to `path`, as UTF-8."""
    path.write_text(page(audit), encoding="utf-8", newline="\n")


def page(audit: Audit) -> str:
    """The plan of an audit as one HTML document."""
    style = shipped.text("templates", "plan.css")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    template = _environment().get_template("plan.html.j2")
    return template.render(css=Markup(style), policy=policy, plan=build(audit), scope_words=SCOPE)


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: shipped.text("templates", *name.split("/"))),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(day=words.day)
    environment.globals.update(count=words.count, grade_labels=words.GRADE_LABELS, disclaimer=words.DISCLAIMER)
    return environment
