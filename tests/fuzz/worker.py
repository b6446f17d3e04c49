"""Reads a run of inputs in this process, and writes after each how it went: `python -m tests.fuzz.worker SEED FROM TO LOG`.

A process that dies or hangs leaves the number of the input that did it as the last line of the log.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TextIO

from auditor.errors import AuditorError
from auditor.ingest import _prepared, apart, read_export, source
from auditor.mapping import read_mapping
from auditor.mapping.draft import draft
from auditor.mapping.grid import Grid
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.policy import apply_policy, read_policy
from auditor.rulefile import load_rulebook, parse_rule
from auditor.statement import build
from auditor.store import EngineError, Store
from tests.fuzz import seeds
from tests.fuzz.inputs import ENDINGS, YAML, Inputs

SECONDS = 40
WHOLE = 50  # every so many inputs go the whole way, and not only through the reader
AFRESH = 150


class Hang(BaseException):
    """An input took longer than any may."""


class Leak(Exception):
    """A message showed a value of a record, or something was written that should not be."""


class Worker:
    """What is made once for all inputs."""

    def __init__(self, seed: int):
        self.room = Path(tempfile.mkdtemp(prefix="fuzz-"))
        (self.room / "temporary").mkdir()
        tempfile.tempdir = str(self.room / "temporary")
        os.chdir(self.room)
        apart.SECONDS = 5
        self.inputs = Inputs(self.room / "temporary", seed)
        self.book = load_rulebook()
        self.mapping = read_text(seeds.MAPPING.split("  visits:")[0], "m.yaml")
        self.store = self._store()
        self.used = 0

    def _store(self) -> Store:
        store = Store(memory_limit="1GB")
        _prepared(store)
        return store

    def one(self, number: int) -> None:
        """Read one input. Raises whatever is a defect; our own errors are not."""
        kind, data = self.inputs.make(number)
        export = self.room / "export"
        export.mkdir()
        ending = ENDINGS.get(kind, "yaml" if kind in YAML else kind)
        file = export / f"{'visits' if kind in ('xls', 'ods') else 'households'}.{ending}"
        file.write_bytes(data)
        try:
            self._through(kind, file, data, number)
        except AuditorError as error:
            if kind not in YAML and seeds.MARK.lower() in str(error).lower():
                raise Leak(f"a value in: {error}") from error
            if "Traceback" in str(error):
                raise Leak(str(error)) from error
        left = sorted(p.name for p in (*self.room.iterdir(), *export.iterdir(), *(self.room / "temporary").iterdir()))
        if left != sorted(["export", "temporary", file.name]) or file.read_bytes() != data:
            raise Leak(f"left behind or changed: {left}")
        file.unlink()
        export.rmdir()

    def _through(self, kind: str, file: Path, data: bytes, number: int) -> None:
        if kind == "mapping":
            read_mapping(file)
        elif kind == "rule":
            rule, parameters = parse_rule(data.decode("utf-8", "replace"), "rule.yaml", self.book.parameters)
            build(rule, parameters, as_of="2026-03-31")
        elif kind == "policy":
            content, _ = read_policy(file)
            apply_policy(self.book, content, "policy.yaml")
        elif number % WHOLE == 0 or kind == "ssda903":
            self._whole(kind, file, number)
        else:
            self._reader(file)

    def _whole(self, kind: str, file: Path, number: int) -> None:
        with Store(memory_limit="1GB") as store:
            if kind == "ssda903":
                read_mapped(file, read_mapping(Path("ssda903")), store)
            elif number % (3 * WHOLE) == 0:
                draft(file, store)
            elif number % (3 * WHOLE) == WHOLE:
                read_mapped(file, self.mapping, store)
            else:
                read_export(file, store)

    def _reader(self, file: Path) -> None:
        self.used += 1
        if self.used % AFRESH == 0:
            self.store.close()
            self.store = self._store()
        with source.opened(file) as found:
            for part in (*found.parts, *found.hidden):
                self._part(part)

    def _part(self, part: source.Part) -> None:
        try:
            sheet = part.read(self.store)
        except AuditorError:
            sheet = None
        if sheet is not None and part.workbook is None:
            self._rows(sheet)
        grid = Grid(part, self.store)
        if grid.head:
            raw = grid.take(0)
            self.store.rows(f"SELECT * FROM {raw.relation} LIMIT 50")

    def _rows(self, sheet) -> None:
        """As loading does it: where the quick reading fails, the slower one is taken."""
        try:
            if sheet.relation is not None:
                self.store.rows(f"SELECT * FROM {sheet.relation} LIMIT 50")
                return
        except EngineError:
            if sheet.slower is None:
                return
        if sheet.slower is not None:
            self.store.rows(f"SELECT * FROM {sheet.slower(self.store).relation} LIMIT 50")


def _ring(*_: object) -> None:
    raise Hang


def main(seed: int, first: int, last: int, step: int, log: str) -> None:
    """Read the inputs from `first` to `last`, every `step`-th."""
    worker = Worker(seed)
    signal.signal(signal.SIGALRM, _ring)
    with Path(log).open("a", encoding="utf-8", buffering=1) as out:
        _all(worker, range(first, last, step), out)
    _afresh(worker)
    for folder in (worker.room / "temporary", worker.room):
        folder.rmdir()


def _all(worker: Worker, numbers: range, out: TextIO) -> None:
    for number in numbers:
        out.write(f"{number} {worker.inputs.kind(number)} …\n")
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            worker.one(number)
            ended = "well"
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            ended = "DEFECT " + " | ".join("".join(traceback.format_exception(error)).splitlines()[-40:])
            _afresh(worker)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        out.write(f"{number} {worker.inputs.kind(number)} {ended}\n")


def _afresh(worker: Worker) -> None:
    for folder in (worker.room / "export", worker.room / "temporary"):
        for path in folder.iterdir() if folder.is_dir() else ():
            path.unlink() if path.is_file() else path.rmdir()
    if (worker.room / "export").is_dir():
        (worker.room / "export").rmdir()
    worker.store.close()
    worker.store = worker._store()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]), sys.argv[5])
