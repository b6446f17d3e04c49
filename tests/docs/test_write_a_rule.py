"""The how-to for writing a rule, followed to the letter: its files, its commands, their output and its messages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli import cli
from auditor.errors import AuditorError

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "write-a-rule.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
YAML = [text for language, text in BLOCKS if language == "yaml"]
RULE, CASES, OLD_LINE, NEW_LINES, VISIT, POLICY, LOOSE = YAML
EXPORT = ROOT / "sample_data" / "export"


def _consoles() -> Iterator[tuple[str, str]]:
    for language, text in BLOCKS:
        if language == "console":
            command, _, output = text.partition("\n")
            yield command.removeprefix("$ auditor "), output


CONSOLES = list(_consoles())


def _service(folder: Path, rule: str = RULE, cases: str = CASES) -> None:
    (folder / "our-rules").mkdir(exist_ok=True)
    (folder / "our-rules" / "first-visit.yaml").write_text(rule, encoding="utf-8")
    (folder / "our-rules" / "first-visit.cases.yaml").write_text(cases, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")


def _auditor(line: str) -> str:
    arguments = [str(EXPORT) if word == "EXPORT" else word for word in shlex.split(line)]
    result = CliRunner().invoke(cli, arguments)
    told = str(result.exception) if isinstance(result.exception, AuditorError) else ""
    return result.output + told


def _mended() -> str:
    assert OLD_LINE in RULE
    return RULE.replace(OLD_LINE, NEW_LINES)


def test_every_command_prints_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check, show, fails, open_, passes, *_ = CONSOLES
    _service(tmp_path)
    for command, output in (check, show, fails):
        assert _auditor(command) == output
    _service(tmp_path, _mended())
    assert _auditor(open_[0]) == open_[1]
    bare = VISIT.replace(", kind: supervision", "")
    assert CASES.count(bare) == 1
    cases = CASES.replace(bare, VISIT)
    _service(tmp_path, _mended(), cases)
    assert _auditor(passes[0]) == passes[1]


def test_the_policy_brings_the_rule_into_an_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _service(tmp_path, _mended())
    printed = _auditor(CONSOLES[5][0])
    assert "Rules: 1 of 1 assessed." in printed
    assert "A household is visited within a week of a child moving in" in printed
    assert (tmp_path / "first-look" / "report.html").is_file()
    assert CONSOLES[6][0] == CONSOLES[5][0].replace("--only OUR-first-visit ", "").replace("first-look", "audit")


def _messages() -> list[tuple[str, str, str]]:
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| `")
    ]
    return [(wrote.strip("` "), instead.strip("`"), message) for wrote, instead, message, _ in rows]


@pytest.mark.parametrize(("wrote", "instead", "message"), _messages())
def test_a_mistake_gives_the_message_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrote: str, instead: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rule = RULE if instead in RULE else _mended()
    assert instead in rule
    _service(tmp_path, rule.replace(instead, wrote))
    assert message in _auditor("rules check --rules our-rules")


def test_a_looser_policy_is_refused_with_the_words_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _service(tmp_path)
    (tmp_path / "policy.yaml").write_text(LOOSE + "rules:\n  - our-rules\n", encoding="utf-8")
    told = next(text for language, text in BLOCKS if not language and text.startswith("policy.yaml"))
    assert told.strip() in _auditor(CONSOLES[5][0])
