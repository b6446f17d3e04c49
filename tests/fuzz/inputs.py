"""Input number N of the fuzz: which it is follows from the seed and N alone, so that any of them can be run again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz import mutate, seeds

# Of a hundred inputs, how many are of each kind. Those that need a process or a database of their own are fewer.
SHARES = {
    "csv": 20, "xlsx": 8, "xls": 2, "ods": 2, "zip": 4, "parquet": 7, "sqlite": 10, "duckdb": 1, "json": 15, "ndjson": 8, "ssda903": 1,
    "mapping": 13, "rule": 5, "policy": 4,
}  # fmt: skip
YAML = ("mapping", "rule", "policy")
ENDINGS = {"xls": "xls", "ods": "ods", "xlsx": "xlsx", "sqlite": "db", "duckdb": "duckdb", "ssda903": "zip"}


class Inputs:
    """The seeds, read once."""

    def __init__(self, room: Path, seed: int):
        self.seed = seed
        csvs, duck = seeds.csvs(), seeds.duck(room)
        xlsx, parquet, sqlite = seeds.xlsx(), seeds.parquet(room), seeds.sqlite(room)
        books = {name: (seeds.BOOKS / f"visits.{name}").read_bytes() for name in ("xls", "ods")}
        for file in room.iterdir():
            file.unlink()
        several = {"households.csv": csvs[0], "book.xlsx": xlsx, "old.db": sqlite, "a/list.json": seeds.jsons()[0]}
        self.known: dict[str, list[bytes]] = {
            "csv": csvs, "xlsx": [xlsx], "xls": [books["xls"]], "ods": [books["ods"]], "zip": [seeds.zipped(several)], "parquet": [parquet],
            "sqlite": [sqlite], "duckdb": [duck], "json": seeds.jsons(), "ndjson": [seeds.ndjson()], "ssda903": [seeds.ssda903()],
            "mapping": [seeds.MAPPING.encode(), (seeds.ROOT / "auditor/mapping/ssda903.yaml").read_bytes()],
            "rule": seeds.rules(), "policy": [seeds.POLICY.encode()],
        }  # fmt: skip
        self.kinds = [kind for kind, share in SHARES.items() for _ in range(share)]

    def kind(self, number: int) -> str:
        """Kinds come in turn, spread over every hundred."""
        return self.kinds[(number * 37) % 100]

    def make(self, number: int) -> tuple[str, bytes]:
        """The kind and the bytes of one input."""
        rng = Random(f"{self.seed}:{number}")
        kind = self.kind(number)
        data = rng.choice(self.known[kind])
        how: Callable[[Random, bytes], bytes] = mutate.blind
        if kind in ("csv", "json", "ndjson", *YAML):
            how = mutate.text
        elif kind in ("xlsx", "ods", "zip", "ssda903"):
            how = mutate.package
        elif kind == "duckdb":
            how = mutate.duck
        return kind, how(rng, data)
