"""Text of a seller's own scenario: a commented file that stands alone, made from a few answers.

`starter` returns it. Every meaning, unit, benchmark and source in it is taken from the declarations, so that the file
cannot say anything else than `sim explain`. An answer reaches it only as a number, an interval or an amount that was
read and checked.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

from sim.business.calendar import DAYS_A_MONTH
from sim.business.channels import channel, single_channel_strategies
from sim.business.parameters import Parameter
from sim.cli.init_answers import CURRENCY, Answers, Row, Told
from sim.cli.init_coupling import coupled
from sim.randomness.copula import correlation_matrix
from sim.randomness.distributions import from_leaf
from sim.randomness.distributions.notation import written
from sim.randomness.streams import Array
from sim.scenario.declarations import declared
from sim.scenario.json_schema import HEAD
from sim.text.labels import label
from sim.text.refusals import said_in

DEFAULT_MONTHS = int(HEAD["horizon_days"]["default"]) // DAYS_A_MONTH
DEFAULT_LANGUAGE = "en"

WIDTH = 116
"""Columns of a comment."""

STRATEGIES: dict[str, tuple[str, ...]] = {
    "independent": ("store",),
    "alibaba": ("alibaba",),
    "aliexpress": ("aliexpress",),
    "dual": ("alibaba", "store"),
}
"""Ways of selling in the order in which they are offered, and the channels of each; those registered follow."""

FIRST_BUDGET = "store.budget.first_budget"
IN_PROPORTION = ("store.budget.test_budget", "store.budget.lowest", "store.budget.highest")
"""Budgets that follow the first one as in the benchmark: a first budget below the lowest would be raised to it."""

CORRELATIONS = Path(__file__).with_name("init_correlations.yaml")
REMARK = re.compile(r'(?<=# ).*$|(?<=source: ").*?(?=")')
"""Words in the file of trade rules: a remark behind a value, and a source."""

TRADE_RULES = Path(__file__).with_name("init_trade_rules.yaml")
"""As in configs/market.yaml (a test compares): the declarations know neither correlations nor a calendar."""

CHOSEN = {f"{name}.pricing.rule": "cover_costs" for name in ("store", "alibaba", "aliexpress")}
"""By dotted key: what configs/market.yaml chooses against a declaration, whose default changes nothing."""


def declarations() -> dict[str, Parameter]:
    """Return what is declared, by dotted key, with the defaults of its channel."""
    return {key: parameter for key, parameter, *_ in declared()}


def offered() -> dict[str, tuple[str, ...]]:
    """Return the ways of selling that can be asked for: every registered channel is one by itself."""
    return STRATEGIES | single_channel_strategies()


def channels_of(strategies: tuple[str, ...]) -> list[str]:
    """Return the channels of strategies, each once, in the order in which they are offered."""
    used = {name for strategy in strategies for name in offered()[strategy]}
    return [name for name in dict.fromkeys(chain(*offered().values())) if name in used]


def title_of(strategy: str, language: str) -> str:
    """Return what a strategy is called; one without a label by the title of its channel."""
    found = label(strategy, language)
    return channel(offered()[strategy][0]).title if found == strategy else found


def channel_title(name: str, language: str) -> str:
    """Return what a channel is called."""
    return title_of(channel(name).strategy, language)


def correlations() -> list[Row]:
    """Return the rows of the shipped correlations."""
    rows = CORRELATIONS.read_text(encoding="utf-8").splitlines()[1:]
    cells = (row.strip(" -[]").split(", ") for row in rows)
    return [(first, second, float(value)) for first, second, value in cells]


def correlation_of(keys: Sequence[str]) -> Array:
    """Return the (n, n) matrix of the shipped correlations of these numbers."""
    rows = {(first, second): value for first, second, value in correlations() if {first, second} <= set(keys)}
    return correlation_matrix(keys, rows)


def in_proportion(first_budget: Told) -> dict[str, Told]:
    """Return the budgets that follow the store's first one."""
    known, value = declarations(), written(str(first_budget.value))
    usual_first = from_leaf(known[FIRST_BUDGET].default).mean
    out = {}
    for key in IN_PROPORTION:
        amount = round(value.ends[0] * from_leaf(known[key].default).mean / usual_first, 2)
        out[key] = Told(f"{amount:.15g} {value.unit}" if value.unit else amount, first_budget.words)
    return out


def name_for(stem: str) -> str:
    """Return the scenario's name for a file of this name; ``shop`` where the file's own cannot be one."""
    return stem if re.search(HEAD["name"]["pattern"], stem) and stem.isascii() and "\n" not in stem else "shop"


def starter(answers: Answers | None = None, name: str = "shop", language: str = "en") -> str:
    """Return the text of a scenario that stands alone; the answers were checked before.

    Headings are in the language, meanings are those of the declarations.
    """
    answers = answers or Answers()
    strategies = answers.strategies or tuple(offered())
    page = Page(declarations(), answers, language)
    lines = [*page.note("init_file_head"), *_head(page, answers, name, strategies), "", "wallet:"]
    lines += page.entry("wallet.capital")
    for name_of_channel in channels_of(strategies):
        lines += ["", *_channel(page, name_of_channel)]
    channels = channels_of(strategies)
    if any("import_charges" in {part.section for part in channel(name).parts} for name in channels):
        lines += ["", *trade_rules(language)]
    if rows := list(_correlations(answers, channels)):
        lines += ["", *page.note("init_file_correlations"), "correlations:", *rows]
    return "\n".join(lines) + "\n"


def trade_rules(language: str) -> Iterator[str]:
    """Yield the calendar of trade rules, its remarks and its sources in a language."""
    for line in TRADE_RULES.read_text(encoding="utf-8").splitlines():
        yield REMARK.sub(lambda found: label(found[0], language), line)


def _head(page: Page, answers: Answers, name: str, strategies: tuple[str, ...]) -> Iterator[str]:
    yield f"name: {name}"
    yield f"title: {label('init_file_title', page.language)}"
    values = {key: HEAD[key]["default"] for key in ("currency", "exchange_rates", "start_date", "horizon_days")}
    values["exchange_rates"] = dict(answers.money.rates)
    if answers.months is not None:
        values["horizon_days"] = DAYS_A_MONTH * answers.months
    if answers.money.currency != CURRENCY:
        values["display_currency"] = answers.money.currency
    if page.language != DEFAULT_LANGUAGE:
        values["language"] = page.language
    for key, value in values.items():
        yield from page.comment(label(HEAD[key]["description"], page.language), "")
        yield f"{key}: {yaml_text(value)}"
    yield ""
    yield from page.note("init_file_strategies")
    yield "strategies:"
    for strategy in strategies:
        title = title_of(strategy, page.language)
        yield f"  {strategy}: {yaml_text(list(offered()[strategy]))}  # {title}"


def _correlations(answers: Answers, channels: list[str]) -> Iterator[str]:
    """Yield the rows whose two numbers are both of these channels and in the file."""
    for first, second, value in coupled(correlations(), answers.cost_shares):
        used = {first.split(".")[0], second.split(".")[0]} <= set(channels)
        if used and not {first, second} & set(answers.instead):
            yield f"  - [{first}, {second}, {yaml_text(value)}]"


def _channel(page: Page, name: str) -> Iterator[str]:
    title = channel_title(name, page.language)
    yield f"{name}:  # {title}"
    written_out = (f"{name}.{key}" for key in channel(name).keys_to_write())
    keys = [key.split(".")[1:] for old in written_out for key in page.answers.instead.get(old, (old,))]
    for section, members in groupby(keys, key=lambda parts: parts[0]):
        yield f"  {section}:  # {label(channel(name).part(section).mechanism.does, page.language)}"
        for _, key in members:
            yield from page.entry(f"{name}.{section}.{key}")


@dataclass(frozen=True)
class Page:
    """How a key stands in the file: its comment, then its value; by dotted key, what is declared and was answered."""

    known: dict[str, Parameter]
    answers: Answers
    language: str

    def note(self, key: str) -> list[str]:
        """Return a label as comment lines."""
        return [line for part in label(key, self.language).split("\n") for line in self.comment(part, "")]

    def comment(self, text: str, indent: str) -> list[str]:
        """Return comment lines."""
        start = f"{indent}# "
        return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False)

    def entry(self, key: str) -> list[str]:
        """Return a key's comment and value, indented by its depth."""
        indent = "  " * key.count(".")
        told = self.answers.told.get(key)
        value = CHOSEN.get(key, self.known[key].default) if told is None else told.value
        return [*self.comment(self.described(key), indent), f"{indent}{key.rsplit('.', 1)[1]}: {yaml_text(value)}"]

    def described(self, key: str) -> str:
        """Return meaning, unit or options, range of the benchmark, source."""
        parameter = self.known[key]
        allowed = {"switch": "true, false", "choice": ", ".join(parameter.options)}
        unit = label(parameter.unit, self.language).replace(label("money", self.language), CURRENCY)
        words = [allowed.get(parameter.form) or unit]
        if told := self.answers.told.get(key):
            answer = "init_file_answer" if told.benchmark else "init_file_own"
            words.append(label(answer, self.language, value=yaml_text(parameter.default)))
            words += [told.words] if told.words else []
            if not told.benchmark:
                return f"{label(parameter.meaning, self.language)} [{'; '.join(words)}]"
        if isinstance(parameter.default, Mapping):
            words.append(label("init_file_mostly", self.language, range=usual(parameter.default)))
        if parameter.form in ("number", "delay"):
            words.append(label("init_file_source", self.language, source=label(parameter.source, self.language)))
        return f"{said_in(parameter.meaning, self.language)} [{'; '.join(words)}]"


def usual(default: object) -> str:
    """Return the 5% and 95% points of a benchmark, rounded for reading; the value alone where it is certain."""
    ends = (f"{end:,.0f}" if abs(end) >= 10 else f"{end:.2g}" for end in from_leaf(default).ppf([0.05, 0.95]))
    return " to ".join(dict.fromkeys(ends))


def yaml_text(value: object) -> str:
    """Return numbers, truth values, plain words, and lists and mappings of them on one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {yaml_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(yaml_text(inner) for inner in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.+-]+(?: [A-Za-z0-9_.+-]+)*", value):
        return value
    raise TypeError(f"no value of a starter file: {value!r}")
