"""Help in the language of the command line: `InLanguage` gives a command Chinese help where Chinese is asked for.

The help stands in English where commands and options are declared; ``labels/zh_help.toml`` has the Chinese under the
same words. It is laid over a command when its help is printed, and taken off again: the next command of this process
may speak English. Nothing heavy is imported at the top: `sim --help` reads this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from sim.cli.spoken import ENGLISH, language_now

PANELS = ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE")
AROUND = (*PANELS, "DEFAULT_STRING", "REQUIRED_LONG_STRING")
"""Words around a help, by the names that typer has for them."""

TEXT_MAKERS = ("_make_rich_text", "_make_rich_rext")
"""What makes typer's texts of help, by the names that it has had in typer: one of them is there."""

IN_USAGE = ("Usage: ", "[OPTIONS]", "COMMAND [ARGS]...")

if TYPE_CHECKING:
    Command = TyperCommand
else:
    Command = object


class InLanguage(Command):
    """A command whose usage and help are in the language of the command line."""

    def get_usage(self, ctx: Any) -> str:
        """Return the line that begins with Usage."""
        usage = super().get_usage(ctx)
        if language_now() == ENGLISH:
            return usage
        for english in IN_USAGE:
            usage = usage.replace(english, chinese_of(english), 1)
        return usage

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        if language_now() == ENGLISH:
            super().format_help(ctx, formatter)
            return
        with in_chinese(self, ctx):
            super().format_help(ctx, formatter)


class SpokenCommand(InLanguage, TyperCommand):
    """A command of its own."""


def chinese_of(english: str) -> str:
    """Return the Chinese of a help, or the help where it has none, as a command of another package."""
    from sim.text.labels import helps

    return helps().get(english) or helps().get(" ".join(english.split()), english)


@contextmanager
def in_chinese(command: Any, context: Any) -> Iterator[None]:
    """Have what a command's help is made of in Chinese: its own words, those of its parts, and typer's around them."""
    from typer import rich_utils

    from sim.cli.folded_text import folding

    with ExitStack() as afterwards:
        for part in (command, *getattr(command, "commands", {}).values(), *command.get_params(context)):
            afterwards.enter_context(changed(part, "help", chinese_of))
        for name in AROUND:
            afterwards.enter_context(changed(rich_utils, name, chinese_of))
        for name in TEXT_MAKERS:
            afterwards.enter_context(changed(rich_utils, name, folding))
        yield


@contextmanager
def changed(owner: Any, name: str, change: Callable[[Any], Any]) -> Iterator[None]:
    """Have something of an object otherwise for a while; what it has not is left out."""
    before = getattr(owner, name, None)
    if not before:
        yield
        return
    setattr(owner, name, change(before))
    try:
        yield
    finally:
        setattr(owner, name, before)
