"""`python -m auditor.sample --seed 2011 --out FOLDER`: write the made-up agency as an export."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditor.sample.building import build
from auditor.sample.shortfalls.all import plant
from auditor.sample.shortfalls.planting import write_expected
from auditor.sample.writing import COPY_OF, write, write_copies


def main(argv: list[str] | None = None) -> None:
    """Write an export. Above 100 households, hundreds only: copies of one agency with keys of their own."""
    parser = argparse.ArgumentParser(prog="python -m auditor.sample", description=__doc__)
    parser.add_argument("--seed", type=int, default=2011)
    parser.add_argument("--out", type=Path, required=True, help="folder to write the CSV files to")
    parser.add_argument("--households", type=int, default=83)
    parser.add_argument("--compliant", action="store_true", help="without the planted shortfalls")
    parser.add_argument("--expected", type=Path, help="file to list the planted shortfalls in")
    args = parser.parse_args(argv)
    copies, rest = divmod(args.households, COPY_OF)
    if args.households > COPY_OF and rest:
        parser.error("above 100, --households must be a whole number of hundreds")
    agency = build(args.seed, min(args.households, COPY_OF))
    expected = [] if args.compliant else plant(agency)
    if args.households > COPY_OF:
        write_copies(agency, args.out, copies)
    else:
        write(agency, args.out)
    if args.expected:
        write_expected(expected, args.expected)


if __name__ == "__main__":
    main()
