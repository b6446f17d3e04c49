"""A second, plain reading of what the kinds of check mean: no SQL and no cleverness. See README.md."""

from tests.oracle.cases import Row, run

__all__ = ["Row", "run"]
