"""The command line `sim`: `app` holds the commands, `main` runs them and turns errors into messages and statuses.

The commands themselves are the functions of `run`, `studies` and `sweeps`. Bad input ends with status 2, Ctrl-C with
130. `sim --help` imports nothing heavy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

import sim
from sim.cli import options
from sim.cli.configs import configs
from sim.cli.help import InLanguage, SpokenCommand
from sim.cli.run import explain, init, path, report, run, schema, validate
from sim.cli.spoken import ENGLISH, begin, language_now
from sim.cli.streams import prepare_streams
from sim.cli.studies import cash, compare, facts, learn, need, readings
from sim.cli.sweeps import query, status, sweep

BAD_INPUT = 2
INTERRUPTED = 130
WRONG_WORDS: Any = typer.BadParameter.__base__
"""What is wrong with the words of a command line: click's error, or its copy in later versions of typer."""

LESS_MEMORY = "try fewer --worlds, fewer --jobs, or --keep summary"


class Commands(InLanguage, TyperGroup):
    """The commands, whose help, and refusals of a word or an option, are in the language of the command line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words before a command's name."""
        with wrong_words_told():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        with wrong_words_told():
            return super().invoke(ctx)


@contextmanager
def wrong_words_told() -> Iterator[None]:
    """Tell what is wrong with words in one sentence, where it is Chinese."""
    try:
        yield
    except WRONG_WORDS as error:
        if language_now() == ENGLISH or type(error).__name__ == "NoArgsIsHelpError":
            raise
        fail(error.format_message())


app = typer.Typer(
    cls=Commands,
    help="How likely is a profit: own store, platforms, or both? Monte Carlo simulation for cross-border sellers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def print_version(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        print(f"sim {sim.__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")]
Spoken = Annotated[options.LanguageChoice, typer.Option("--language", help=options.LANGUAGE)]


@app.callback()
def start(version: Version = False, language: Spoken = options.LanguageChoice.AUTO) -> None:
    """How likely is a profit: own store, platforms, or both? Monte Carlo simulation for cross-border sellers."""


COMMANDS = (init, configs, run, validate, explain, schema, facts, report, compare, readings, learn, cash, need, path)

for command in (*COMMANDS, sweep, status, query):
    app.command(cls=SpokenCommand)(command)


def main() -> None:
    """Run the command line; bad input ends with status 2 and one message, never a traceback."""
    prepare_streams()
    begin()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # else a full disk is noticed when Python ends, by Python
    except (ValueError, RuntimeError) as error:
        # Asked only now: what can go wrong is known to modules that `sim --help` does not need.
        if not isinstance(error, input_errors()):
            raise
        fail(str(error))
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # what typer makes of Ctrl-C
            stopped()
        raise
    except KeyboardInterrupt:  # before typer has begun
        stopped()
    except MemoryError as error:
        fail(f"this machine has too little memory ({error or 'none is left'}); {LESS_MEMORY}")
    except OSError as error:  # no file handle is left, the disk of standard output is full
        fail(f"{error.filename or 'this machine'}: {error.strerror or error}")


def input_errors() -> tuple[type[Exception], ...]:
    """Return what ends a command with status 2 and one message: bad input, and what the machine cannot give."""
    from sim.business.mechanisms.freezes import TooManyFreezes
    from sim.estimates import EstimateRefused
    from sim.results.atomic_writes import StorageError
    from sim.scenario.conditions import ConditionError
    from sim.scenario.problems import ScenarioError
    from sim.scenario.yaml_reader import ConfigError
    from sim.simulation.plan import PlanError
    from sim.simulation.processes import HelperEnded

    refused = (ConditionError, ConfigError, EstimateRefused, PlanError, ScenarioError, TooManyFreezes)
    return (*refused, HelperEnded, StorageError)


def stopped() -> NoReturn:
    """Say that Ctrl-C was heard."""
    print(in_language("stopped; nothing half-written"), file=sys.stderr)
    raise SystemExit(INTERRUPTED)


def fail(message: str) -> NoReturn:
    """Print one message and end with status 2; what a file made it quote reaches no terminal as a command."""
    visible = (sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1] for sign in in_language(message))
    print(f"{in_language('error: ')}{''.join(visible)}", file=sys.stderr)
    raise SystemExit(BAD_INPUT)


def in_language(message: str) -> str:
    """Return a message in the language of the command that runs."""
    language = language_now()
    if language == ENGLISH:
        return message
    from sim.text.refusals import refusal_in

    return refusal_in(message, language)
