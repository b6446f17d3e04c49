"""The key of a share pack: which pseudonym stands for which name or reference. It never goes into the pack.

A CSV file with the columns pseudonym, kind and original, for its owner only. Pseudonyms are drawn at random, so nothing
about the original can be worked out from one without the key; the same key gives the same pseudonyms again.
"""

from __future__ import annotations

import csv
import os
import secrets
from collections import defaultdict
from pathlib import Path

from auditor.errors import UsageError
from auditor.report.words import one

COLUMNS = ("pseudonym", "kind", "original")
PREFIXES = {
    "households": "HH",
    "children": "C",
    "workers": "W",
    "carers": "CR",
    "household_members": "M",
    "people": "P",
}
FINDING = "finding"
_QUOTED = ("=", "+", "-", "@", "\t", "\r", "'")


class Key:
    """Pseudonyms by kind and original; new ones are drawn as they are asked for."""

    def __init__(self) -> None:
        self.given: dict[tuple[str, str], str] = {}
        self._taken: dict[str, set[str]] = defaultdict(set)
        self._random = secrets.SystemRandom()

    def name(self, kind: str, original: str) -> str:
        """The pseudonym of an id, or of another word of a kind: HH-P417 for a household."""
        if (kind, original) not in self.given:
            self.put(kind, original, self._draw(kind))
        return self.given[kind, original]

    def maybe(self, kind: str, original: str | None) -> str | None:
        """The same for an id that may be missing."""
        return self.name(kind, original) if original else None

    def put(self, kind: str, original: str, pseudonym: str) -> None:
        self.given[kind, original] = pseudonym
        self._taken[kind].add(pseudonym)

    def _draw(self, kind: str) -> str:
        taken = self._taken[kind]
        size = 999
        while 2 * len(taken) >= size:
            size = size * 10 + 9
        prefix = PREFIXES.get(kind) or one(kind).replace(" ", "-").upper()
        while True:
            if kind == FINDING:
                drawn = secrets.token_hex(8)
            else:
                drawn = f"{prefix}-P{self._random.randrange(1, size + 1):03d}"
            if drawn not in taken:
                return drawn


def read(path: Path) -> Key:
    """The key in a file, or an empty one where there is no such file yet. Raises UsageError."""
    key = Key()
    if not path.exists():
        return key
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UsageError(
            f"--pseudonymise: {path} cannot be read as a key. Name a new file, or an earlier key."
        ) from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise UsageError(
            f"--pseudonymise: {path} is there and is not a key: its first line is not {','.join(COLUMNS)}. Name a new file."
        )
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise UsageError(f"--pseudonymise: {path}, line {number} does not have {len(COLUMNS)} cells.")
        pseudonym, kind, original = (cell.removeprefix("'") for cell in row)
        if pseudonym in key._taken[kind] or (kind, original) in key.given:
            raise UsageError(f"--pseudonymise: {path}, line {number} stands twice; the key was changed by hand.")
        key.put(kind, original, pseudonym)
    return key


def write(key: Key, path: Path) -> None:
    """Write the key for its owner only, whole or not at all. Raises UsageError."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            out = csv.writer(stream)
            out.writerow(COLUMNS)
            lines = sorted((kind, pseudonym, original) for (kind, original), pseudonym in key.given.items())
            out.writerows((_safe(pseudonym), _safe(kind), _safe(original)) for kind, pseudonym, original in lines)
        partial.chmod(0o600)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageError(f"--pseudonymise: the key cannot be written to {path}: {error.strerror}.") from None


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `read` takes the apostrophe away."""
    return f"'{text}" if text.startswith(_QUOTED) else text


def check_place(path: Path, folder: Path | None, export: Path) -> None:
    """Raises UsageError where the key would lie inside the pack, or inside the export."""
    place = path.resolve()
    if path.is_dir():
        raise UsageError(f"--pseudonymise: {path} is a folder; name a file for the key, such as key.csv.")
    if folder is not None and place.is_relative_to(folder.resolve()):
        raise UsageError("--pseudonymise: the key may not lie inside the pack that it opens. Name a file elsewhere.")
    if export.is_dir() and place.is_relative_to(export.resolve()):
        raise UsageError("--pseudonymise: the key may not lie inside the export. Name a file elsewhere.")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--pseudonymise: there is no folder {path.absolute().parent} for the key.")
