"""What a test has shown so far, as ``420 clicks 5 orders 210 spent``: read, and turned into the scenario's numbers.

:func:`read_seen` reads, :func:`told_by` updates the benchmarks of conversion and click price
(`sim.estimates.posterior`) and returns them as they stand in the file. A page has one quality: what social visitors
did tells of search and organic visitors too, by the correlation of the file.

Ignored: how long the test ran, what it says of numbers other than these, and the correlations, which stay as they were.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.business.parameters import Parameter
from sim.cli import init_template as template
from sim.cli.init_answers import AnswerError, Money, Told
from sim.cli.init_reading import distribution_of, listed, read_number
from sim.estimates.posterior import beta_after_counts, lognormal_after_counts, lognormal_after_value
from sim.randomness.distributions import from_leaf
from sim.randomness.distributions.families import Beta, LogNormal
from sim.text.labels import label

MAX_SEEN = 300
"""Characters of the answer: three channels may stand in it."""

MOST_CONVERSION = 0.2
"""Orders per click, beyond which carts, visits of friends or orders of old customers were counted."""

LEAST_CLICK_PRICE = 0.01
"""Dollars: less buys no click anywhere."""

COUNTED = {
    "clicks": ("clicks", "click", "visits", "visit", "次点击", "点击", "次"),
    "inquiries": ("inquiries", "inquiry", "enquiries", "个询盘", "条询盘", "询盘"),
    "orders": ("orders", "order", "sales", "个订单", "笔订单", "订单", "成交", "单", "笔"),
    "spent": ("spent", "spend", "cost", "广告费", "花费", "花了", "费用", "花"),
}
"""By what is counted: the words for it."""

PLACES = {
    "meta": ("meta", "facebook", "instagram", "tiktok", "脸书"),
    "google": ("google", "谷歌"),
    "store": ("store", "own store", "独立站", "自营店"),
    "alibaba": ("alibaba.com", "alibaba", "阿里巴巴国际站", "国际站", "阿里巴巴", "阿里"),
    "aliexpress": ("aliexpress", "速卖通"),
}
FILLERS = ("and", "in", "for", "on", "ads", "在", "的")

KINDS = {"meta": "social", "google": "search"}
"""Of the store's ad sources: the kind of visitors that they bring."""

DIGITS = r"(?<![0-9.])(?<![0-9],)[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?![0-9])"
AMOUNT = rf"(?:us\$|[$€£])?\s*{DIGITS}\s*(?:[a-z]{{3}}(?![a-z])|元)?"

CONVERSIONS = tuple(f"store.funnel.start_conversion_{kind}" for kind in ("social", "search", "organic"))


@dataclass(frozen=True)
class Seen:
    """What a test of one channel has shown; None: not said.

    Parameters
    ----------
    source : str
        ``meta``, ``google``, or the platform's name.
    inquiries : int or None
        Of a platform on which they come before orders.
    spent : float or None
        In the file's currency.
    """

    source: str
    clicks: int
    inquiries: int | None
    orders: int | None
    spent: float | None


def read_seen(typed: str, channels: Sequence[str], money: Money, language: str = "en") -> list[Seen]:
    """Return what was seen, from ``420 clicks 5 orders 210 spent`` or ``420 5 210``, channels between semicolons."""
    found = [_one(part, channels, money, language) for part in typed.lower().split(";") if part.strip()]
    if not found or len({seen.source for seen in found}) < len(found):
        raise AnswerError(label("init_no_seen", language))
    return found


def _one(typed: str, channels: Sequence[str], money: Money, language: str) -> Seen:
    sources, rest = _sources(typed)
    places = {"store" if source in KINDS else source for source in sources} or set(channels)
    ads = sources & set(KINDS)
    if len(places) > 1 or len(ads) > 1 or not places <= set(channels):
        names = listed([template.channel_title(name, language) for name in channels], language)
        raise AnswerError(label("init_seen_where", language, channels=names))
    (place,) = places
    source = (ads or {"meta"}).pop() if place == "store" else place
    counted, left = _counted(rest)
    if not counted and len(left) > 1:
        order = ("clicks", "inquiries", "orders", "spent") if place == "alibaba" else ("clicks", "orders", "spent")
        counted, left = dict(zip(order, left, strict=False)), left[len(order) :]
    elif left and "spent" not in counted and re.fullmatch(AMOUNT, left[0], re.ASCII):
        counted["spent"] = left.pop(0)
    if left or "clicks" not in counted:
        raise AnswerError(label("init_no_seen", language))
    return _checked(source, counted, money, language)


def _sources(typed: str) -> tuple[set[str], str]:
    """Return the channels and ad sources that are named, and the text without them."""
    words = {word: place for place, each in PLACES.items() for word in each}
    found = set()
    for word in sorted(words, key=len, reverse=True):
        typed, times = re.subn(rf"(?<![a-z]){re.escape(word)}(?![a-z])", " ", typed)
        found |= {words[word]} if times else set()
    return found - ({"store"} if found & set(KINDS) else set()), typed


def _counted(typed: str) -> tuple[dict[str, str], list[str]]:
    """Return the amounts that have a word, by what they count, and what is left of the text, word by word."""
    found = {}
    for kind, words in COUNTED.items():
        word = "|".join(map(re.escape, words))
        pattern = rf"({AMOUNT})\s*(?:{word})(?![a-z])"
        if kind == "spent":
            pattern += rf"|(?<![a-z])(?:{word})\s*({AMOUNT})"
        if match := re.search(pattern, typed, re.ASCII):
            found[kind] = next(group for group in match.groups() if group).strip()
            typed = f"{typed[: match.start()]} {typed[match.end() :]}"
    left = re.findall(rf"{AMOUNT}|[^\s,、]+", typed, re.ASCII)
    return found, [word.strip() for word in left if word not in FILLERS]


def _checked(source: str, counted: Mapping[str, str], money: Money, language: str) -> Seen:
    no_form = AnswerError(label("init_no_seen", language))
    clicks, inquiries, orders = (_whole(counted.get(kind), no_form) for kind in ("clicks", "inquiries", "orders"))
    spent = None
    if "spent" in counted:
        parameter = template.declarations()["wallet.capital"]
        amount = read_number(counted["spent"], parameter, money, language)
        spent = distribution_of(amount, parameter, money).mean
    if not clicks or (source == "alibaba" and orders is not None and inquiries is None):
        raise AnswerError(label("init_seen_clicks" if not clicks else "init_seen_inquiries", language))
    if source != "alibaba" and inquiries is not None:
        raise no_form
    stages = [number for number in (clicks, inquiries, orders) if number is not None]
    if stages != sorted(stages, reverse=True) or (orders or 0) > MOST_CONVERSION * clicks:
        raise AnswerError(label("init_seen_too_many", language))
    if spent is not None and spent / clicks < LEAST_CLICK_PRICE:
        raise AnswerError(label("init_seen_too_cheap", language))
    return Seen(source, clicks, inquiries, orders, spent)


def _whole(text: str | None, no_form: AnswerError) -> int | None:
    """Return a count; one with a currency, a point or commas that part no thousands is none."""
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3})+", text):
        raise no_form
    return int(text.replace(",", ""))


def told_by(found: Sequence[Seen], money: Money, language: str = "en") -> dict[str, Told]:
    """Return by dotted key the numbers that what was seen moves, each with what it was made from."""
    told: dict[str, Told] = {}
    for key, made, seen in _moved(found):
        words = label("init_file_seen", language, seen=in_words(seen, money, language))
        told[key] = Told(made, words, benchmark=not key.startswith("store.meta."))
    return told


def in_words(seen: Seen, money: Money, language: str = "en") -> str:
    """Return what was seen as a sentence says it."""
    counts = {"clicks": seen.clicks, "inquiries": seen.inquiries, "orders": seen.orders}
    said = [label(f"init_{kind}", language, count=f"{count:,}") for kind, count in counts.items() if count is not None]
    if seen.spent is not None:
        said.append(label("init_spent", language, amount=f"{seen.spent * money.rate:,.2f} {money.currency}"))
    return label("init_comma", language).join(said)


def _moved(found: Sequence[Seen]) -> Iterator[tuple[str, Any, Seen]]:
    """Yield key, distribution as YAML holds it, and what moved it."""
    known = template.declarations()
    tests = [seen for seen in found if seen.source in KINDS and seen.orders is not None]
    for key, made in zip(CONVERSIONS, conversions(tests), strict=True) if tests else ():
        yield key, _lognormal(*made), tests[-1]
    for seen in found:
        if seen.source == "aliexpress" and seen.orders is not None:
            key = "aliexpress.orders.conversion_rate"
            trials = seen.clicks * _trust("aliexpress", seen.orders, known)
            yield key, _beta(key, trials, seen.orders, known), seen
        if seen.source == "alibaba" and seen.inquiries is not None:
            key = "alibaba.inquiries.inquiries_per_visit"
            yield key, _beta(key, seen.clicks, seen.inquiries, known), seen
            if seen.orders is not None:
                key = "alibaba.orders.orders_per_inquiry"
                trials = seen.inquiries * _trust("alibaba", seen.orders, known)
                yield key, _beta(key, trials, seen.orders, known), seen
        if seen.spent is not None:
            yield from ((key, made, seen) for key, made in _click_price(seen, known))


def conversions(tests: Sequence[Seen]) -> list[tuple[float, float]]:
    """Return median and log-sd of the store's three conversions, social, search, organic, after tests.

    Their logarithms are jointly normal. A test moves the one it is about (:func:`lognormal_after_counts`), and the
    others by the regression on it: ``mean += c (m' - m) / v`` and ``covariance -= c c^T (v - v') / v^2``, with ``c``
    its column of the covariance and ``v`` its variance.
    """
    each = [_of(key) for key in CONVERSIONS]
    mean = np.log([one.median for one in each])
    spread = np.array([one.log_sd for one in each])
    covariance = template.correlation_of(CONVERSIONS) * np.outer(spread, spread)
    for seen in tests:
        at = 0 if KINDS[seen.source] == "social" else 1
        variance, column = covariance[at, at], covariance[:, at].copy()
        median, log_sd = lognormal_after_counts(
            math.exp(mean[at]), math.sqrt(variance), seen.clicks, float(seen.orders or 0)
        )
        mean = mean + column * (math.log(median) - mean[at]) / variance
        covariance = covariance - np.outer(column, column) * (variance - log_sd**2) / variance**2
    return [(math.exp(middle), math.sqrt(variance)) for middle, variance in zip(mean, np.diag(covariance), strict=True)]


def _trust(platform: str, orders: int, known: Mapping[str, Parameter]) -> float:
    """Return the conversion during a test relative to a shop with many reviews: half of its orders were there."""
    start, halfway = (float(known[f"{platform}.reviews.{name}"].default) for name in ("start", "halfway"))
    return (start * halfway + 0.5 * orders) / (halfway + 0.5 * orders)


def _click_price(seen: Seen, known: Mapping[str, Parameter]) -> Iterator[tuple[str, Any]]:
    """Yield the price of a click after a test, and the basis on which Meta's is then stated.

    What was paid for a click is known to within chance: the clicks' own, and a day's beyond it
    (``1 / clicks + 1 / click_dispersion``), as if the test had lasted one day.
    """
    section = f"{seen.source}.p4p" if seen.source not in KINDS else f"store.{seen.source}"
    before = meta_click_price() if seen.source == "meta" else _of(f"{section}.cpc")
    beyond = _of(f"{section}.click_dispersion").median
    price = (seen.spent or 0.0) / seen.clicks
    made = lognormal_after_value(before.median, before.log_sd, price, math.sqrt(1.0 / seen.clicks + 1.0 / beyond))
    if seen.source == "meta":
        yield f"{section}.price_basis", "cpc"
    yield f"{section}.cpc", _lognormal(*made)


def meta_click_price() -> LogNormal:
    """Return the benchmark of a click's price on Meta, which is stated by CPM and CTR: CPM / (1000 CTR)."""
    keys = ("store.meta.cpm", "store.meta.ctr")
    cpm, ctr = map(_of, keys)
    together = 2.0 * template.correlation_of(keys)[0, 1] * cpm.log_sd * ctr.log_sd
    return LogNormal(cpm.median / (1000.0 * ctr.median), math.sqrt(cpm.log_sd**2 + ctr.log_sd**2 - together))


def _of(key: str) -> LogNormal:
    found = from_leaf(template.declarations()[key].default)
    assert isinstance(found, LogNormal), key
    return found


def _lognormal(median: float, log_sd: float) -> Any:
    return {"lognormal": {"median": float(f"{median:.4g}"), "log_sd": float(f"{log_sd:.4g}")}}


def _beta(key: str, trials: float, hits: float, known: Mapping[str, Parameter]) -> Any:
    found = from_leaf(known[key].default)
    assert isinstance(found, Beta), key
    alpha, beta = beta_after_counts(found.alpha, found.beta, trials, hits)
    return {"beta": {"alpha": float(f"{alpha:.5g}"), "beta": float(f"{beta:.5g}")}}
