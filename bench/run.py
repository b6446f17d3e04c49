"""Time and memory of an audit beside one hand-written script that answers six of the same checks.

    python bench/run.py [SIZE …]          sizes in households; BENCH_SIZES="100 1000" does the same

Exports are made once and kept in the system's temporary folder. Every figure is of a whole process, from its start
to its end, taken from the system's own account of it. Prints a Markdown table.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = (100, 1_000, 10_000, 100_000)
AS_OF, SINCE = "2026-03-31", "2025-03-31"
sys.path.insert(0, str(HERE))

from handwritten import CHECKS  # noqa: E402


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds by the clock, the most memory it held in MB, and what it printed."""

    seconds: float
    memory: float
    output: str


def measure(*command: str) -> Cost:
    """Run a command to its end. Exit code 1 means findings, which are expected here."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as talk:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=talk, cwd=HERE.parent)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        talk.seek(0)
        if process.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{talk.read().decode()[-2000:]}")
        scale = 1 if sys.platform == "darwin" else 1024     # ru_maxrss: bytes there, kilobytes elsewhere
        return Cost(seconds, usage.ru_maxrss * scale / 1e6, out.read().decode())


def export(size: int) -> Path:
    """The folder with an export of that many households, made if it is not there yet."""
    folder = Path(tempfile.gettempdir()) / "auditor-bench" / f"{size}-v1"
    if not (folder / ".complete").exists():
        print(f"Making an export of {size:,} households in {folder} …", file=sys.stderr)
        measure(sys.executable, "-m", "auditor.sample", "--seed", "2011", "--households", str(size), "--out", str(folder))
        (folder / ".complete").touch()
    return folder


def audit(folder: Path, *more: str) -> Cost:
    """One audit of the export, results to stdout as JSON."""
    return measure(sys.executable, "-m", "auditor", "run", str(folder), "--as-of", AS_OF, "--since", SINCE, "--format", "json", "--output",
                   "-", "--quiet", "--fail-on", "never", *more)


def only_six() -> list[str]:
    """The options that choose the six rules the hand-written script answers."""
    return [word for rule in CHECKS for word in ("--only", rule)]


def agreement(six: Cost, hand: Cost) -> str:
    """Whether both counted the same breaches, in words."""
    ours = {rule["id"]: rule["breach"] for rule in json.loads(six.output)["rules"]}
    theirs = json.loads(hand.output)
    differ = [f"{rule} {ours.get(rule)}/{theirs[rule]}" for rule in CHECKS if ours.get(rule) != theirs[rule]]
    return "same" if not differ else "differ: " + ", ".join(differ)


def rules_assessed(cost: Cost) -> int:
    """How many rules had a case to judge."""
    return sum(rule["status"] == "assessed" for rule in json.loads(cost.output)["rules"])


def row(size: int) -> str:
    """One line of the table."""
    folder = export(size)
    megabytes = sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
    hand = measure(sys.executable, str(HERE / "handwritten.py"), str(folder))
    six = audit(folder, *only_six())
    full = audit(folder)
    rules = rules_assessed(full)
    per_rule = (full.seconds / rules) / (hand.seconds / len(CHECKS))
    return (f"| {size:,} | {megabytes:,.0f} | {hand.seconds:.2f} s, {hand.memory:,.0f} MB | "
            f"{six.seconds:.2f} s, {six.memory:,.0f} MB | {six.seconds / hand.seconds:.1f} | {agreement(six, hand)} | "
            f"{full.seconds:.2f} s, {full.memory:,.0f} MB | {rules} | {per_rule:.2f} |")


def start_up(folder: Path) -> str:
    """The six rules beside a script that only imports the engine and reads the same files."""
    bare = min((measure(sys.executable, str(HERE / "bare.py"), str(folder)) for _ in range(3)), key=lambda c: c.seconds)
    six = min((audit(folder, *only_six()) for _ in range(3)), key=lambda c: c.seconds)
    return (f"Start-up, 100 households, best of three: {six.seconds:.2f} s for the six rules beside {bare.seconds:.2f} s "
            f"for a script that only imports DuckDB and reads the same files: {six.seconds / bare.seconds:.1f} times.")


def main(argv: list[str]) -> None:
    """Print the table for the sizes asked for."""
    words = argv or os.environ.get("BENCH_SIZES", "").split()
    sizes = [int(word.replace(",", "")) for word in words] or list(SIZES)
    import duckdb

    print(f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, {os.cpu_count()} processors, "
          f"{platform.system()} {platform.machine()}\n")
    print("| Households | Export, MB | Hand-written, 6 checks | `auditor run`, same 6 | Ratio | Breaches | "
          "Whole rulebook | Rules | Ratio per rule |")
    print("| ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |")
    for size in sizes:
        print(row(size), flush=True)
    if 100 in sizes:
        print("\n" + start_up(export(100)))


if __name__ == "__main__":
    main(sys.argv[1:])
