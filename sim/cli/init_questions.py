"""The dialogue of `sim init`: what decides a shop, asked in turn, each question with its benchmark.

`ask_all` asks at most thirteen, fewer for fewer ways of selling, in the order in which the numbers decide (`sim learn`
on the benchmarks: price first, then conversion, membership, click price; then what every seller knows). Enter keeps
the benchmark, "?" tells more, what cannot be taken is asked again with what can.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.cli import init_template as template
from sim.cli.init_answers import AnswerError, Answers, Told
from sim.cli.init_costs import read_goods
from sim.cli.init_coupling import MARGIN, PRICE
from sim.cli.init_reading import (
    MAX_ANSWER,
    MAX_MONTHS,
    MIN_MONTHS,
    listed,
    parts,
    read_amount,
    read_money,
    read_months,
    read_number,
    read_strategies,
    tidy,
)
from sim.cli.init_seen import MAX_SEEN, PLACES, read_seen, told_by
from sim.cli.init_wording import (
    about,
    idle_ads,
    in_words,
    made_of_test,
    more_about,
    more_on,
    of_each,
    question_about,
    question_of,
    titles_of,
    value_of,
    wrapped,
)
from sim.randomness.distributions import from_leaf
from sim.scenario.yaml_reader import ConfigError
from sim.text.labels import label

SUFFIXES = (".yaml", ".yml")
"""A scenario in .json is taken for the manifest of a run."""

RETAIL, WHOLESALE = ("store", "aliexpress"), ("alibaba",)
"""Channels whose buyers are consumers, and businesses: within each the same product is sold."""

BUDGETS = {"store": template.FIRST_BUDGET} | {name: f"{name}.p4p.daily_budget" for name in ("alibaba", "aliexpress")}

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
    show("\n" + wrapped(question.text, f"{position:<6}"))
    while True:
        try:
            typed = tidy(ask("> "), language, question.most)
            if typed == MORE:
                show("\n".join(map(wrapped, question.more)))
                continue
            kept = typed.lower().rstrip(".!。") in question.kept
            if typed and not kept and (remark := question.take(typed)):
                show(wrapped(remark))
            return
        except AnswerError as error:
            show(wrapped(label("init_again", language, reason=error)))
        except UnicodeDecodeError:
            show(wrapped(label("init_again", language, reason=label("init_no_text", language))))
        except EOFError as error:
            raise ConfigError(label("init_stopped", language)) from error


Make = Callable[[Answers, str], Question]


def _makers(channels: Sequence[str]) -> Iterator[Make]:
    """Yield what makes each further question, for these channels."""
    yield _money_question
    retail, wholesale = ([name for name in kind if name in channels] for kind in (RETAIL, WHOLESALE))
    for kind, sellers in (("retail", retail), ("wholesale", wholesale)):
        if sellers:
            yield _price(kind, sellers)
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

    text = question_of("init_strategies", language, label("init_all", language), choices=choices)
    return Question("strategies", text, more_on("strategies", language), take)


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
    more = (*more_on("capital", language), about("", key, answers, language))
    return Question("capital", question_of("init_capital", language, usual), more, take)


def _months_question(answers: Answers, language: str) -> Question:
    def take(typed: str) -> str:
        answers.months = read_months(typed, language)
        return ""

    text = question_of("init_months", language, template.DEFAULT_MONTHS, low=MIN_MONTHS, high=MAX_MONTHS)
    return Question("months", text, more_on("months", language), take)


def _number(name: str, keys: Sequence[str], *, chosen: bool = False) -> Make:
    """Return what makes a question about one number of several channels."""

    def make(answers: Answers, language: str) -> Question:
        known = template.declarations()
        titles = titles_of(keys, language)

        def take(typed: str) -> str:
            said = parts(typed, titles, language)
            made = {
                key: Told(read_number(part, known[key], answers.money, language))
                for key, part in zip(keys, said, strict=True)
            }
            answers.told |= made
            return ""

        text = question_about(name, keys, answers, language, chosen=chosen)
        return Question(name, text, more_about(name, keys, answers, language), take)

    return make


def _price(kind: str, channels: Sequence[str]) -> Make:
    """Return what makes the question about the price; one that is told is charged, not raised to cover costs."""
    ask = _number(f"{kind}_price", [f"{name}.{PRICE}" for name in channels])

    def make(answers: Answers, language: str) -> Question:
        question = ask(answers, language)

        def take(typed: str) -> str:
            remark = question.take(typed)
            for name in channels:
                words = label("init_file_charged", language)
                answers.told[f"{name}.pricing.rule"] = Told("as_given", words, benchmark=False)
                answers.instead[f"{name}.pricing.contribution"] = ()
            return remark

        return question._replace(take=take)

    return make


def _goods(kind: str, channels: Sequence[str]) -> Make:
    """Return what makes the question about the goods, in money or as the margin that they leave."""
    keys = [f"{name}.{MARGIN}" for name in channels]

    def make(answers: Answers, language: str) -> Question:
        known = template.declarations()
        titles = titles_of(keys, language)

        def take(typed: str) -> str:
            made, shares = {}, {}
            for name, key, part in zip(channels, keys, parts(typed, titles, language), strict=True):
                amount = known[f"{name}.{PRICE}"]
                price = value_of(f"{name}.{PRICE}", answers)
                made[key], share = read_goods(part, price, (known[key], amount), answers.money, language)
                if share is not None:
                    shares[key] = share
            answers.told |= made
            answers.cost_shares |= shares
            if not any(told.words for told in made.values()):
                return ""
            margins = of_each(keys, answers, language)
            return label("init_margin", language, margin=margins)

        text = question_about(f"{kind}_goods", keys, answers, language)
        return Question(f"{kind}_goods", text, more_about("goods", keys, answers, language), take)

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
            return "\n".join(made_of_test(told, answers, language))

        forms = [label(f"init_seen_{name}", language) for name in channels]
        named = (f"{title} {form}" for title, form in zip(titles, forms, strict=True))
        example = forms[0] if len(channels) == 1 else "; ".join(named)
        text = question_of("init_seen", language, label("init_nothing", language), example=example)
        names = listed(titles, language)
        more = (*more_on("seen", language), label("init_seen_where", language, channels=names))
        return Question("seen", text, more, take, MAX_SEEN, UNKNOWN | NOTHING)

    return make


def _advertising(channels: Sequence[str]) -> Make:
    """Return what makes the question about advertising money: a figure for each channel."""
    keys = [BUDGETS[name] for name in channels]

    def make(answers: Answers, language: str) -> Question:
        known = template.declarations()
        titles = titles_of(keys, language)

        def take(typed: str) -> str:
            said = parts(typed, titles, language, each=True)
            for key, part in zip(keys, said, strict=True):
                read_amount(part, known[key], answers.money, language)  # all or none is taken
            for key, part in zip(keys, said, strict=True):
                answers.told[key] = Told(read_amount(part, known[key], answers.money, language))
            if template.FIRST_BUDGET in answers.told:
                answers.told |= template.in_proportion(answers.told[template.FIRST_BUDGET])
            return idle_ads({name: BUDGETS[name] for name in channels}, answers, language)

        text = question_about("advertising", keys, answers, language, chosen=True)
        return Question("advertising", text, more_about("advertising", keys, answers, language), take)

    return make
