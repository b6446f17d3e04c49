"""Opens ZIP files (and workbooks, which are ZIP files) without trusting them: no path of theirs is ever written to, and
what they say of their size is checked against what comes out."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from auditor.errors import ExportError

MOST_MEMBERS = 10_000
LARGEST_MEMBER = 16 << 30
LARGEST_TOTAL = 32 << 30
MOST_TIMES = 250
SMALL = 64 << 20
PIECE = 1 << 20


def opened(path: Path, source: str) -> zipfile.ZipFile:
    """The archive, once its list of members has passed: not too many, none encrypted, no path outside, no bomb.

    Raises ExportError with what is wrong and what to do.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ExportError(f"{source}: it cannot be opened. It may be cut short or damaged; make or save it again.") from None
    try:
        _check(archive.infolist(), source)
    except ExportError:
        archive.close()
        raise
    return archive


def _check(members: list[zipfile.ZipInfo], source: str) -> None:
    if len(members) > MOST_MEMBERS:
        raise ExportError(f"{source}: it holds {len(members):,} files; {MOST_MEMBERS:,} is the most that will be opened.")
    if any(member.flag_bits & 1 for member in members):
        raise ExportError(f"{source}: it is protected with a password. Save it without one.")
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if ".." in parts or member.filename.startswith(("/", "\\")) or any(":" in part for part in parts[:1]):
            raise ExportError(f"{source}: it holds a path that leads outside of it. Make the ZIP again from the files.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ExportError(f"{source}: it holds a link in place of a file. Make the ZIP again from the files.")
        if member.file_size > LARGEST_MEMBER:
            raise ExportError(f"{source}: a file in it is larger than {LARGEST_MEMBER >> 30} GB. Give the files in a folder.")
        if member.file_size > SMALL and member.file_size > MOST_TIMES * max(member.compress_size, 1):
            raise ExportError(
                f"{source}: a file in it would grow more than {MOST_TIMES} times when unpacked, as no export does. "
                "Give the files in a folder."
            )
    if sum(member.file_size for member in members) > LARGEST_TOTAL:
        raise ExportError(f"{source}: it would grow to more than {LARGEST_TOTAL >> 30} GB. Give the files in a folder.")


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> Iterator[bytes]:
    """The bytes of one member. Raises ExportError if they are damaged or not what the list of members says."""
    try:
        with archive.open(member) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error):
        raise ExportError(f"{source}: a file in it is damaged or cut short. Make or save it again.") from None


def write_out(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: BinaryIO, source: str) -> None:
    """Write one member to an open file of ours."""
    for piece in pieces(archive, member, source):
        target.write(piece)
