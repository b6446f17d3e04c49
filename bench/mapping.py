"""How many fields `auditor map` places rightly at the first try, over exports that it has not seen.

    python bench/mapping.py                    four exports of each of three shapes, spellings kept back
    python bench/mapping.py --tuned --seeds 2  spellings that synonyms may have been written after
    python bench/mapping.py --show             each field that was placed wrongly, or not at all

Each export is made of the sample's records (bench/exports.py) with spellings drawn from bench/spellings.yaml. A heading
is right if the drafted mapping reads it as the field that it holds, wrong if as another, and missed if not at all. A
heading that no field of the record model has is wrong if anything is read from it. What the draft only proposes, in
a comment, is not read, and is counted apart.
"""

from __future__ import annotations

import argparse
import fnmatch
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from exports import SHAPES, Truth

from auditor.mapping.choice import is_file
from auditor.mapping.draft import draft
from auditor.mapping.grid import folded
from auditor.mapping.mappingfile import read_text
from auditor.mapping.plan import ROW_NUMBER, Mapping
from auditor.mapping.rows import unpivoted
from auditor.mapping.writing import text
from auditor.store import Store

_PROPOSED = re.compile(r"^\s*#\?\s+(\w+): (.*?)(?:  # .*)?$")


def read_as(mapping: Mapping, plates: list) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """For each (sheet, heading), the fields that the mapping reads from it."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for entry in mapping.entries:
        for part, headings in plates:
            if not is_file(part, entry.file, entry.sheet):
                continue
            turned = {headings[n] for n in unpivoted(entry, headings)}
            for name, cell in entry.columns.items():
                for one in cell.read():
                    for heading in one.headings:
                        if heading == ROW_NUMBER or (name.endswith("_id") and cell.join):
                            continue
                        if entry.split and heading == entry.split.name:
                            heading = entry.split.heading
                        own = (
                            turned
                            if entry.unpivot and heading in entry.made()
                            else {h for h in headings if folded(h) == folded(heading)}
                        )
                        for place in own:
                            found.setdefault((part.source, place), set()).add((entry.table, name))
    return found


def measure(shape: str, seed: int, held: bool | str, show: bool) -> Counter:
    """Counts of one export: right, wrong, missed, traps (headings that are nothing) and seconds."""
    with tempfile.TemporaryDirectory() as folder, Store() as store:
        export, truth = SHAPES[shape](Path(folder) / shape, seed, held)
        began = time.perf_counter()
        made = draft(export, store)
        content = text(made)
        took = time.perf_counter() - began
        mapping = read_text(content, "mapping.yaml")
        plates = {id(p.part): (p.part, p.raw.headings) for p in (*made.unplaced, *(b.plate for b in made.blocks))}
        got = read_as(mapping, list(plates.values()))
        return _counted(truth, got, list(plates.values()), content, f"{shape} {seed}" if show else "") + Counter(
            {"milliseconds": int(took * 1000)}
        )


def _counted(truth: Truth, got: dict, plates: list, content: str, label: str) -> Counter:
    counts: Counter = Counter()
    for (sheet, heading), wanted in truth.wanted.items():
        place = next((p.source for p, headings in plates if _called(p, sheet) and heading in headings), None)
        taken = got.get((place, heading), set())
        allowed = truth.fields[(sheet, heading)]
        if wanted is None:
            kind = "wrong" if taken else "left"
        elif wanted in taken or (taken and taken <= allowed and wanted[0] not in {t for t, _ in taken}):
            kind = "right" if taken <= allowed else "wrong"
        else:
            kind = "wrong" if taken else "missed"
        if kind == "missed" and re.search(rf"#\?.*\b{re.escape(wanted[1])}: .*{re.escape(heading)}", content):
            kind = "proposed"
        counts[kind] += 1
        if label and kind in ("wrong", "missed", "proposed"):
            print(
                f"  {label}: {kind:<8} {sheet} / {heading}: is {wanted}, taken for {sorted(taken)}"
                + ("" if place else " (sheet not read)")
            )
    return counts


def _called(part, sheet: str) -> bool:
    own = part.names[0] if part.is_sheet else part.file
    plain = sheet.replace("/", "-")
    return (
        own == plain[:31]
        or bool(re.match(re.escape(plain) + r"( \d|_\d| - |\.csv)", own))
        or fnmatch.fnmatchcase(own, f"{plain}.csv")
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--tuned", action="store_true", help="spellings that may have been looked at")
    parser.add_argument("--fresh", action="store_true", help="spellings written after everything else")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--shape", choices=list(SHAPES))
    given = parser.parse_args()
    print(
        f"{'export':<16} {'fields':>6} {'right':>6} {'wrong':>6} {'to confirm':>10} {'missed':>6} {'right %':>8} {'wrong %':>8} {'seconds':>8}"
    )
    total: Counter = Counter()
    for shape in [given.shape] if given.shape else SHAPES:
        counts: Counter = Counter()
        for seed in range(1, given.seeds + 1):
            counts += measure(shape, seed, "fresh" if given.fresh else not given.tuned, given.show)
        total += counts
        _print(shape, counts, given.seeds)
    _print("all", total, given.seeds * (1 if given.shape else len(SHAPES)))


def _print(name: str, counts: Counter, exports: int) -> None:
    fields = counts["right"] + counts["missed"] + counts["proposed"] + counts["wrong"]
    print(
        f"{name:<16} {fields:>6} {counts['right']:>6} {counts['wrong']:>6} {counts['proposed']:>10} {counts['missed']:>6} "
        f"{counts['right'] / fields:>8.1%} {counts['wrong'] / (fields + counts['left']):>8.1%} {counts['milliseconds'] / exports / 1000:>8.1f}"
    )


if __name__ == "__main__":
    main()
