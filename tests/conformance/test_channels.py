"""Every mechanism and channel keeps the contract: shapes, finite numbers, untouched parameters, declared accounts."""

import copy

import numpy as np
import pytest

import sim
from sim.business.channels import channel, channel_names
from sim.business.ledger import Account
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.parameters import parameters_of
from sim.simulation.engine import mechanisms_of, prepare, simulate, span_worlds
from sim.simulation.plan import Plan
from sim.simulation.strategy_run import StrategyRun

SCENARIOS = ("article", "market", "dual")
SHORT = ["horizon_days=120"]


def everything_on(name: str) -> list[str]:
    """Overrides that switch on what is off by default, so that it is exercised too."""
    on = ["store.stock.enabled=true", "store.chargebacks.appeal=false", "store.paypal.reserve_rate=0.1"]
    on += ["store.paypal_freeze.annual_probability=0.9", "store.stripe_freeze.annual_probability=0.9"]
    on += ["store.paypal_freeze.reopen=true", "store.stripe_freeze.enabled=true", "store.returns.fee_given_back=true"]
    on += ["store.goods.supplier_credit_days=20", "store.opening.compliance=true", "wallet.credit_limit=500"]
    on += [f"store.{name}_reserve.annual_probability=0.9" for name in ("paypal", "stripe")]
    on += [
        "wallet.seller_tax=without_export_papers",
        "wallet.sales_tax_threshold=2000",
        "market.duty_on=checkout_price",
    ]
    on += [
        "alibaba.violations.enabled=true",
        "alibaba.warehouse.enabled=true",
        "alibaba.product_selection.enabled=true",
    ]
    return [*on, "wallet.capital=30000"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_reconciliation_holds_on_every_path_and_day(name):
    scenario = sim.load(f"configs/{name}.yaml", SHORT)
    run = simulate(scenario, Plan(seed=3, worlds=256, replicates=4, audit=True))
    for record in run.records.values():
        for _, table in record.groups():
            for field, values in table.items():
                assert not np.isnan(values).any(), field


@pytest.mark.parametrize("name", SCENARIOS)
def test_reconciliations_hold_with_everything_switched_on(name):
    scenario = sim.load(f"configs/{name}.yaml", [*SHORT, *everything_on(name)])
    run = simulate(scenario, Plan(seed=4, worlds=128, replicates=8, audit=True))
    frozen = [
        values for record in run.records.values() for key, values in record.paths.items() if key.endswith(".freezes")
    ]
    assert frozen
    assert max(values.max() for values in frozen) >= 1


@pytest.mark.parametrize("policy", ["other_processor", "frozen_account", "stop"])
@pytest.mark.parametrize("lost", ["hold_of_lost_funds", "evidence_window"])
def test_reconciliations_hold_under_every_freeze_policy(policy, lost):
    freeze = [
        f"store.paypal_freeze.{key}" for key in (f"new_sales={policy}", f"lost_funds={lost}", "annual_probability=0.95")
    ]
    scenario = sim.load("configs/article.yaml", ["strategies={independent: [store]}", "horizon_days=210", *freeze])
    run = simulate(scenario, Plan(seed=5, worlds=64, replicates=16, audit=True))
    assert run.records["independent"].paths["store.paypal_freeze.forfeited"].max() > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", channel_names())
def test_every_optional_section_can_be_switched_off(name):
    optional = [part.section for part in channel(name).parts if not part.required]
    for section in optional:
        overrides = [f"{name}.{section}.enabled=false", f"strategies={{only: [{name}]}}", "horizon_days=30"]
        # The shares of what is left must be one.
        if section in ("meta", "google"):
            overrides += [f"{name}.{ {'meta': 'google', 'google': 'meta'}[section] }.budget_share=1"]
        if section in ("paypal", "stripe"):
            overrides += [f"{name}.{ {'paypal': 'stripe', 'stripe': 'paypal'}[section] }.share=1"]
        scenario = sim.load("configs/market.yaml", overrides)
        run = simulate(scenario, Plan(seed=1, worlds=64, replicates=16, audit=True))
        assert np.isfinite(run.records["only"].monthly["settled_profit"]).all(), section


@pytest.mark.parametrize("name", channel_names())
def test_everything_optional_can_be_switched_off_at_once(name):
    optional = [part.section for part in channel(name).parts if not part.required and part.section != "paypal"]
    overrides = [f"{name}.{section}.enabled=false" for section in optional]
    overrides += [f"strategies={{only: [{name}]}}", "horizon_days=30"]
    if name == "store":
        overrides += ["store.paypal.share=1"]
    run = simulate(sim.load("configs/market.yaml", overrides), Plan(seed=1, worlds=64, replicates=16, audit=True))
    assert np.isfinite(run.records["only"].monthly["settled_profit"]).all()


@pytest.mark.parametrize("name", channel_names())
def test_declarations_are_complete(name):
    for part in channel(name).parts:
        mechanism = part.mechanism
        assert mechanism.does, f"{part.section} does not say what it does"
        assert issubclass(mechanism, Mechanism)
        assert isinstance(mechanism.phase, Phase)
        doc = mechanism.__doc__ or ""
        assert "When in the day:" in doc, f"{mechanism.__name__} does not say when"
        assert "Posts:" in doc, f"{mechanism.__name__} does not say what it posts"
        for field, parameter in parameters_of(mechanism).items():
            assert parameter.meaning, f"{part.section}.{field} has no meaning"
            assert parameter.form in ("switch", "choice") or parameter.unit, f"{part.section}.{field} has no unit"


def test_parameters_are_left_untouched():
    scenario = sim.load("configs/market.yaml", ["horizon_days=40"])
    plan = Plan(seed=2, worlds=64, replicates=16)
    worlds = span_worlds(scenario, plan, range(1))
    built = {name: mechanisms_of(scenario, name, worlds) for name in ("alibaba", "store")}
    before = copy.deepcopy(worlds)
    environment, strategies, luck = prepare(scenario, plan, range(1), only="dual")
    strategy = StrategyRun("dual", built, strategies[0].solvency, luck)
    for day in range(40):
        luck.day = day
        environment.step(day)
        strategy.live(environment)
    for name, values in worlds.items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)


def test_posting_to_an_undeclared_account_is_refused():
    scenario = sim.load("configs/article.yaml", ["horizon_days=30"])
    _, strategies, _ = prepare(scenario, Plan(worlds=64, replicates=16), range(1), only="independent")
    book = strategies[0].ledger.books["store"]
    with pytest.raises(KeyError):
        book.post(
            1.0,
            debit=Account("nowhere", strategies[0].ledger.entries[0][1].kind),
            credit=strategies[0].ledger.entries[0][1],
        )
