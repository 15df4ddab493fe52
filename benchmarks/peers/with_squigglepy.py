"""squigglepy: a function of one history, sampled once a path; its samplers draw parameters and days.

Counts of a whole history come from its sampling functions rather than from distribution objects: an object is written
out as text at each sampling, which on an array of days takes ten times as long as the draw.
"""

from __future__ import annotations

import numpy as np
import squigglepy as sq
from model import (
    BUDGET,
    CONVERSION_LOG_SD,
    CONVERSION_MEDIAN,
    CPC_LOG_MEAN,
    CPC_LOG_SD,
    DAYS,
    MARGIN_MEAN,
    MARGIN_SD,
    PRICE_LOG_SD,
    PRICE_MEDIAN,
    RETURN_ALPHA,
    RETURN_BETA,
    RETURN_LAG,
    WON,
    YEARLY_FREEZE_HIGH,
    YEARLY_FREEZE_LOW,
    Array,
    Parameters,
    daily_chance,
    freeze,
    settle,
)

CPC = sq.lognorm(norm_mean=CPC_LOG_MEAN, norm_sd=CPC_LOG_SD)
CONVERSION = sq.lognorm(norm_mean=np.log(CONVERSION_MEDIAN), norm_sd=CONVERSION_LOG_SD)
PRICE = sq.lognorm(norm_mean=np.log(PRICE_MEDIAN), norm_sd=PRICE_LOG_SD)
MARGIN = sq.norm(mean=MARGIN_MEAN, sd=MARGIN_SD)
RETURN_RATE = sq.beta(RETURN_ALPHA, RETURN_BETA)
YEARLY_FREEZE = sq.uniform(YEARLY_FREEZE_LOW, YEARLY_FREEZE_HIGH)
APPEAL = sq.bernoulli(WON)


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits."""
    sq.set_seed(seed)
    return np.asarray(sq.sample(history, n=n_paths), dtype=float)


def history() -> float:
    """Draw one path: its parameters, then its days."""
    given = Parameters(
        *(~CPC, ~CONVERSION, ~PRICE, ~MARGIN, ~RETURN_RATE),
        freeze_chance=float(daily_chance(~YEARLY_FREEZE)),
    )
    clicks = sq.poisson_sample(BUDGET / given.cpc, DAYS)
    orders = sq.binomial_sample(clicks, given.conversion, DAYS)
    wait = sq.geometric(given.freeze_chance)
    lost, idle = freeze(orders, wait=lambda: int(~wait), wins=lambda: bool(~APPEAL))
    returned = sq.binomial_sample(orders[:-RETURN_LAG], given.return_rate, DAYS - RETURN_LAG)
    return settle(given, orders, returned, lost, idle)
