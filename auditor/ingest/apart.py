"""Tries a file in a process of its own before it is read in ours.

The reader of workbooks is native code that trusts what a file says of itself: two cells of a file of a few hundred bytes,
one at the top and one said to be far below, ask for hundreds of gigabytes, and the whole program would end. In a process
of its own, with a limit on memory and on time, only the trial ends.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MEMORY = 4 << 30
SECONDS = 120
BYTES_A_SECOND = 5_000_000
PASSWORD, FAILED, REFUSED = 3, 4, 5

_LIMITED = """
import sys
sys.path[:] = {paths!r}
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
path = sys.argv[1]
"""
WORKBOOK = """
import python_calamine
try:
    book = python_calamine.CalamineWorkbook
    book = book.from_path(path) if path.lower().endswith(sys.argv[2]) else book.from_filelike(open(path, "rb"))
    for sheet in book.sheets_metadata:
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
            read = book.get_sheet_by_name(sheet.name)
            if read.total_height * read.total_width > int(sys.argv[3]):
                sys.exit(4)
except python_calamine.PasswordError:
    sys.exit(3)
except BaseException:
    sys.exit(4)
"""
DATABASE = """
from auditor.ingest import duckfile
from auditor.store import EngineError
try:
    duckfile.trial(path)
except EngineError:
    sys.exit(5)
"""


def outcome(trial: str, path: Path, *more: str) -> int:
    """How the trial of a file ends (`more` are further arguments of the trial): 0 well, PASSWORD where it is protected, REFUSED where the reader said in an orderly way that it cannot be read, FAILED where it
    failed in any other way, died, or took too long or too much memory."""
    program = _LIMITED.format(paths=sys.path, memory=MEMORY) + trial
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", program, str(path.absolute()), *more],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS + path.stat().st_size / BYTES_A_SECOND,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return FAILED
    return ended.returncode if ended.returncode in (0, PASSWORD, REFUSED) else FAILED
