"""Pages to print and write on: one file each, with a style of their own, no script, and nothing from the network."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from auditor import shipped
from auditor.report import words


def write(path: Path, template: str, **content: Any) -> None:
    """Write the page that a template of `templates/` gives, as UTF-8, piece by piece."""
    style = shipped.text("templates", "sheet.css")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    stream = _environment().get_template(template).stream(css=Markup(style), policy=policy, **content)
    stream.enable_buffering(512)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(stream)


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: shipped.text("templates", *name.split("/"))),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(day=words.day, clean=words.clean)
    environment.globals.update(count=words.count, disclaimer=words.DISCLAIMER, grade_labels=words.GRADE_LABELS)
    return environment
