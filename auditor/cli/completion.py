"""`auditor completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete commands and options when Tab is pressed.

    \b
    Examples:
      auditor completion bash > ~/.local/share/bash-completion/completions/auditor
      auditor completion zsh > ~/.zfunc/_auditor            with ~/.zfunc in fpath, before compinit
      auditor completion fish > ~/.config/fish/completions/auditor.fish
    """
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    made = {"bash": _bash(BashComplete), "zsh": ZshComplete, "fish": FishComplete}[shell]
    click.echo(made(context.find_root().command, {}, "auditor", "_AUDITOR_COMPLETE").source())


def _bash(base: type) -> type:
    """The script without asking which bash is there: it may be meant for another machine."""

    class Bash(base):  # type: ignore[misc]
        @staticmethod
        def _check_version() -> None:
            return None

    return Bash
