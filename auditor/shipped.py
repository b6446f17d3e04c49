"""Finds the folders of data that ship with the program: the rulebook (`rules/`) and report templates (`templates/`).

The only module that knows where they live. An installed package carries them inside itself; in a checkout they
stand beside the package, where people edit them.
"""

from __future__ import annotations

import importlib.resources
from importlib.resources.abc import Traversable
from pathlib import Path

from auditor.errors import AuditorError


def folder(name: str) -> Traversable:
    """The shipped folder `name` ("rules" or "templates").

    Returns a Traversable, so that it works from a zipped wheel too: use `iterdir`, `joinpath` and `read_text`.
    In a checkout, and in an ordinary install, it is a `pathlib.Path`.
    Raises AuditorError naming both places that were looked in, if neither is a folder.
    """
    installed = importlib.resources.files("auditor").joinpath(name)
    if installed.is_dir():
        return installed
    beside = Path(__file__).resolve().parent.parent / name
    if beside.is_dir():
        return beside
    raise AuditorError(
        f"The folder '{name}' that ships with this program was not found. Looked for it in {installed} (an installed "
        f"copy) and in {beside} (a checkout). Install the package again."
    )


def text(name: str, *parts: str) -> str:
    """The text of one shipped file, for example `text("templates", "report.css")`. Line ends are always `\\n`."""
    return folder(name).joinpath(*parts).read_text(encoding="utf-8").replace("\r\n", "\n")
