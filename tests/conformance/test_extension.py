"""A mechanism and a channel from outside the package work like those inside: one class, one tuple, one YAML."""

import io
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from rich.console import Console

import sim
import sim.business.channels.base as registry
from sim.business.channels import Channel, Part, channel, register
from sim.business.channels.base import single_channel_strategies
from sim.business.ledger import CASH, Account, Kind
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.parameters import Number, number
from sim.randomness.distributions import FAMILIES
from sim.results.files import manifest
from sim.results.screen import screen
from sim.scenario import explain, loads, schema
from sim.scenario.yaml_reader import ConfigError
from sim.show.registry import PAGE_SECTIONS, PICTURES
from sim.show.report import report_page
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
def outside():
    """Registered for one test only."""
    registries = (registry._CHANNELS, FAMILIES, PICTURES, PAGE_SECTIONS)
    before = [dict(known) for known in registries]
    yield
    for known, kept in zip(registries, before, strict=True):
        known.clear()
        known.update(kept)


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
    # 10,000 to begin with, 200 for the opening: the rest of the cash is sales, as the owner's pay is not drawn.
    cash = 10_000 - 200 + np.cumsum(record.monthly["gross_sales"], axis=0)
    np.testing.assert_allclose(record.monthly["cash"], cash, atol=0.1)


FAIR = """
name: fair
strategies: {fair: [market_stall]}
horizon_days: 60
market_stall: {stall: {price: {weibull: {shape: 2, scale: 12}}}}
"""


@pytest.fixture
def everything(outside):
    """A result with all five recipes in it: a stall that sells at a Weibull price, a picture, a section of the page."""
    for heading in ("distribution", "channel", "picture", "section of the page"):
        recipe(heading)
    return sim.run(loads(FAIR), worlds=64, replicates=4)


def test_a_distribution_of_the_recipe_is_drawn_explained_and_in_the_schema(everything):
    drawn = everything.worlds["market_stall.stall.price"]
    assert drawn.std() > 1
    assert "weibull" in explain("market_stall.stall.price", everything.scenario)
    assert "weibull" in schema()["$defs"]["distribution"]["properties"]


def test_a_channel_of_the_recipe_is_explained_offered_and_on_screen_and_page(everything):
    assert "Price of a piece" in explain("market_stall.stall.price")
    assert "market_stall" in schema()["properties"]
    assert single_channel_strategies()["market_stall"] == ("market_stall",)
    screen_lines = printed(screen("fair", everything.summary(), "en"))
    assert re.search(r"^fair +[\d.]+%", screen_lines, re.MULTILINE)
    page = page_of(everything)
    assert "Price of a piece." in page
    assert "passers-by" not in page, "what a mechanism does is for sim explain"


def test_a_picture_and_a_section_of_the_recipes_are_found_by_their_names(everything):
    assert "cash_at_the_end" in dir(everything.plot)
    ax = everything.plot.cash_at_the_end("fair")
    assert ax.patches
    assert ax.get_xlabel() or ax.get_title() or ax.texts
    page = page_of(everything)
    places = [page.index(f'id="{anchor}"') for anchor in ("statements", "section-ruin_by_strategy", "assumptions")]
    assert places == sorted(places)
    assert "Share of paths that could not pay a bill." in page
    assert "Cash at the end of all paths." in page
    assert re.search(r"<h2[^>]*>\s*资金断裂", page_of(everything, "zh"))


def test_a_mechanism_of_the_recipe_is_in_statement_explanation_schema_and_page(outside):
    insurance = recipe("mechanism")[0]["Insurance"]
    store = channel("store")
    register(replace(store, parts=(*store.parts, Part("insurance", insurance))))
    text = "extends: configs/article.yaml\nstrategies: {independent: [store]}\nhorizon_days: 60\n"
    result = sim.run(loads(text), worlds=64, replicates=4)
    assert "insurance" in set(result.statement("independent")["line"])
    assert "insurance a parcel" in explain("store.insurance.enabled")
    assert "premium" in schema()["properties"]["store"]["properties"]["insurance"]["properties"]
    page = page_of(result)
    assert "Insurance of a parcel." in page
    assert "store.insurance.premium" in page or "insurance.premium" in page


def printed(shown):
    console = Console(file=io.StringIO(), width=110)
    console.print(shown)
    return console.file.getvalue()


def page_of(result, language="en"):
    return report_page(result, result.summary(), manifest(result), language)
