"""The least that any audit must do: import the engine and read the files that the six checks need."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from handwritten import TABLES

db = duckdb.connect()
for name in TABLES:
    db.execute(f"CREATE TABLE {name} AS FROM read_csv(?, all_varchar = true)", [str(Path(sys.argv[1]) / f"{name}.csv")])
