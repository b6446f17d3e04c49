"""The register of every provision: complete, in step with the rules both ways, and honest about what is left."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor import register
from auditor.cli import cli
from auditor.errors import RulesError
from auditor.model import Counts, RuleResult
from auditor.provisions import as_json, as_text, heading_of, totals
from auditor.registerfile import Register, load_register
from auditor.rulefile import load_rulebook

RULES = Path(__file__).resolve().parents[2] / "rules"
BOOK = load_rulebook()
REGISTER = load_register(RULES, "rules")
# How many provisions of each instrument the register describes, counted from the list of the law it was made from.
ENTRIES = {"FSR": 170, "NMS": 180, "CPPCR": 30, "CA 1989": 5, "SCCIF": 28, "VOL4": 9, "WT": 4, "MISSING": 3}


def test_every_instrument_has_all_its_provisions() -> None:
    assert Counter(provision.source for provision in REGISTER.provisions) == ENTRIES
    assert len(REGISTER.provisions) == 429


def test_register_and_rules_agree_both_ways() -> None:
    assert [str(problem) for problem in register.problems(REGISTER, BOOK)] == []


def test_every_rule_is_named_by_a_provision() -> None:
    named = {name for provision in REGISTER.provisions for name in provision.rules}
    assert set(BOOK.rules) - named == set()


@pytest.mark.parametrize("number", range(1, 32))
def test_every_standard_has_a_line(number: int) -> None:
    assert any(heading_of(provision) == f"NMS {number}" for provision in REGISTER.provisions)


def test_provisions_stand_in_the_order_of_the_law() -> None:
    numbers = [float(one.cite.split()[1].split(".")[0]) for one in REGISTER.of("NMS")]
    assert numbers == sorted(numbers)
    schedules = [one.cite.split()[2].split("(")[0] for one in REGISTER.of("FSR") if one.cite.startswith("FSR Sch")]
    assert schedules == sorted(schedules)


def test_duties_of_the_regulator_are_never_judged_against_the_service() -> None:
    assert {one.status for one in REGISTER.provisions if one.duty == "regulator"} == {"outside"}


def test_every_manual_provision_asks_one_question() -> None:
    for provision in REGISTER.provisions:
        if provision.status == "manual":
            assert provision.question.endswith("?"), provision.cite
            assert provision.question.count("?") == 1, provision.cite


# --- broken on purpose, in a folder of its own ---


def _copy(folder: Path) -> Path:
    (folder / "register").mkdir(parents=True)
    for file in (RULES / "register").glob("*.yaml"):
        shutil.copy(file, folder / "register")
    shutil.copy(RULES / "sources.yaml", folder)
    return folder


def _change(folder: Path, cite: str, old: str, new: str) -> int:
    """Change one line of the entry with this citation in nms.yaml, and return the number of the line."""
    file = folder / "register" / "nms.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    start = lines.index(f"  cite: {cite}")
    place = next(at for at in range(start, len(lines)) if lines[at].startswith(old))
    lines[place] = new
    file.write_text("\n".join(lines), encoding="utf-8")
    return place + 1


@pytest.mark.parametrize(
    ("cite", "old", "new", "words"),
    [
        ("NMS 3.5", "  question:", "", "write the 'question'"),
        ("NMS 3.5", "  why:", "", "say in 'why'"),
        ("NMS 3.5", "  status: manual", "  status: automated", "name in 'rules'"),
        ("NMS 3.5", "  status: manual", "  status: manuel", "Did you mean 'manual'?"),
        ("NMS 3.5", "  duty: carers", "  duty: carer", "Did you mean 'carers'?"),
        ("NMS 3.5", "  heading:", "  heeding: Privacy", "Did you mean 'heading'?"),
        ("NMS 14.3", "  status: automated", "  status: manual", "make it 'partly' or 'automated'"),
        ("NMS 3.6", "  cite:", "  cite: NMS 3.5", "used twice"),
        ("NMS 3.6", "  cite:", "  cite: FSR 99", "begins with 'NMS '"),
    ],
)
def test_a_line_that_does_not_fit_is_named_with_its_place(
    tmp_path: Path, cite: str, old: str, new: str, words: str
) -> None:
    folder = _copy(tmp_path / "rules")
    line = _change(folder, cite, old, new)
    with pytest.raises(RulesError) as caught:
        load_register(folder, "rules")
    found = [problem for problem in caught.value.problems if words in problem.message]
    assert found, [str(problem) for problem in caught.value.problems]
    assert found[0].path == "rules/register/nms.yaml"
    assert abs(found[0].line - line) <= 8, "within the entry that was changed"


def test_a_wrong_status_is_named_on_its_very_line(tmp_path: Path) -> None:
    folder = _copy(tmp_path / "rules")
    line = _change(folder, "NMS 3.5", "  status: manual", "  status: manuel")
    with pytest.raises(RulesError) as caught:
        load_register(folder, "rules")
    assert [str(problem) for problem in caught.value.problems] == [
        f"rules/register/nms.yaml:{line}: 'manuel' is not a value of 'status'. Did you mean 'manual'?"
    ]


def test_a_rule_that_does_not_exist_is_named_with_the_nearest(tmp_path: Path) -> None:
    folder = _copy(tmp_path / "rules")
    _change(folder, "NMS 14.3", "  rules:", "  rules: [NMS14.3-papers-in-advanse]")
    found = [str(problem) for problem in register.problems(load_register(folder, "rules"), BOOK)]
    assert any("Did you mean 'NMS14.3-papers-in-advance'?" in words for words in found)
    assert any("NMS14.3-papers-in-advance is named by no provision" in words for words in found)


def test_a_rule_that_cites_something_else_does_not_count(tmp_path: Path) -> None:
    folder = _copy(tmp_path / "rules")
    _change(folder, "NMS 14.3", "  rules:", "  rules: [NMS14.3-papers-in-advance, NMS21.8-unannounced]")
    found = [problem.message for problem in register.problems(load_register(folder, "rules"), BOOK)]
    assert found == [
        "NMS 14.3 names NMS21.8-unannounced, which does not cite it; add the citation to the rule, or take it out here."
    ]


def test_a_citation_that_is_not_in_the_register_is_named_with_the_nearest() -> None:
    rule = BOOK.rules["NMS14.3-papers-in-advance"]
    book = replace(BOOK, rules={**BOOK.rules, rule.id: replace(rule, cites=("NMS 14.3", "NMS 14.33"))})
    found = register.problems(REGISTER, book)
    assert [problem.path for problem in found] == [rule.path]
    assert "cites 'NMS 14.33'" in found[0].message and "Did you mean 'NMS 14.3'?" in found[0].message


def test_a_rule_without_a_breach_case_does_not_make_a_provision_automated() -> None:
    rule = BOOK.rules["NMS14.3-papers-in-advance"]
    cases = "- name: in time\n  as_of: 2026-03-31\n  records: {}\n  expect: {met: [P1]}\n"
    book = replace(BOOK, rules={**BOOK.rules, rule.id: replace(rule, cases=(cases, "rules/x.cases.yaml"))})
    found = [problem.message for problem in register.problems(REGISTER, book)]
    assert found == ["NMS 14.3 is automated by NMS14.3-papers-in-advance, which has no case that expects breach."]


def test_rules_of_the_services_own_need_not_be_in_the_register() -> None:
    rule = replace(BOOK.rules["NMS14.3-papers-in-advance"], id="POL-own", path="own/rule.yaml", own=True, cites=("POLICY 4",))
    book = replace(BOOK, rules={**BOOK.rules, rule.id: rule})
    assert register.problems(REGISTER, book) == []


# --- what an audit did not look at ---


def _result(rule_id: str, status: str, reason: str | None = None) -> RuleResult:
    none = Counts(0, 0, 0, 0, 0, 0)
    return RuleResult(
        rule_id, 1, "", (), "protection", "requirement", "complete", "major", "high", status, reason, none, none
    )


def _small() -> Register:
    """One provision of each status, all of them from the register itself."""
    chosen = ("NMS 14.3", "NMS 24.6", "NMS 3.5", "CPPCR 11")
    return replace(REGISTER, provisions=tuple(one for one in REGISTER.provisions if one.cite in chosen))


def test_an_assessed_rule_leaves_nothing_of_an_automated_provision() -> None:
    results = [_result("NMS14.3-papers-in-advance", "assessed"), _result("NMS24.6-appraisal", "not_applicable")]
    seen = register.not_looked_at(results, _small())
    assert [(one.cite, one.kind) for one in seen] == [
        ("NMS 3.5", "manual"),
        ("NMS 24.6", "partly"),
        ("CPPCR 11", "outside"),
    ]
    assert all(one.why for one in seen)
    assert seen[0].question


def test_a_rule_that_could_not_be_assessed_leaves_its_provision_unseen_and_says_why() -> None:
    results = [_result("NMS14.3-papers-in-advance", "not_assessed", "table panels")]
    seen = {one.cite: one for one in register.not_looked_at(results, _small())}
    assert seen["NMS 14.3"].kind == "not_assessed"
    assert "table panels" in seen["NMS 14.3"].why
    assert seen["NMS 24.6"].why == "Its rules were not part of this audit."


# --- the command ---


def test_the_command_prints_the_coverage() -> None:
    text = CliRunner().invoke(cli, ["rules", "coverage"])
    assert text.exit_code == 0
    assert "NMS 21.8 " in text.output and "NMS21.8-unannounced" in text.output
    assert text.output == as_text(REGISTER)
    found = CliRunner().invoke(cli, ["rules", "coverage", "--format", "json"])
    assert found.exit_code == 0 and found.output == as_json(REGISTER)


def test_totals_add_up() -> None:
    count = totals(REGISTER.provisions)
    assert count.pop("all") == sum(count.values()) == 429
