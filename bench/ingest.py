"""Reading a large export beside the engine's own reading of the same CSV files.

    python bench/ingest.py                       20,000 households
    python bench/ingest.py --households 100000

Four readings, each in a process of its own, in turn: the engine alone as it reads by itself (`read_csv`, types guessed),
the engine alone with every cell read as text and cast to the type that it has (what any reading must do that is to know
which cells were no date), ours of files in the contract's names, and ours through a mapping of other names (day first,
words for codes). The same rows each time. Prints a Markdown table: seconds of processor and of wall, and the most memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

# For each table: how many records for a household, and its columns as SQL over n, the number of the record from 0.
H = "'H-' || lpad(CAST(n % {households} AS VARCHAR), 6, '0')"
PERSON = "'C-' || lpad(CAST(n % {households} AS VARCHAR), 6, '0')"
DAY = "DATE '2021-01-01' + CAST((n * 7919) % 1900 AS INTEGER)"
TABLES: dict[str, tuple[float, dict[str, str]]] = {
    "workers": (
        0.05,
        {"worker_id": "'W-' || n", "name": "'Worker ' || n", "role": "'supervising_social_worker'", "started_on": DAY},
    ),
    "households": (
        1,
        {
            "household_id": H,
            "kind": "['mainstream', 'connected'][n % 2 + 1]",
            "worker_id": "'W-' || n % {workers}",
            "approved_on": DAY,
        },
    ),
    "carers": (
        1,
        {
            "carer_id": PERSON,
            "household_id": H,
            "name": "'Carer ' || n",
            "born_on": "DATE '1970-01-01' + CAST(n % 9000 AS INTEGER)",
            "approved_on": DAY,
        },
    ),
    "children": (
        1,
        {
            "child_id": "'Y-' || n",
            "born_on": "DATE '2008-01-01' + CAST(n % 5000 AS INTEGER)",
            "placing_authority": "'Authority ' || n % 30",
        },
    ),
    "placements": (
        2,
        {
            "placement_id": "'P-' || n",
            "child_id": "'Y-' || n % {households}",
            "household_id": H,
            "kind": "['short_term', 'long_term', 'respite'][n % 3 + 1]",
            "started_on": DAY,
            "ended_on": f"CASE WHEN n % 3 > 0 THEN {DAY} + 200 END",
        },
    ),
    "checks": (
        8,
        {
            "check_id": "'K-' || n",
            "person_kind": "'carer'",
            "person_id": PERSON,
            "kind": "['dbs', 'medical', 'reference'][n % 3 + 1]",
            "completed_on": DAY,
            "expires_on": f"{DAY} + 1000",
            "outcome": "'satisfactory'",
        },
    ),
    "training": (
        6,
        {
            "training_id": "'T-' || n",
            "person_kind": "'carer'",
            "person_id": PERSON,
            "course": "'Course ' || n % 40",
            "completed_on": DAY,
        },
    ),
    "visits": (
        30,
        {
            "visit_id": "'V-' || n",
            "household_id": H,
            "worker_id": "'W-' || n % {workers}",
            "visited_on": DAY,
            "kind": "['supervision', 'supervision', 'unannounced', 'support'][n % 4 + 1]",
            "mode": "['in_person', 'virtual', 'telephone'][n % 3 + 1]",
            "status": "CASE WHEN n % 40 = 0 THEN 'cancelled' ELSE 'completed' END",
            "children_seen": "CASE WHEN n % 5 = 0 THEN 'no' ELSE 'yes' END",
            "record_completed_on": f"{DAY} + 3",
            "signed_by_carer_on": f"CASE WHEN n % 6 > 0 THEN {DAY} + 9 END",
            "notes": "'Note ' || n || ' of a visit: talked of school, of family time and of the plan; nothing of concern was seen or heard.'",
        },
    ),
}


def generate(folder: Path, households: int, mapped: bool) -> int:
    """Write the export; how many records it has. With `mapped`, in names, words and dates of its own."""
    import duckdb

    folder.mkdir()
    total, workers = 0, max(households // 20, 1)
    for table, (each, columns) in TABLES.items():
        rows = max(int(households * each), 1)
        cells = []
        for name, sql in columns.items():
            sql = sql.format(households=households, workers=workers)
            if mapped and name.endswith("_on"):
                sql = f"strftime({sql}, '%d/%m/%Y')"
            if mapped and "[" in sql:
                sql = f"upper(replace({sql}, '_', ' '))"
            cells.append(f'{sql} AS "{name.upper().replace("_", " ") if mapped else name}"')
        duckdb.execute(
            f"COPY (SELECT {', '.join(cells)} FROM (SELECT unnest(range({rows})) AS n)) TO '{folder / (table + '.csv')}' (HEADER)"
        )
        total += rows
    if mapped:
        (folder.parent / "mapping.yaml").write_text(_mapping(), encoding="utf-8")
    return total


def _mapping() -> str:
    lines = ["mapping: 1", "dates: day_first", "tables:"]
    for table, (_, columns) in TABLES.items():
        lines += [f"  {table}:", f"    file: {table}.csv", "    columns:"]
        for name, sql in columns.items():
            heading = name.upper().replace("_", " ")
            words = [one for one in ("in_person", "short_term", "long_term") if one in sql]
            codes = ", ".join(f"{one.replace('_', ' ')}: {one}" for one in words)
            lines.append(f"      {name}: " + (f"{{from: {heading}, codes: {{{codes}}}}}" if codes else heading))
    return "\n".join(lines) + "\n"


def engine_alone(folder: Path, cast: bool) -> None:
    """The engine's own reading, in one statement for each file."""
    import duckdb

    db = duckdb.connect(config={"memory_limit": "3GB"})
    for table, (_, columns) in TABLES.items():
        path = folder / f"{table}.csv"
        if cast:
            day = "CASE WHEN c IS NOT NULL THEN coalesce(TRY_CAST(c AS DATE), CAST(try_strptime(c, '%d/%m/%Y') AS DATE)) END"
            cells = [
                day.replace("c IS", f'"{n}" IS').replace("(c ", f'("{n}" ').replace("(c,", f'("{n}",') + f' AS "{n}"'
                if n.endswith("_on")
                else f'"{n}"'
                for n in columns
            ]
            db.execute(f"CREATE TABLE {table} AS SELECT {', '.join(cells)} FROM read_csv('{path}', all_varchar=true)")
        else:
            db.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{path}')")


def ours(folder: Path, mapping: Path | None) -> None:
    """Our reading of every table and column."""
    from auditor.ingest import read_export
    from auditor.mapping import read_mapped, read_mapping
    from auditor.store import Store

    began, used = time.perf_counter(), time.process_time()
    with Store() as store:
        if mapping:
            read_mapped(folder, read_mapping(mapping), store)
        else:
            read_export(folder, store)
    print(json.dumps([time.perf_counter() - began, time.process_time() - used]))


def child(what: str, folder: Path) -> None:
    """One reading, and what it took."""
    began, used = time.perf_counter(), time.process_time()
    if what in ("guessed", "cast"):
        engine_alone(folder / "plain", what == "cast")
        print(json.dumps([time.perf_counter() - began, time.process_time() - used]))
    else:
        mapped = what == "mapped"
        ours(folder / ("named" if mapped else "plain"), folder / "mapping.yaml" if mapped else None)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


NAMES = {
    "guessed": "the engine alone, types guessed",
    "cast": "the engine alone, text cast to types",
    "unmapped": "ours, the contract's names",
    "mapped": "ours, through a mapping",
}


def main() -> None:
    """Generate, read in each way, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--child", nargs=2)
    parser.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as room:
        folder = Path(room)
        total = generate(folder / "plain", given.households, False)
        generate(folder / "named", given.households, True)
        print(f"{total:,} records of {given.households:,} households\n")
        results = {}
        for what in NAMES:
            runs = []
            for _ in range(given.times):
                out = subprocess.run(
                    [sys.executable, __file__, "--child", what, room], check=True, capture_output=True, text=True
                ).stdout.split("\n")
                runs.append((*json.loads(out[0]), int(out[1])))
            results[what] = min(runs, key=lambda one: one[1])
        base, fair = results["guessed"], results["cast"]
        print(
            "| reading | CPU s | wall s | times the engine guessing (CPU) | times the engine casting (CPU) | most memory, MB |"
        )
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for what, (wall, cpu, memory) in results.items():
            print(
                f"| {NAMES[what]} | {cpu:.1f} | {wall:.1f} | {cpu / base[1]:.2f} | {cpu / fair[1]:.2f} | {memory:,} |"
            )


if __name__ == "__main__":
    main()
