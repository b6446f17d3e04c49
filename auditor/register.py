"""The register of every provision: what the law asks, whether a rule judges it from records, and what is left for a
person to look at.

One file for each instrument under `rules/register/`, in the law's order; `rules/sources.yaml` says where each
instrument stands. Here the register and the rules are checked against each other both ways, and an audit learns what
it did not look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from auditor import shipped
from auditor.errors import Problem, RulesError, nearest
from auditor.model import RuleResult
from auditor.registerfile import Provision, Register, load_register
from auditor.rule import Rule, Rulebook
from auditor.yamlfile import Map, load

PROOF = ("met", "breach")


@dataclass(frozen=True)
class NotLookedAt:
    """A provision, or a part of one, that an audit did not judge. `kind` is `manual` (an auditor must look), `partly`
    (a part is left), `not_assessed` (its rules could not be run with this export, or were not asked for) or `outside`
    (another body's duty). `why` is a sentence for each; `question` may be empty."""

    cite: str
    heading: str
    duty: str
    kind: str
    why: str
    question: str = ""
    rules: tuple[str, ...] = ()


def cited_under(cite: str, wanted: str) -> bool:
    """Whether a citation is the provision wanted or a part of it."""
    return cite == wanted or (cite.startswith(wanted) and cite[len(wanted)] in "(. ")


@lru_cache(maxsize=1)
def shipped_register() -> Register:
    """The register that ships with the rulebook. Raises RulesError."""
    return load_register(shipped.folder("rules"), "rules")


def problems(register: Register, book: Rulebook) -> list[Problem]:
    """Where register and rules do not agree, both ways, in order of place.

    Rules that a service adds from its own folder are not asked to be in the register.
    """
    own = {key: rule for key, rule in book.rules.items() if not rule.own}
    found = [problem for rule in own.values() for problem in _rule_problems(rule, register)]
    outcomes = {key: expected_outcomes(rule) for key, rule in own.items()}
    for provision in register.provisions:
        for name in provision.rules:
            found += _listed_problems(provision, name, own, outcomes)
    return sorted(set(found))


def _rule_problems(rule: Rule, register: Register) -> list[Problem]:
    """Each citation of a rule is in the register, as an entry or as the whole of several; the rule is named there."""
    cites = [provision.cite for provision in register.provisions]
    found = [
        Problem(
            rule.path,
            rule.line,
            f"{rule.id} cites '{cite}', which is not in the register of provisions.{nearest(cite, cites)}",
        )
        for cite in rule.cites
        if not cite.startswith("POLICY ") and not any(cited_under(known, cite) for known in cites)
    ]
    if not any(rule.id in provision.rules for provision in register.provisions):
        cite = rule.cites[0]
        found.append(
            Problem(
                rule.path,
                rule.line,
                f"{rule.id} is named by no provision of the register; add it to 'rules' under {cite} in rules/register.",
            )
        )
    return found


def _listed_problems(
    provision: Provision, name: str, rules: dict[str, Rule], outcomes: dict[str, frozenset[str]]
) -> list[Problem]:
    """A rule that a provision names exists, cites it (or its whole, or a part of it), and is proved by cases."""
    if name not in rules:
        words = f"{provision.cite} names '{name}', and there is no such rule.{nearest(name, list(rules))}"
        return [Problem(provision.path, provision.line, words)]
    rule, found = rules[name], []
    cite = provision.cite
    if not any(cited_under(cite, one) or cited_under(one, cite) for one in rule.cites):
        found.append(f"{cite} names {name}, which does not cite it; add the citation to the rule, or take it out here.")
    proof = ("prompt",) if rule.check.get("prompt") else PROOF
    lacking = [word for word in proof if word not in outcomes[name]]
    if lacking:
        found.append(f"{cite} is {provision.status} by {name}, which has no case that expects {' or '.join(lacking)}.")
    return [Problem(provision.path, provision.line, words) for words in found]


def expected_outcomes(rule: Rule) -> frozenset[str]:
    """The outcomes that the cases beside a rule expect at least once, as written; nothing is run."""
    if rule.cases is None:
        return frozenset()
    try:
        cases: Any = load(*rule.cases)
    except RulesError:
        return frozenset()
    expectations = [case.get("expect") for case in cases or () if isinstance(case, Map)]
    return frozenset(
        str(word) for expect in expectations if isinstance(expect, Map) for word, rows in expect.items() if rows
    )


def not_looked_at(rule_results: Iterable[RuleResult], register: Register | None = None) -> tuple[NotLookedAt, ...]:
    """What an audit with these results did not judge, in the law's order: provisions for an auditor or outside the
    service, the part that rules leave, and provisions none of whose rules could be assessed."""
    results = {result.id: result for result in rule_results}
    found = []
    for provision in (register or shipped_register()).provisions:
        kind, why = provision.status, provision.why
        if provision.rules and not any(_ran(results.get(name)) for name in provision.rules):
            kind, why = "not_assessed", _why_not(provision, results)
        if kind != "automated":
            found.append(
                NotLookedAt(
                    provision.cite,
                    provision.heading,
                    provision.duty,
                    kind,
                    why,
                    provision.question,
                    provision.rules,
                )
            )
    return tuple(found)


def _ran(result: RuleResult | None) -> bool:
    return result is not None and result.status in ("assessed", "not_applicable")


def _why_not(provision: Provision, results: dict[str, RuleResult]) -> str:
    known = [results[name] for name in provision.rules if name in results]
    if not known:
        return "Its rules were not part of this audit."
    reasons = sorted({result.reason for result in known if result.reason})
    return "Its rules could not be assessed: " + "; ".join(reasons) if reasons else "Its rules could not be assessed."
