"""What every test starts from, and how tests are shared out over the cores."""

from __future__ import annotations

import pytest

# Modules whose tests share what is slow to make (audits of the whole sample, a browser, thousands of made-up records):
# each runs in one process from end to end.
TOGETHER = (
    "tests/browser/", "tests/generative/test_same_cases.py", "tests/mapping/test_shapes.py", "tests/packaging/test_wheel.py",
    "tests/sample/", "tests/unit/test_report_pseudonym.py",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _terminal_of_a_known_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are wrapped to the terminal; whoever runs the tests may have a narrow one, or none."""
    monkeypatch.setenv("COLUMNS", "120")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """One test at a time to whichever process is free, but the modules above each to one."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.split("::")[0]
            return module if module.startswith(TOGETHER) else nodeid

    return Scheduling(config, log)
