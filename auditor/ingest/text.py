"""What a text file is made of, learnt in one pass over its bytes: hash, encoding, lines, quotation marks."""

from __future__ import annotations

import codecs
import hashlib
import re
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from auditor.errors import ExportError
from auditor.ingest.sheet import CONTROL

# Small enough to stay in the processor's cache, and for its memory to be used again for the next piece.
PIECE = 1 << 16
# All bytes but control signs, quotation marks and line ends.
_NO_SIGNS = bytes(byte for byte in range(256) if byte not in (*CONTROL, 10, 13, 34))
_RUNS = re.compile(rb"\n{2,}")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a ZIP file or a workbook"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old or a password-protected workbook"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x89PNG", "a picture"),
)


@dataclass(frozen=True)
class Facts:
    """What one pass over the bytes showed.

    encoding: name for `open`. control: whether there are control characters (they are left out).
    records: lines outside quotation marks, the headings' included, without blank ones at the end, and without those
        between records where they were seen.
    plain: whether the engine's own CSV reader sees the same records and rows as a spreadsheet would, if it sees as many:
        UTF-8, quotation marks in pairs, and no blank line seen between records. quoted_lines: whether a quoted cell goes
        over a line end.
    """

    sha256: str
    encoding: str
    size: int
    control: bool
    records: int
    plain: bool
    quoted_lines: bool


def examine(path: Path, source: str) -> Facts:
    """Read the whole file, its hash in a thread of its own. Raises ExportError if it cannot be read or is not text."""
    try:
        with path.open("rb") as stream, path.open("rb") as again, ThreadPoolExecutor(1) as pool:
            digest = pool.submit(hashlib.file_digest, again, "sha256")
            return _Pass(source).over(stream, digest)
    except OSError as error:
        raise ExportError(f"{source}: it cannot be read ({error.strerror}). Check that you may open it.") from None


class Look:
    """A look at one file: `facts` are what `examine` learns of it, when they are asked for or, once `begin` was called,
    before that in another thread."""

    def __init__(self, path: Path, source: str):
        self.path = path
        self.source = source
        self._begun: Future[Facts] | None = None

    def begin(self, pool: Executor) -> None:
        """Start to look."""
        self._begun = self._begun or pool.submit(examine, self.path, self.source)

    def size(self) -> int:
        """In bytes; 0 if it cannot be told."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def facts(self) -> Facts:
        """What was learnt. Raises as `examine` does."""
        return self._begun.result() if self._begun else examine(self.path, self.source)


def opened(path: Path, encoding: str) -> TextIO:
    """The file as text; characters that its encoding does not have become the replacement character."""
    return path.open(encoding=encoding, errors="replace", newline="")


class _Pass:
    """One pass over the bytes of a file."""

    def __init__(self, source: str):
        self.source = source
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.utf8 = True
        self.control = False
        self.inside = False
        self.newlines = 0
        self.blank = 0
        self.quoted_lines = False
        self.tail = b"\n"
        self.trailing = 0
        self.size = 0

    def over(self, stream: BinaryIO, digest: Future) -> Facts:
        piece = stream.read(PIECE)
        encoding = self._begin(piece)
        while piece:
            if not piece.endswith(b"\n"):
                piece += stream.readline(PIECE)
            if piece.endswith(b"\r"):
                piece += stream.read(1)
            self._take(piece)
            piece = stream.read(PIECE)
        return self._facts(encoding, digest.result().hexdigest())

    def _begin(self, first: bytes) -> str | None:
        for magic, what in _OTHER_FORMATS:
            if first.startswith(magic):
                raise ExportError(f"{self.source}: this is {what}, not a CSV file. Save it as CSV, or give it its own name ending.")
        for mark, name in _MARKS:
            if first.startswith(mark):
                return name
        head = first[:4000]
        if head[1::2].count(0) > len(head) * 0.3:
            return "utf-16-le"
        if head[::2].count(0) > len(head) * 0.3:
            return "utf-16-be"
        if head.count(0) > len(head) * 0.1:
            raise ExportError(f"{self.source}: this is not a text file. Export it again as CSV.")
        return None

    def _take(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.utf8 and not (piece.isascii() and not self.decoder.getstate()[0]):
            try:
                self.decoder.decode(piece)
            except UnicodeDecodeError:
                self.utf8 = False
        signs = piece.translate(None, _NO_SIGNS)
        marks, ends, returns = signs.count(b'"'), signs.count(b"\n"), signs.count(b"\r")
        self.control = self.control or len(signs) != marks + ends + returns
        paired = not marks or b'"' not in signs.replace(b'""', b"")
        if paired and not self.inside and (not returns or piece.count(b"\r\n") == returns):
            # No quoted cell goes over a line end, so every line end is that of a record, or of a blank line. Those in
            # between need not be looked for: the engine passes over them and then has too few records.
            self.newlines += ends
            self._end(piece, b"\r\n")
        else:
            self._lines(piece.replace(b"\r\n", b"\n"))

    def _lines(self, piece: bytes) -> None:
        """Count what stands outside quotation marks; each quoted stretch is put down as one Q."""
        if self.inside or b'"' in piece:
            parts = piece.split(b'"')
            began_inside = self.inside
            self.inside = began_inside == (len(parts) % 2 == 1)
            self.quoted_lines = self.quoted_lines or any(b"\n" in part for part in parts[1 - began_inside :: 2])
            piece = b"Q".join(parts[began_inside::2]) + (b"Q" if self.inside else b"")
            if not piece:
                return
        self._count(piece)

    def _count(self, piece: bytes) -> None:
        self.newlines += piece.count(b"\n")
        if b"\n\n" in piece:
            self.blank += sum(len(run) - 1 for run in _RUNS.findall(piece))
        if self.tail == b"\n" and piece.startswith(b"\n"):
            self.blank += 1
        self._end(piece, b"\n")

    def _end(self, piece: bytes, signs: bytes) -> None:
        """How many line ends the file has at its end, as far as it is read."""
        rest = piece.rstrip(signs)
        ends = piece.count(b"\n", len(rest))
        self.trailing = ends if rest else self.trailing + ends
        self.tail = piece[-1:]

    def _facts(self, encoding: str | None, sha256: str) -> Facts:
        if encoding is None:
            encoding = "utf-8" if self.utf8 and not self.decoder.getstate()[0] else "cp1252"
        unfinished = 0 if self.tail == b"\n" or not self.size else 1
        trailing_blank = max(self.trailing - 1, 0)  # which the engine passes over without harm to the rows' numbers
        return Facts(
            sha256=sha256,
            encoding=encoding,
            size=self.size,
            control=self.control,
            records=self.newlines + unfinished - max(self.blank, trailing_blank),
            plain=encoding in ("utf-8", "utf-8-sig") and not self.inside and self.blank <= trailing_blank,
            quoted_lines=self.quoted_lines,
        )
