"""The command: reads arguments, calls, prints, and exits with the code that docs/reference/command.md gives.

Each subcommand lives in a module of its own and is imported only when it is called, so that start-up stays short.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click

from auditor import __version__
from auditor.errors import EXIT_DEFECT, AuditorError

COMMANDS = {
    "run": "auditor.cli.run:run",
    "check-export": "auditor.cli.check:check_export",
    "map": "auditor.cli.map:map_export",
    "rules": "auditor.cli.rules:rules",
    "explain": "auditor.cli.explain:explain",
    "template": "auditor.cli.template:template",
    "demo": "auditor.cli.demo:demo",
    "completion": "auditor.cli.completion:completion",
}
SHORT_HELP = {
    "run": "Audit an export and write the reports.",
    "check-export": "Say whether an export is usable, and what cannot be audited with it.",
    "map": "Draft a mapping for an export in names of its own.",
    "rules": "Browse, check and test the rulebook.",
    "explain": "Say in full why a finding was made, or what a rule asks.",
    "template": "Write empty tables to fill, in the names the audit reads.",
    "demo": "Write a made-up agency's export and audit it.",
    "completion": "Print the script for completion in bash, zsh or fish.",
}


class _Lazy(click.Group):
    """A group that imports a subcommand only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        return getattr(importlib.import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SHORT_HELP.items()))


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="auditor")
def cli() -> None:
    """Audit the case records of a fostering service against the regulations and standards for England.

    \b
    Examples:
      auditor demo                                   audit a made-up agency
      auditor run EXPORT                             audit your own export
      auditor run EXPORT --as-of 2026-03-31 --since 2024-09-01
      auditor rules show NMS21.8-unannounced         one rule in words
    """


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the command. Every error a user can cause is shown in words, without a traceback."""
    try:
        code = cli.main(arguments, prog_name="auditor", standalone_mode=False)
        _finish(code if isinstance(code, int) else 0)
    except SystemExit as end:
        # click notices a broken pipe itself, and says so by this wrapper.
        _finish(0 if type(sys.stdout).__name__ == "PacifyFlushWrapper" else end.code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("Stopped; nothing was written.", err=True)
        sys.exit(130)
    except AuditorError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _finish(0)
    except Exception as error:
        if "AUDITOR_TRACEBACK" in os.environ:
            raise
        click.echo(
            f"This is a defect of the program ({type(error).__name__}), not of your export. "
            "Run again with AUDITOR_TRACEBACK=1 and report what it prints (it may hold values from records).",
            err=True,
        )
        sys.exit(EXIT_DEFECT)


def _finish(code: object) -> NoReturn:
    """Write out what is left and exit. Where the reader of stdout went away, as `| head` does, it goes nowhere, quietly."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)  # type: ignore[arg-type]
