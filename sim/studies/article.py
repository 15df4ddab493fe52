"""Facts of the article the project was created from (F1 to F31), beside what a simulated year gives.

`facts` simulates, `facts_of` takes a run that is at hand, `facts_table` is what `sim facts` prints. *Inside* means: a
range holds the simulated median; a point figure is within 10% of the simulated mean; "often negative" is at least half
of the paths. F22 and F27 are shown, not judged: the article gives no figure for the first, and eight months of a new
seller are not the yearly growth of an old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.business.calendar import DAYS_A_YEAR
from sim.estimates import estimate_probability
from sim.randomness.streams import Array
from sim.scenario.scenario import Scenario
from sim.simulation.engine import Run, simulate
from sim.simulation.plan import Plan
from sim.simulation.recorder import Record
from sim.text.table import NAME, WORDS, Column, Table

EIGHT_MONTHS = 8
NEARNESS = 0.10
NOTHING = float("nan")
FIRST_MONTH_COSTS = (
    *("set-up", "compliance and CRM", "subscriptions", "tools", "staff", "page improvement"),
    *("advertising", "ad creatives"),
)
"""Lines of month 1 that F23 covers: site, ads, ERP; not goods, freight, fees and refunds."""


@dataclass(frozen=True)
class Fact:
    """One row.

    Parameters
    ----------
    number : str
        F-number of the article.
    quantity : str
    figure : str
        What the article says.
    low, middle, high, mean : float
        5, 50 and 95% points over paths, and the mean or pooled ratio; NaN where there is none.
    inside : bool or None
        None: shown, not judged.
    judged_by : str
        What was held against the figure.
    unit : {"%", "", "USD"}
    """

    number: str
    quantity: str
    figure: str
    low: float
    middle: float
    high: float
    mean: float
    inside: bool | None
    judged_by: str
    unit: str = ""


def facts(scenario: Scenario, plan: Plan, n_jobs: int = 1) -> list[Fact]:
    """Simulate a year and compare; months 1 to 8 are those of any shorter run.

    Rows whose strategy the scenario does not have are left out.
    """
    return facts_of(simulate(scenario.with_({"horizon_days": DAYS_A_YEAR}), plan, n_jobs=n_jobs))


def facts_of(run: Run) -> list[Fact]:
    """Compare a run that is at hand; rows that need more months than it has are left out."""
    return list(_rows(run))


def _rows(run: Run) -> Iterator[Fact]:
    store = _find(run, ("store",))
    alibaba = _find(run, ("alibaba",))
    if alibaba is not None:
        days = _per_path(alibaba, "alibaba.escrow_releases.days_to_money", "alibaba.escrow_releases.orders")
        yield _range("F8", "days from the order to the money, Alibaba.com", "7–15", days, 7, 15)
    if store is not None:
        yield from _store_rows(run, store)
    if alibaba is not None:
        yield _point("F20", "days from the order to the money, Alibaba.com", "11", days, 11.0)
    both = _find(run, ("alibaba", "store"))
    if alibaba is not None and both is not None and len(both.monthly["gross_sales"]) >= EIGHT_MONTHS:
        growth = _ratio(both.monthly["gross_sales"][7], alibaba.monthly["gross_sales"][7])
        pooled = _pooled(both.monthly["gross_sales"][7], alibaba.monthly["gross_sales"][7])
        yield _shown(
            "F27", "sales in month 8, both channels over the platform alone", "1.47 / 1.29 = 1.14", growth, pooled
        )


def _store_rows(run: Run, store: Record) -> Iterator[Fact]:
    monthly, paths = store.monthly, store.paths
    returned = _ratio(monthly["returns"].sum(axis=0), monthly["decided_orders"].sum(axis=0))
    yield _range("F11", "returns of delivered orders", "15–30%", returned, 0.15, 0.30, "%")
    if "store.paypal_freeze.freezes" in paths and run.scenario.horizon_days >= DAYS_A_YEAR:
        yield _freeze_row(paths["store.paypal_freeze.freezes"] > 0, run.plan.replicates)
    sales = monthly["gross_sales" if run.scenario.readings.get("test_acos") == "blended" else "paid_sales"][0]
    acos = _ratio(monthly["ad_spend"][0], sales)
    pooled = _pooled(monthly["ad_spend"][0], sales)
    yield _range("F17", "ACoS of the test phase (month 1, no sales: infinite)", "35–50%", acos, 0.35, 0.50, "%", pooled)
    negative = float(np.mean(monthly["operating_profit"][0] < 0))
    yield _share("F17", "month 1 negative, share of paths", "often", negative, negative >= 0.5, "share")
    conversion = _ratio(monthly["paid_orders"][0], monthly["clicks"][0])
    pooled = _pooled(monthly["paid_orders"][0], monthly["clicks"][0])
    yield _point("F18", "conversion realised in month 1", "1.8%", conversion, 0.018, "%", pooled)
    if len(monthly["orders"]) >= EIGHT_MONTHS:
        yield from _stable_rows(paths["first_stable_month"])
    for name in ("clicks", "orders"):
        yield _shown("F22", f"{name} of the test (month 1)", "–", np.asarray(monthly[name][0], dtype=float))
    lines = [table[0] for line, table in store.profit_and_loss.items() if line in FIRST_MONTH_COSTS]
    cost = -np.sum(lines, axis=0, dtype=float)
    currency = run.scenario.currency
    stated = 3000.0 / {**run.scenario.exchange_rates, currency: 1.0}["CNY"]
    yield _point("F23", "month 1 all in: site, ads, ERP", f"¥3,000 = {stated:.0f}", cost, stated, currency)
    if "store.paypal_freeze.decided" in paths:
        handled = _per_path(store, "store.paypal_freeze.handled_days", "store.paypal_freeze.decided")
        yield _range("F25", "days a freeze is handled", "14–21", handled, 14, 21)
        won = _per_path(store, "store.paypal_freeze.appeals_won", "store.paypal_freeze.decided")
        yield _point("F25", "appeals won", "65%", won, 0.65, "%")


def _freeze_row(frozen: NDArray[np.bool_], replicates: int) -> Fact:
    share = estimate_probability(frozen, replicates)
    inside = abs(share.estimate / 0.12 - 1.0) <= NEARNESS
    quantity = "PayPal account frozen within 365 days, share of paths (simulation 95%)"
    return Fact("F12", quantity, "12%", share.low, share.estimate, share.high, share.estimate, inside, "share", "%")


def _stable_rows(first_stable: NDArray[np.float32]) -> Iterator[Fact]:
    reached = first_stable[first_stable <= 8]
    share = float(np.mean(first_stable <= 8))
    quantity = f"months to stable profit, of the {100 * share:.0f}% stable by month 8"
    yield _range("F21", quantity, "6–8", reached.astype(float), 6, 8)
    for month in range(3, 9):
        by_month = float(np.mean(first_stable <= month))
        yield _share("F21", f"stable by month {month}, share of paths", "–", by_month, None, "shown")


def _find(run: Run, channels: tuple[str, ...]) -> Record | None:
    for name, found in run.scenario.strategies.items():
        if found == channels:
            return run.records[name]
    return None


def _ratio(part: NDArray[np.float32], whole: NDArray[np.float32]) -> Array:
    """(n_paths,) part / whole; infinite without a denominator, left out where there is neither."""
    known = (part > 0) | (whole > 0)
    above, below = part[known].astype(float), whole[known].astype(float)
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.inf), where=below > 0))


def _pooled(part: NDArray[np.float32], whole: NDArray[np.float32]) -> float:
    """All paths' part / whole; infinite without a denominator, not a number where there is neither."""
    above, below = (float(values.sum(dtype=float)) for values in (part, whole))
    if below > 0:
        return above / below
    return float("inf") if above > 0 else float("nan")


def _per_path(record: Record, total: str, number: str) -> Array:
    count = np.asarray(record.paths[number], dtype=float)
    happened = count > 0
    return np.asarray(record.paths[total][happened] / count[happened])


def _spread(values: Array, pooled: float | None) -> tuple[float, float, float, float]:
    """Return the 5, 50 and 95% points, and the pooled ratio, or the mean where there is none."""
    if values.size == 0:
        return (*(NOTHING,) * 3, NOTHING if pooled is None else pooled)
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), method="inverted_cdf")
    if pooled is None:
        finite = values[np.isfinite(values)]
        pooled = float(finite.mean()) if finite.size else float("inf")
    return float(low), float(middle), float(high), pooled


def _range(
    number: str,
    quantity: str,
    figure: str,
    values: Array,
    low: float,
    high: float,
    unit: str = "",
    pooled: float | None = None,
) -> Fact:
    spread = _spread(values, pooled)
    return Fact(number, quantity, figure, *spread, bool(low <= spread[1] <= high), "median", unit)


def _point(
    number: str, quantity: str, figure: str, values: Array, point: float, unit: str = "", pooled: float | None = None
) -> Fact:
    spread = _spread(values, pooled)
    return Fact(number, quantity, figure, *spread, bool(abs(spread[3] / point - 1.0) <= NEARNESS), "mean", unit)


def _shown(number: str, quantity: str, figure: str, values: Array, pooled: float | None = None) -> Fact:
    return Fact(number, quantity, figure, *_spread(values, pooled), None, "shown")


def _share(number: str, quantity: str, figure: str, share: float, inside: bool | None, judged_by: str) -> Fact:
    return Fact(number, quantity, figure, NOTHING, NOTHING, NOTHING, share, inside, judged_by, "%")


def facts_table(rows: list[Fact]) -> Table:
    """Return the table that `sim facts` prints."""
    names = Column("", NAME), Column("quantity", NAME)
    figures = Column("simulated 5–50–95%"), Column("mean or pooled")
    table = Table("", [*names, Column("article", WORDS, "right"), *figures, Column("inside", WORDS)])
    for fact in rows:
        verdict = {True: f"inside ({fact.judged_by})", False: f"OUTSIDE ({fact.judged_by})", None: "shown"}[fact.inside]
        table.add_row(fact.number, fact.quantity, fact.figure, between(fact), shown(fact.mean, fact.unit), verdict)
    return table


def between(fact: Fact) -> str:
    """Return the 5, 50 and 95% points of a fact; one dash where there are none."""
    points = fact.low, fact.middle, fact.high
    return "–" if np.isnan(points).all() else " – ".join(shown(point, fact.unit) for point in points)


def shown(value: float, unit: str) -> str:
    """Return a fact's figure in its unit; a dash where there is none."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞"
    return f"{100 * value:.1f}%" if unit == "%" else f"{value:,.1f}"
