"""Runs workers over a range of inputs, and goes on after one that killed or hung its worker: `python -m tests.fuzz.runner`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SEED = 20260401
QUIET_SECONDS = 90
ROOT = Path(__file__).parents[2]


def run(seed: int, first: int, last: int, step: int = 1) -> tuple[int, list[str]]:
    """How many inputs were read, and the defects found: each is the input's number, its kind and what happened."""
    defects: list[str] = []
    done = 0
    with tempfile.TemporaryDirectory() as room:
        log = Path(room) / "log"
        while first < last:
            log.write_text("", encoding="utf-8")
            killed = _worker(seed, first, last, step, log, Path(room))
            lines = log.read_text(encoding="utf-8").splitlines()
            ended = [line for line in lines if not line.endswith("…")]
            done += len(ended)
            defects += [line for line in ended if not line.endswith(" well")]
            if killed is None:
                break
            if not lines or not lines[-1].endswith("…"):
                defects.append(f"the worker ended before or after its inputs ({killed})")
                break
            defects.append(lines[-1].replace("…", f"DEFECT {killed}"))
            done += 1
            first = int(lines[-1].split()[0]) + step
    return done, defects


def _worker(seed: int, first: int, last: int, step: int, log: Path, room: Path) -> str | None:
    """Run one worker to its end; how it was ended before that, if it was."""
    command = [sys.executable, "-m", "tests.fuzz.worker", *map(str, (seed, first, last, step)), str(log)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (room / "stderr").open("w+", encoding="utf-8", errors="replace") as said:
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=said)
        while worker.poll() is None:
            try:
                worker.wait(timeout=1)
            except subprocess.TimeoutExpired:
                if time.time() - log.stat().st_mtime > QUIET_SECONDS:
                    worker.kill()
                    worker.wait()
                    return "hung"
        said.seek(0)
        return None if worker.returncode == 0 else f"died with {worker.returncode}: {said.read()[-2000:]}"


def main() -> None:
    """Read many inputs on several cores and print the defects; exit 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    began = time.monotonic()
    with ThreadPoolExecutor(given.jobs) as pool:
        parts = list(pool.map(lambda n: run(given.seed, given.first + n, given.first + given.count, given.jobs), range(given.jobs)))
    defects = [line for _, found in parts for line in found]
    for line in defects:
        print(line)
    print(f"{sum(done for done, _ in parts):,} inputs, {len(defects)} defects, {time.monotonic() - began:.0f} seconds")
    sys.exit(bool(defects))


if __name__ == "__main__":
    main()
