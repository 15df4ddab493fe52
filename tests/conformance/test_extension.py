"""A mechanism and a channel from outside the package work like those inside: one class, one tuple, one YAML."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import sim.business.channels.base as registry
from sim.business.channels import Channel, Part, channel, register
from sim.business.ledger import CASH, Account, Kind
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.parameters import Number, number
from sim.results.result import Result
from sim.scenario import explain, loads, schema
from sim.scenario.yaml_reader import ConfigError
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

RECIPES = Path("CONTRIBUTING.md").read_text(encoding="utf-8")

TAKINGS = Account("takings", Kind.INCOME, variable=True)
TILL = Account("till", Kind.ASSET, cash_line="emptied till")


@dataclass
class Till:
    """Memory: what lies in the till."""

    money: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Stall(Mechanism):
    """Sell for cash. When in the day: trading. Posts: takings, till."""

    does: ClassVar[str] = "passers-by buy for cash"
    streams: ClassVar[tuple[str, ...]] = ("buyers",)

    buyers_a_day: Number = number({"lognormal": {"p5": 3, "p95": 12}}, unit="buyers a day", meaning="Mean buyers.")
    price: Number = number(10.0, unit="money", meaning="Price of a piece.")

    @property
    def accounts(self):
        return (TAKINGS, TILL)

    def begin(self, state, luck):
        state.keep(Till(np.zeros(state.n_paths)))

    def step(self, state, today, ledger, environment, luck):
        buyers = luck.poisson("buyers", self.buyers_a_day)
        takings = buyers * self.price
        state.recall(Till).money += takings
        ledger.post(takings, debit=TILL, credit=TAKINGS)
        today.orders, today.gross_sales = buyers, takings

    def reconcile(self, state):
        yield TILL, state.recall(Till).money


@dataclass(frozen=True, kw_only=True)
class EmptyTill(Mechanism):
    """Take yesterday's money home. When in the day: receipts. Posts: cash, till."""

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "yesterday's money is taken home"

    @property
    def accounts(self):
        return (TILL,)

    def step(self, state, today, ledger, environment, luck):
        till = state.recall(Till)
        ledger.post(till.money.copy(), debit=CASH, credit=TILL)
        till.money[:] = 0.0


def recipe(heading):
    """Return what the skeletons under a heading of CONTRIBUTING.md define, and the YAML there."""
    text = RECIPES.split(f"## A new {heading}")[1].split("\n## ")[0]
    names = {"__name__": "recipe"}
    exec(compile("\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)), "CONTRIBUTING.md", "exec"), names)
    return names, "\n".join(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))


@pytest.fixture
def outside(monkeypatch):
    """Registered for one test only."""
    monkeypatch.setattr(registry, "_CHANNELS", dict(registry._CHANNELS))


def test_a_channel_from_outside_runs_reconciles_and_explains_itself(outside):
    register(Channel("stall", "Market stall", (Part("empty_till", EmptyTill), Part("stall", Stall, required=True))))
    scenario = loads("name: fair\nstrategies: {fair: [stall]}\nhorizon_days: 60\nstall: {stall: {price: 12}}\n")
    run = simulate(scenario, Plan(worlds=256, replicates=4, audit=True))
    record = run.records["fair"]
    np.testing.assert_allclose(record.monthly["gross_sales"], 12 * record.monthly["orders"])
    takings = record.profit_and_loss["takings"].sum(axis=0)
    home = record.cash_flow["emptied till"].sum(axis=0)
    assert (takings >= home).all()
    assert (takings > 0).all()
    means = np.repeat(run.worlds["stall.stall.buyers_a_day"], 4)
    assert np.corrcoef(means, takings)[0, 1] > 0.95
    assert "Price of a piece" in explain("stall.stall.price", scenario)
    assert "stall" in schema()["properties"]
    with pytest.raises(ConfigError, match=r"<text>:3: stall\.stall\.pric: .*did you mean 'price'"):
        loads("name: fair\nstrategies: {fair: [stall]}\nstall: {stall: {pric: 12}}\n")


def test_the_mechanism_of_the_recipe_added_to_a_channel_touches_nothing_else(outside):
    insurance = recipe("mechanism")[0]["Insurance"]
    text = "extends: configs/article.yaml\nstrategies: {independent: [store]}\nhorizon_days: 60\n"
    text += "store: {budget: {scaling: false}, insurance: {premium: 2}}\n"  # scaling looks at the contribution
    without = text.replace(", insurance: {premium: 2}", "")
    plan = Plan(worlds=128, replicates=8, audit=True)
    before = simulate(loads(without), plan).records["independent"]
    parts = list(channel("store").parts)
    position = [part.section for part in parts].index("freight") + 1
    register(Channel("store", "Own store", (*parts[:position], Part("insurance", insurance), *parts[position:])))
    after = simulate(loads(text), plan).records["independent"]
    np.testing.assert_array_equal(before.monthly["orders"], after.monthly["orders"])
    cost = after.profit_and_loss["insurance"]
    np.testing.assert_allclose(cost, -2 * after.monthly["orders"], atol=1e-3)
    gap = after.monthly["settled_profit"] - before.monthly["settled_profit"]
    np.testing.assert_allclose(gap, np.cumsum(cost, axis=0), atol=0.02)


def test_the_channel_of_the_recipe_runs_on_its_yaml(outside):
    text = recipe("channel")[1]
    run = simulate(loads(text), Plan(worlds=64, replicates=4, audit=True))
    record = run.records["fair"]
    np.testing.assert_array_equal(record.monthly["gross_sales"], 12 * record.monthly["orders"])
    assert (record.monthly["orders"] > 0).all()
    # 10,000 to begin with, 200 for the opening, the owner's pay drawn: the rest of the cash is sales.
    cash = 10_000 - 200 + np.cumsum(record.monthly["gross_sales"] - 1_000, axis=0)
    np.testing.assert_allclose(record.monthly["cash"], cash, atol=0.1)


def test_the_picture_and_the_section_of_the_recipes_draw_and_tell(outside):
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib.figure import Figure

    recipe("channel")
    result = Result.of(simulate(loads(recipe("channel")[1]), Plan(worlds=64, replicates=4)), 0.0)
    ax = Figure().subplots()
    assert recipe("picture")[0]["plot_settled_profit"](result, "fair", ax) is ax
    assert ax.lines
    assert ax.get_ylabel() == "settled profit, USD"
    heading, rows = recipe("section of a report")[0]["section_out_of_cash"](result, result.summary())
    assert heading == "out of cash"
    assert rows == [("fair", "0.0%")]
