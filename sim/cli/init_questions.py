"""The dialogue of `sim init`: what decides a shop, asked in turn, each question with its benchmark.

`ask_all` asks at most thirteen, fewer for fewer ways of selling, in the order in which the numbers decide (`sim learn`
on the benchmarks: price first, then conversion, membership, click price; then what every seller knows). Enter keeps
the benchmark, "?" tells more, what cannot be taken is asked again with what can.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from sim.business.parameters import Parameter
from sim.cli import init_template as template
from sim.cli.init_answers import AnswerError, Answers, Told
from sim.cli.init_costs import read_goods
from sim.cli.init_coupling import MARGIN, PRICE
from sim.cli.init_reading import (
    MAX_ANSWER,
    MAX_MONTHS,
    MIN_MONTHS,
    distribution_of,
    listed,
    parts,
    reach,
    read_amount,
    read_money,
    read_months,
    read_number,
    read_strategies,
    tidy,
)
from sim.cli.init_seen import MAX_SEEN, PLACES, meta_click_price, read_seen, told_by
from sim.randomness.distributions import Distribution, from_leaf
from sim.scenario.values import is_fraction
from sim.scenario.yaml_reader import ConfigError
from sim.text.labels import label

SUFFIXES = (".yaml", ".yml")
"""A scenario in .json is taken for the manifest of a run."""

RETAIL, WHOLESALE = ("store", "aliexpress"), ("alibaba",)
"""Channels whose buyers are consumers, and businesses: within each the same product is sold."""

BUDGETS = {"store": template.FIRST_BUDGET} | {name: f"{name}.p4p.daily_budget" for name in ("alibaba", "aliexpress")}

FAR = 0.005
"""Share of the benchmark beyond the middle of what a test made of it: rather a slip, or another currency."""

COLUMNS, INDENT = 80, " " * 6

MORE = "?"
UNKNOWN = frozenset(
    {
        *("i do not know", "i don't know", "do not know", "don't know", "dont know", "unknown", "no idea"),
        *("不知道", "我不知道", "不清楚", "不确定"),
    }
)
"""What means the same as Enter."""

NOTHING = frozenset(("nothing", "no", "none", "not yet", "没有", "无", "暂无", "还没有"))
"""What has been seen before a first test."""

Ask = Callable[[str], str]
Show = Callable[[str], None]


class Question(NamedTuple):
    """One thing that is asked.

    Parameters
    ----------
    text : str
        With what Enter keeps.
    more : tuple of str
        What "?" shows.
    take : callable
        From what was typed to a remark on what was made of it, often none; raises :class:`AnswerError`.
    most : int
        Characters of an answer.
    kept : frozenset of str
        Words that mean Enter.
    """

    name: str
    text: str
    more: tuple[str, ...]
    take: Callable[[str], str]
    most: int = MAX_ANSWER
    kept: frozenset[str] = UNKNOWN


def check_file(file: Path, force: bool, language: str = "en") -> None:
    """Refuse a file that is there, unless forced, and a name that no scenario can have."""
    shown = str(file) if str(file).isprintable() else repr(str(file))
    if file.suffix.lower() not in SUFFIXES or not str(file).isprintable():
        raise ConfigError(label("init_bad_file", language, file=shown[:200]))
    # lexists: a link that leads nowhere is something of the seller's too; a name too long to exist is no error here.
    if os.path.lexists(file) and (not force or file.is_dir()):
        raise ConfigError(label("init_exists", language, file=shown))


def ask_all(ask: Ask, show: Show, language: str = "en") -> Answers:
    """Ask until every question has an answer.

    ``ask`` turns a prompt into the line typed, and raises EOFError where there are no more.
    """
    answers = Answers()
    show(label("init_welcome", language))
    _ask_one(_strategies_question(answers, language), "1", ask, show, language)
    makers = list(_makers(template.channels_of(answers.strategies or tuple(template.offered()))))
    for position, make in enumerate(makers, 2):
        _ask_one(make(answers, language), f"{position}/{len(makers) + 1}", ask, show, language)
    return answers


def _ask_one(question: Question, position: str, ask: Ask, show: Show, language: str) -> None:
    show("\n" + _wrapped(question.text, f"{position:<6}"))
    while True:
        try:
            typed = tidy(ask("> "), language, question.most)
            if typed == MORE:
                show("\n".join(map(_wrapped, question.more)))
                continue
            kept = typed.lower().rstrip(".!。") in question.kept
            if typed and not kept and (remark := question.take(typed)):
                show(_wrapped(remark))
            return
        except AnswerError as error:
            show(_wrapped(label("init_again", language, reason=error)))
        except UnicodeDecodeError:
            show(_wrapped(label("init_again", language, reason=label("init_no_text", language))))
        except EOFError as error:
            raise ConfigError(label("init_stopped", language)) from error


def _wrapped(text: str, first: str = INDENT) -> str:
    """Return text in lines that fit a terminal, all but the first indented; a Chinese sign takes two columns."""
    console = Console(width=COLUMNS)
    lines = (piece for line in text.split("\n") for piece in Text(line).wrap(console, COLUMNS - len(INDENT)))
    return first + f"\n{INDENT}".join(line.plain.rstrip() for line in lines)


Make = Callable[[Answers, str], Question]


def _makers(channels: Sequence[str]) -> Iterator[Make]:
    """Yield what makes each further question, for these channels."""
    yield _money_question
    retail, wholesale = ([name for name in kind if name in channels] for kind in (RETAIL, WHOLESALE))
    for kind, sellers in (("retail", retail), ("wholesale", wholesale)):
        if sellers:
            yield _number(f"{kind}_price", [f"{name}.{PRICE}" for name in sellers])
            yield _goods(kind, sellers)
    if tested := [name for name in channels if name in PLACES]:
        yield _seen(tested)
    if wholesale:
        yield _number("membership", ["alibaba.membership.annual_fee"])
    if retail:
        yield _number("returns", [f"{name}.returns.return_rate" for name in retail])
        yield _number("freight", [f"{name}.freight.packet_cost" for name in retail])
    if advertised := [name for name in channels if name in BUDGETS]:
        yield _advertising(advertised)
    if paid := [key for name in channels if (key := f"{name}.owner_pay.monthly_pay") in template.declarations()]:
        yield _number("pay", paid, chosen=True)
    yield _months_question


def _strategies_question(answers: Answers, language: str) -> Question:
    choices = "\n".join(
        f" {position} {template.title_of(name, language)}" for position, name in enumerate(template.offered(), 1)
    )

    def take(typed: str) -> str:
        answers.strategies = read_strategies(typed, language)
        return ""

    text = _text("init_strategies", language, label("init_all", language), choices=choices)
    return Question("strategies", text, _told_more("strategies", language), take)


def _money_question(answers: Answers, language: str) -> Question:
    key = "wallet.capital"
    parameter = template.declarations()[key]

    def take(typed: str) -> str:
        money, amount = read_money(typed, parameter, language)
        answers.money = money
        if amount is not None:
            answers.told[key] = Told(amount)
        return ""

    usual = f"{in_words(parameter, from_leaf(parameter.default), answers)} {answers.money.currency}"
    more = (*_told_more("capital", language), _about("", key, answers, language))
    return Question("capital", _text("init_capital", language, usual), more, take)


def _months_question(answers: Answers, language: str) -> Question:
    def take(typed: str) -> str:
        answers.months = read_months(typed, language)
        return ""

    text = _text("init_months", language, template.DEFAULT_MONTHS, low=MIN_MONTHS, high=MAX_MONTHS)
    return Question("months", text, _told_more("months", language), take)


def _number(name: str, keys: Sequence[str], *, chosen: bool = False) -> Make:
    """Return what makes a question about one number of several channels."""

    def make(answers: Answers, language: str) -> Question:
        known = template.declarations()
        titles = _titles(keys, language)

        def take(typed: str) -> str:
            said = parts(typed, titles, language)
            made = {
                key: Told(read_number(part, known[key], answers.money, language))
                for key, part in zip(keys, said, strict=True)
            }
            answers.told |= made
            return ""

        text = _text_about(name, keys, answers, language, chosen=chosen)
        return Question(name, text, _more_about(name, keys, answers, language), take)

    return make


def _goods(kind: str, channels: Sequence[str]) -> Make:
    """Return what makes the question about the goods, in money or as the margin that they leave."""
    keys = [f"{name}.{MARGIN}" for name in channels]

    def make(answers: Answers, language: str) -> Question:
        known = template.declarations()
        titles = _titles(keys, language)

        def take(typed: str) -> str:
            made, shares = {}, {}
            for name, key, part in zip(channels, keys, parts(typed, titles, language), strict=True):
                amount = known[f"{name}.{PRICE}"]
                price = _value_of(f"{name}.{PRICE}", answers)
                made[key], share = read_goods(part, price, (known[key], amount), answers.money, language)
                if share is not None:
                    shares[key] = share
            answers.told |= made
            answers.cost_shares |= shares
            if not any(told.words for told in made.values()):
                return ""
            margins = _of_each(keys, answers, language)
            return label("init_margin", language, margin=margins)

        text = _text_about(f"{kind}_goods", keys, answers, language)
        return Question(f"{kind}_goods", text, _more_about("goods", keys, answers, language), take)

    return make


def _seen(channels: Sequence[str]) -> Make:
    """Return what makes the question about a first test."""

    def make(answers: Answers, language: str) -> Question:
        titles = [template.channel_title(name, language) for name in channels]

        def take(typed: str) -> str:
            told = told_by(read_seen(typed, channels, answers.money, language), answers.money, language)
            answers.told |= told
            if "store.meta.cpc" in told:
                answers.instead["store.meta.cpm"] = ("store.meta.price_basis", "store.meta.cpc")
            return "\n".join(_made_of(told, answers, language))

        form = "init_seen_alibaba" if list(channels) == ["alibaba"] else "init_seen_form"
        example = label(form, language) if len(channels) == 1 else label("init_seen_several", language)
        text = _text("init_seen", language, label("init_nothing", language), example=example)
        names = listed(titles, language)
        more = (*_told_more("seen", language), label("init_seen_where", language, channels=names))
        return Question("seen", text, more, take, MAX_SEEN, UNKNOWN | NOTHING)

    return make


def _advertising(channels: Sequence[str]) -> Make:
    """Return what makes the question about advertising money: a figure for each channel."""
    keys = [BUDGETS[name] for name in channels]

    def make(answers: Answers, language: str) -> Question:
        known = template.declarations()
        titles = _titles(keys, language)

        def take(typed: str) -> str:
            said = parts(typed, titles, language, each=True)
            for key, part in zip(keys, said, strict=True):
                read_amount(part, known[key], answers.money, language)  # all or none is taken
            for key, part in zip(keys, said, strict=True):
                answers.told[key] = Told(read_amount(part, known[key], answers.money, language))
            if template.FIRST_BUDGET in answers.told:
                answers.told |= template.in_proportion(answers.told[template.FIRST_BUDGET])
            return _idle(channels, answers, language)

        text = _text_about("advertising", keys, answers, language, chosen=True)
        return Question("advertising", text, _more_about("advertising", keys, answers, language), take)

    return make


def _text(key: str, language: str, default: object, **words: object) -> str:
    """Return a question, and what Enter keeps, which the seller chooses."""
    return f"{label(key, language, **words)}\n{label('init_enter', language, default=default)}"


def _text_about(name: str, keys: Sequence[str], answers: Answers, language: str, *, chosen: bool = False) -> str:
    """Return a question about numbers of channels, and their benchmarks: of what is chosen, or of what is not known."""
    titles = _titles(keys, language)
    question = label(f"init_{name}", language, currency=answers.money.currency)
    if len(titles) > 1:
        one = "init_figure_each" if name == "advertising" else "init_one_or_each"
        question += "\n" + label(one, language, channels=listed(titles, language))
    kept = "init_enter" if chosen else "init_unknown"
    return f"{question}\n{label(kept, language, default=_of_each(keys, answers, language))}"


def _of_each(keys: Sequence[str], answers: Answers, language: str) -> str:
    """Return the values of numbers as people read them, each with its channel where there are several."""
    known = template.declarations()
    said = [in_words(known[key], _value_of(key, answers), answers) for key in keys]
    if len(keys) == 1:
        return said[0]
    return "; ".join(f"{title} {words}" for title, words in zip(_titles(keys, language), said, strict=True))


def _titles(keys: Sequence[str], language: str) -> list[str]:
    return [template.channel_title(key.split(".")[0], language) for key in keys]


def _told_more(name: str, language: str) -> tuple[str, ...]:
    return tuple(label(f"init_more_{name}", language).split("\n"))


def _more_about(name: str, keys: Sequence[str], answers: Answers, language: str) -> tuple[str, ...]:
    """Return what the answer is used for, and of each number its meaning, benchmark, range and source."""
    about = [
        _about(title if len(keys) > 1 else "", key, answers, language)
        for key, title in zip(keys, _titles(keys, language), strict=True)
    ]
    return (*_told_more(name, language), *about)


def _about(title: str, key: str, answers: Answers, language: str) -> str:
    """Return a number's meaning, benchmark with its unit, allowed range and source."""
    parameter = template.declarations()[key]
    default = from_leaf(parameter.default)
    unit = label(parameter.unit, language).replace(label("money", language), answers.money.currency)
    usual = in_words(parameter, default, answers) + ("" if is_fraction(parameter) else f" {unit}")
    words = {"meaning": label(parameter.meaning, language), "usual": usual, "source": parameter.source}
    words["reach"] = reach(parameter, answers.money.rate if "money" in parameter.unit else 1.0, language)
    said = label("init_more_certain" if default.sd == 0 else "init_more_likely", language, **words)
    return label("init_of", language, channel=title, said=said) if title else said


def _value_of(key: str, answers: Answers) -> Distribution:
    """Return what the file says of a number so far."""
    parameter = template.declarations()[key]
    told = answers.told.get(key)
    return distribution_of(parameter.default if told is None else told.value, parameter, answers.money)


def _made_of(told: dict[str, Told], answers: Answers, language: str) -> Iterator[str]:
    """Yield, for each number that a test moves, where it lay and lies now."""
    known = template.declarations()
    for key, new in told.items():
        if key.endswith("price_basis"):
            continue
        before = meta_click_price() if key == "store.meta.cpc" else from_leaf(known[key].default)
        now = distribution_of(new.value, known[key], answers.money)
        words = {"now": in_words(known[key], now, answers), "before": in_words(known[key], before, answers)}
        title = template.channel_title(key.split(".")[0], language)
        meaning = label(known[key].meaning, language).rstrip(".。")
        meaning = re.split("[:：]", meaning)[0]
        yield label("init_moved", language, channel=title, meaning=meaning, **words)
        if key.endswith(".cpc") and not before.cdf(now.ppf(0.5)) > FAR < before.sf(now.ppf(0.5)):
            yield label("init_far", language)


def in_words(parameter: Parameter, found: Distribution, answers: Answers) -> str:
    """Return the 5 and 95% points as people read them: shares in percent, amounts in the seller's currency."""
    ends = [float(end) for end in found.ppf([0.05, 0.95])]
    if is_fraction(parameter):
        return " – ".join(dict.fromkeys(f"{100 * end:.2g}%" if end < 0.1 else f"{end:.0%}" for end in ends))
    rate = answers.money.rate if "money" in parameter.unit else 1.0
    said = (f"{end * rate:,.0f}" if end * rate >= 10 else f"{end * rate:.2g}" for end in ends)
    return " – ".join(dict.fromkeys(said))


def _idle(channels: Sequence[str], answers: Answers, language: str) -> str:
    """Return what a seller should know about advertising money too small to buy anything; else nothing."""
    known, money = template.declarations(), answers.money
    least = {name: known[f"{name}.p4p.threshold"].default for name in channels if f"{name}.p4p.threshold" in known}
    idle = [name for name, threshold in least.items() if _value_of(BUDGETS[name], answers).mean < threshold]
    if not idle:
        return ""
    titles = listed([template.channel_title(name, language) for name in idle], language)
    threshold = f"{least[idle[0]] * money.rate:,.4g}"
    return label("init_p4p_idle", language, threshold=threshold, currency=money.currency, channels=titles)
