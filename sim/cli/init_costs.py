"""What the goods cost, told in money: the margin that follows, and how it moves with the price.

A seller knows what an order's goods cost him, the scenario holds the gross margin. :func:`read_goods` takes either,
:func:`margin_of` makes one of the other. How margin and price then move together: `sim.cli.init_coupling`.
"""

from __future__ import annotations

import math
import re
from typing import Any

from scipy.special import ndtri

from sim.business.parameters import Parameter
from sim.cli.init_answers import CURRENCY, AnswerError, Money, Told
from sim.cli.init_reading import distribution_of, read_number
from sim.cli.init_template import yaml_text
from sim.randomness.distributions import Distribution
from sim.text.labels import label

LEAST_MARGIN = 0.001
"""At the lowest price that is likely: below, the goods would cost more than the order brings."""


def read_goods(
    typed: str, price: Distribution, known: tuple[Parameter, Parameter], money: Money, language: str = "en"
) -> tuple[Told, float | None]:
    """Return the gross margin of ``48%`` or of a cost such as ``20.5`` or ``18 to 24``, at a price.

    A cost in money also has how far the price decides the margin (see :func:`margin_of`); None where it does not vary.

    Parameters
    ----------
    price : Distribution
        Of an order, in the file's currency.
    known : tuple of Parameter
        What is declared of the margin and of the price, as an amount of money.
    """
    margin, amount = known
    if "%" in typed:
        return Told(read_number(typed, margin, money, language)), None
    value = read_number(typed, amount, money, language)
    cost = distribution_of(value, amount, money)
    if re.fullmatch(r"0?\.[0-9]+", typed):
        share, amount_too = f"{100 * float(typed):g}%", f"{float(typed):g} {money.currency}"
        raise AnswerError(label("init_share_or_cost", language, share=share, cost=amount_too))
    made, by_price = margin_of(cost, price)
    low, high = (float(end) for end in price.ppf([0.05, 0.95]))
    if made is None:
        prices = f"{low * money.rate:,.4g}" if low == high else f"{low * money.rate:,.4g} – {high * money.rate:,.4g}"
        raise AnswerError(label("init_costs_more", language, price=prices, currency=money.currency))
    told = value if isinstance(value, str) and value[-1].isalpha() else f"{yaml_text(value)} {CURRENCY}"
    return Told(made, label("init_file_cost", language, cost=told)), by_price


def margin_of(cost: Distribution, price: Distribution) -> tuple[Any, float | None]:
    """Return the margin that a cost leaves of a price, as YAML holds it, and its correlation with the price.

    ``margin = 1 - cost / price``. Both are numbers or lognormal, so that ``1 - margin`` is lognormal too: an interval
    with the upper end 1 holds it exactly, and on the normal scale its correlation with the price is
    ``s_price / sqrt(s_price^2 + s_cost^2)``. The margin is None where it would be below nothing in one shop of twenty;
    the correlation where the margin does not vary.
    """
    (low_cost, high_cost), (low_price, high_price) = (each.ppf([0.05, 0.95]) for each in (cost, price))
    by_price, by_cost = math.log(high_price / low_price), math.log(high_cost / low_cost)
    middle = 0.5 * (math.log(low_cost) + math.log(high_cost) - math.log(low_price) - math.log(high_price))
    spread = math.hypot(by_price, by_cost) / (2.0 * float(ndtri(0.95)))
    ends = [1.0 - math.exp(middle + sign * float(ndtri(0.95)) * spread) for sign in (1.0, -1.0)]
    if ends[0] < LEAST_MARGIN:
        return None, None
    if spread == 0.0:
        return round(ends[0], 6), None
    written = {"p5": round(ends[0], 6), "p95": round(ends[1], 6), "high": 1}
    return {"interval": written}, by_price / math.hypot(by_price, by_cost)
