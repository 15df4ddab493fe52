"""The price: as it is stated, or so that an order covers what it costs; and how demand answers.

:class:`Pricing` holds the rule, :func:`priced` lets every mechanism of a channel take the price over, once, when the
worlds are bound: the days know nothing of it.

Ignored: prices that follow the market or the season, rivals' answers, a price that is raised when a rule changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.order_terms import OrderTerms, Price, covering
from sim.business.parameters import Number, choice, needs, number, rate
from sim.business.state import State
from sim.randomness.streams import Array

COVER_COSTS = "cover_costs"


@dataclass(frozen=True)
class Reckoning:
    """What came of it: list price, the rule's, whether one covers, and the share of it that an order contributes.

    ``of_price`` stays of each further unit of the price; goods that cost a unit more cost an order ``of_goods``.
    """

    price: Number
    by_rule: Number
    covers: Number
    contribution: Number
    of_price: Number
    goods: Number
    of_goods: Number


@dataclass(frozen=True, kw_only=True)
class Pricing(Mechanism):
    """Set the price, once, under day 0's trade rules.

    ``cover_costs``: contribution before ads is the asked share t of the list price, ``p = max(p0, B / (A - t))``, and
    conversion answers by ``(p / p0) ^ -elasticity`` (business buyers': of an inquiry). Goods and freight cost what they
    cost at p0. Where no price covers (A <= t, or more than 100 times p0), the seller sells at p0 and is told so.
    ``as_given`` sells at p0, below cost if need be, and says so. ``sell_at`` asks another price for the same goods:
    they cost what they cost, and as many want them as at the rule's price. It answers "if I could sell at 57 with the
    demand I have"; whether one could is not asked. (Another ``mean_value`` is that of other goods, at their margin.)

    When in the day: never; before the first. Posts: nothing. Assumes: the seller knows his goods, freight, duty and
    fees, and expects returns, losses, salvage and chargebacks as the scenario's distributions have them in the mean.
    Source: docs/model.md; elasticity and share [j] (profit before ads is greatest at A / elasticity, .31 to .38).
    """

    does: ClassVar[str] = "the price is set once, before the first day"

    rule: str = choice(
        "as_given",
        ("as_given", COVER_COSTS),
        meaning="Sell at the stated price, or at one that covers an order's costs and never below it.",
    )
    contribution: Number = rate(
        0.25,
        meaning="Share of the price that an order must leave before ads.",
        used_when=needs("rule", COVER_COSTS),
    )
    elasticity: Number = number(
        {"uniform": {"low": 1.5, "high": 2.5}},
        unit="exponent",
        high=20.0,
        meaning="How conversion answers a price above the stated one: by the ratio to this power, inverted.",
        used_when=needs("rule", COVER_COSTS),
    )
    sell_at: Number = number(
        0.0,
        unit="money per order",
        meaning="List price asked for the same goods instead, with the demand of the rule's price; 0: none.",
    )
    reckoning: Reckoning | None = None

    def reckoned(self, terms: OrderTerms) -> Reckoning:
        """Return the price under this rule and what an order leaves of it."""
        assert terms.price is not None
        by_rule, covers = covering(terms, self.contribution)
        if self.rule != COVER_COSTS:
            by_rule = terms.price
        price, asked = by_rule, np.greater(self.sell_at, 0.0)
        if np.any(asked):
            price, covers = np.where(asked, self.sell_at, by_rule), np.where(asked, 1.0, covers)
        of_price, of_goods = terms.of_price(), terms.of_goods()
        contribution = of_price - terms.in_money() / price
        return Reckoning(price, by_rule, covers, contribution, of_price, terms.goods, of_goods)

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """List price; 1 where none covers (under a rule that asks), where an order costs more than it brings; terms."""
        if self.reckoning is None:
            return
        found = self.reckoning
        uncovered = 1.0 - found.covers if self.rule == COVER_COSTS else 0.0
        for name, value in (
            ("price", found.price),
            ("not_covered", uncovered),
            ("below_cost", np.less(found.contribution, 0.0)),
            ("of_price", found.of_price),
            ("goods", found.goods),
            ("of_goods", found.of_goods),
        ):
            yield name, np.broadcast_to(np.asarray(value, dtype=float), (state.n_paths,))


def priced(mechanisms: Sequence[Mechanism], environment: Environment) -> list[Mechanism]:
    """Return a channel's mechanisms at the price its seller sets; as they are where the channel sets none."""
    terms = OrderTerms()
    for mechanism in mechanisms:
        mechanism.tell(terms, environment)
    if terms.price is None:
        return list(mechanisms)
    amount = by_rule = terms.price
    elasticity: Number = 0.0
    pricing = next((found for found in mechanisms if isinstance(found, Pricing)), None)
    out = list(mechanisms)
    if pricing is not None:
        reckoning = pricing.reckoned(terms)
        out[out.index(pricing)] = replace(pricing, reckoning=reckoning)
        amount, by_rule, elasticity = reckoning.price, reckoning.by_rule, pricing.elasticity
    response = np.power(by_rule / terms.price, -np.asarray(elasticity))
    price = Price(amount, amount / terms.price, response, terms.brings(amount))
    return [mechanism.at_price(price) for mechanism in out]
