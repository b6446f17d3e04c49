"""`auditor rules`: browse, check and test the rulebook."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from auditor.errors import EXIT_RULES


@click.group(invoke_without_command=True)
@click.pass_context
def rules(context: click.Context) -> None:
    """Browse, check and test the rulebook. Without a subcommand it lists the rules.

    \b
    Examples:
      auditor rules
      auditor rules show NMS21.8-unannounced
    """
    if context.invoked_subcommand is None:
        context.invoke(list_rules, rules_paths=())


def rules_option(function: Any) -> Any:
    return click.option(
        "--rules",
        "rules_paths",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="A rule file, or a folder of them, to add to the rulebook. May be given several times.",
    )(function)


@rules.command("list")
@rules_option
def list_rules(rules_paths: tuple[Path, ...]) -> None:
    """List every rule: id, type, citation and title.

    \b
    Examples:
      auditor rules list
      auditor rules list --rules our-rules/
    """
    from auditor.rulefile import load_rulebook

    book = load_rulebook(list(rules_paths))
    for rule in book.rules.values():
        click.echo(f"{rule.id:<42} {rule.type:<15} {', '.join(rule.cites):<28} {rule.title}")
    click.echo(f"{len(book.rules)} rules", err=True)


@rules.command("check")
@rules_option
def check_rules(rules_paths: tuple[Path, ...]) -> None:
    """Check that every rule is well formed and can run, and that rules and the register of provisions agree.

    With --rules, only the rules added. Prints every problem with its file and line.

    \b
    Example:
      auditor rules check --rules our-rules/
    """
    from auditor import pick, register, workstreams
    from auditor.rulecheck import check
    from auditor.rulefile import load_rulebook

    book = load_rulebook(list(rules_paths))
    if rules_paths:
        book = replace(book, rules={key: rule for key, rule in book.rules.items() if rule.own})
    found = check(book)
    if not rules_paths:
        law = register.shipped_register()
        found += register.problems(law, book)
        found += workstreams.problems(book.rules, [provision.cite for provision in law.provisions])
        found += pick.file_problems()
    problems = sorted(set(found))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in {_rules(len(book.rules))}", err=True)
        sys.exit(EXIT_RULES)
    click.echo(f"{_rules(len(book.rules))} {'is' if len(book.rules) == 1 else 'are'} well formed and can run.")


def _rules(count: int) -> str:
    return f"{count} rule" if count == 1 else f"{count} rules"


@rules.command("test")
@rules_option
@click.argument("ids", nargs=-1)
def test_rules(rules_paths: tuple[Path, ...], ids: tuple[str, ...]) -> None:
    """Run the cases of every rule, or of the rules named; with --rules and no ID, of the rules added.

    \b
    Examples:
      auditor rules test
      auditor rules test NMS21.8-unannounced
      auditor rules test --rules our-rules/
    """
    from auditor.errors import UsageError, nearest
    from auditor.rulecheck import test
    from auditor.rulefile import load_rulebook

    book = load_rulebook(list(rules_paths))
    for name in ids:
        if name not in book.rules:
            raise UsageError(f"There is no rule '{name}'." + nearest(name, list(book.rules)))
    if rules_paths and not ids:
        ids = tuple(rule.id for rule in book.rules.values() if rule.own)
    results = test(book, ids)
    failed = [result for result in results if result.failures]
    for result in failed:
        click.echo(f"{result.path}:{result.line}: {result.rule_id}: {result.name}")
        for failure in result.failures:
            click.echo(f"    {failure}")
    click.echo(f"{_cases(len(results) - len(failed))} passed, {len(failed)} failed")
    if failed:
        sys.exit(EXIT_RULES)


def _cases(count: int) -> str:
    return f"{count} case" if count == 1 else f"{count} cases"


@rules.command("show")
@rules_option
@click.argument("rule_id", metavar="ID")
@click.option("--sql", is_flag=True, help="Show the SQL that is run.")
def show_rule(rules_paths: tuple[Path, ...], rule_id: str, sql: bool) -> None:
    """One rule in words: what the law asks, how it is checked, its parameters.

    \b
    Example:
      auditor rules show NMS21.8-unannounced --sql
    """
    from auditor.errors import UsageError, nearest
    from auditor.explain import rule_text
    from auditor.rulefile import load_rulebook

    book = load_rulebook(list(rules_paths))
    if rule_id not in book.rules:
        raise UsageError(f"There is no rule '{rule_id}'." + nearest(rule_id, list(book.rules)))
    click.echo(rule_text(book, book.rules[rule_id], sql=sql), nl=False)


@rules.command("coverage")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def coverage(style: str) -> None:
    """How the rulebook covers the law: each provision by regulation and standard, its status and its rules.

    \b
    Example:
      auditor rules coverage --format json > coverage.json
    """
    from auditor.provisions import as_json, as_text
    from auditor.register import shipped_register

    register = shipped_register()
    click.echo(as_json(register) if style == "json" else as_text(register), nl=False)
