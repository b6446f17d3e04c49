"""The lock files hold every dependency of the project, by hash, and point at no private place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _name(requirement: str) -> str:
    return re.split(r"[ ;=<>~!\[]", requirement)[0].lower().replace("_", "-")


def _locked(file: str) -> dict[str, list[str]]:
    blocks = re.split(r"\n(?=\w)", (ROOT / file).read_text(encoding="utf-8"))
    return {_name(b): re.findall(r"--hash=sha256:[0-9a-f]{64}", b) for b in blocks if "==" in b.splitlines()[0]}


@pytest.mark.parametrize("file", LOCKS)
def test_every_locked_version_has_hashes(file: str) -> None:
    locked = _locked(file)
    assert locked
    assert [name for name, hashes in locked.items() if not hashes] == []


@pytest.mark.parametrize("file", LOCKS)
def test_no_index_or_folder_is_named(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"index-url|find-links|://|file:|/opt|trusted-host", text)


def test_all_dependencies_are_locked() -> None:
    wanted = {_name(d) for d in PROJECT["project"]["dependencies"]}
    assert wanted <= _locked("requirements.txt").keys()
    dev = {_name(d) for d in PROJECT["project"]["optional-dependencies"]["dev"]}
    assert wanted | dev <= _locked("requirements-dev.txt").keys()


def test_the_locks_agree() -> None:
    versions: dict[str, set[str]] = {}
    for file in LOCKS:
        for name, version in re.findall(r"^([\w.-]+)==([^ \\;]+)", (ROOT / file).read_text(encoding="utf-8"), re.M):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for requirement in PROJECT["project"]["dependencies"]:
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert "#" in line, requirement
