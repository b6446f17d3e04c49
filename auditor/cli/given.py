"""What is given to a command as an export: a path, or the URL of a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class Export(click.Path):
    """A file or folder, or a URL that begins with postgresql://."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; of a URL, a path that keeps it."""
        if isinstance(value, str) and "://" in value:
            from auditor.ingest.postgres import at, url_of

            if url_of(value):
                return at(value)
        return super().convert(value, param, ctx)
