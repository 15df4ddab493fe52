"""Cash as an accountant would check it: ruin replayed from the journal, capital that changes nothing, pay not drawn."""

from collections import deque

import numpy as np
import pytest

import sim
from sim.randomness.streams import BLOCK
from sim.results.outcomes import profitable
from sim.simulation import journal as journals
from sim.simulation.engine import prepare, simulate
from sim.simulation.plan import Plan
from sim.simulation.recorder import Recorder

GRACE, RUINED = 15, 70
HALF_A_CENT = 0.005

PROVIDED = ("returns", "chargebacks", "money")
"""Last words of the provisions that belong to what a month sold."""


def journals_of(scenario, plan, strategy, paths):
    """Return what `sim path` prints of each path; their block is lived through once, not once a path."""
    scribes = {path: journals.Scribe(path) for path in paths}

    class Everyone:
        """A scribe for all of them."""

        def begin(self, section):
            for scribe in scribes.values():
                scribe.begin(section)

        def note(self, channel, amount, debit, credit):
            whole = np.broadcast_to(amount, (BLOCK,))
            for scribe in scribes.values():
                scribe.note(channel, whole, debit, credit)

    environment, [run], luck = prepare(scenario, plan, range(1), only=strategy)
    journals.watch(run, Everyone())
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        for scribe in scribes.values():
            scribe.day = day
        run.live(environment, before=Everyone().begin)
    return {path: scribe.rows for path, scribe in scribes.items()}


def replay(rows, cash, until):
    """Live on a wallet by the journal: each receipt pays the oldest bill first, what cannot be paid waits.

    Returns the (day, amount) of bills unpaid at the end of a day, the oldest first, and all days on which ads or orders
    were paid for while a bill waited. What the books file as unpaid bills is not looked at.
    """
    owed, sold_while_owing = deque(), []
    for day, _, _, _, debit, credit, text in rows:
        if day > until:
            break
        amount = float(text)
        if "unpaid bills" in (debit, credit):
            continue
        if debit == "cash":
            while owed and amount > 0:
                due, bill = owed.popleft()
                if bill - amount > HALF_A_CENT:
                    owed.appendleft((due, bill - amount))
                amount -= bill
            cash += max(amount, 0.0)
        elif credit == "cash":
            if debit == "advertising" and any(due < day for due, _ in owed):
                sold_while_owing.append(day)
            short = amount - cash
            cash = max(cash - amount, 0.0)
            if short > HALF_A_CENT:
                owed.append((day, short))
    return owed, sold_while_owing


@pytest.mark.slow
@pytest.mark.parametrize(("strategy", "capital"), [("independent", 4500), ("alibaba", 7000), ("dual", 10_000)])
def test_at_every_ruin_the_oldest_bill_is_older_than_the_grace(strategy, capital):
    """Two hundred ruined paths in all; on the eve of ruin, and on paths that were spared, no bill is that old."""
    scenario, plan = sim.load("configs/market.yaml", [f"wallet.capital={capital}"]), Plan(1, 256, 4)
    record = simulate(scenario.with_({"strategies": {strategy: list(scenario.strategies[strategy])}}), plan).records
    ruin_day = record[strategy].paths["ruin_day"]
    ruined = np.flatnonzero(np.isfinite(ruin_day))[:RUINED]
    assert len(ruined) == RUINED, "the case is there"
    spared = np.flatnonzero(np.isinf(ruin_day) & (record[strategy].paths["cash_needed_at_least"] > 0))[:10]
    rows = journals_of(scenario, plan, strategy, [*ruined, *spared])
    for path in ruined:
        day = int(ruin_day[path])
        owed, sold = replay(rows[path], capital, day)
        assert owed[0][0] <= day - GRACE, f"path {path}"
        eve, _ = replay(rows[path], capital, day - 1)
        assert not eve or eve[0][0] > day - 1 - GRACE, f"path {path}: it was ruined before"
        assert not sold, f"path {path}"
    for path in spared:
        for day in range(scenario.horizon_days):
            owed, sold = replay(rows[path], capital, day)
            assert not sold
            assert not owed or owed[0][0] > day - GRACE, f"path {path}, day {day}: it should have been ruined"


@pytest.mark.slow
@pytest.mark.parametrize("config", ["article", "market"])
def test_a_path_that_nothing_held_back_needs_the_same_cash_with_any_capital(config):
    scenario, plan = sim.load(f"configs/{config}.yaml"), Plan(1, 512, 2)
    capitals = (10_000, 30_000, 100_000)
    records = {c: simulate(scenario.with_({"wallet.capital": c}), plan).records for c in capitals}
    for strategy in scenario.strategies:
        needed, marked = (
            {c: records[c][strategy].paths[name] for c in capitals} for name in ("peak_funding", "cash_needed_at_least")
        )
        for less in capitals:
            free = marked[less] == 0
            for more in (c for c in capitals if c >= less):
                assert not marked[more][free].any(), (strategy, less, more)
                np.testing.assert_allclose(needed[more][free], needed[less][free], rtol=0, atol=0.01)
        assert (needed[10_000] <= needed[100_000] + 0.01).mean() > 0.5, "a lower bound on most"
    shares = [records[10_000][strategy].paths["cash_needed_at_least"].mean() for strategy in scenario.strategies]
    assert min(shares) < 0.1, "some paths are held back by nothing"
    assert max(shares) > 0.9, "and some are"


@pytest.mark.slow
@pytest.mark.parametrize("config", ["article", "market"])
def test_the_owners_pay_changes_neither_cash_nor_orders_nor_ruin(config):
    scenario, plan = sim.load(f"configs/{config}.yaml", ["horizon_days=150"]), Plan(1, 64, 2)
    used = {channel for channels in scenario.strategies.values() for channel in channels}
    without, paid = (
        simulate(scenario.with_({f"{channel}.owner_pay.monthly_pay": pay for channel in used}), plan).records
        for pay in (0, 1000)
    )
    for strategy in scenario.strategies:
        for table, names in (("monthly", set(without[strategy].monthly)), ("paths", set(without[strategy].paths))):
            for name in sorted(names - {"profit_after_owner_pay"}):
                ours, theirs = (getattr(records[strategy], table)[name] for records in (without, paid))
                np.testing.assert_array_equal(ours, theirs, err_msg=f"{strategy} {name}")
        gap = without[strategy].monthly["profit_after_owner_pay"] - paid[strategy].monthly["profit_after_owner_pay"]
        channels = len(scenario.strategies[strategy])
        assert gap.max() <= 5000 * channels + 0.1
        assert gap.max() > 900


@pytest.mark.slow
@pytest.mark.parametrize("config", ["article", "market"])
def test_a_months_operating_profit_is_what_was_booked_and_how_provisions_moved(config):
    """Read from the accounts by their names, before rounding; without set-up, pay and other provisions."""
    left_out = {"set-up", "compliance and CRM", "owner's pay", "membership not yet used", "expected loss on stock"}
    accruals = {"expected returns", "expected chargebacks", "expected loss on frozen money"}
    scenario, plan = sim.load(f"configs/{config}.yaml"), Plan(1, 256, 4)
    environment, strategies, luck = prepare(scenario, plan, range(1))
    recorders = {s.name: ShownRecorder(s.ledger, 3, scenario.horizon_days) for s in strategies}
    before = dict.fromkeys(recorders, 0.0)
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        for strategy in strategies:
            strategy.live(environment)
            recorder, ledger = recorders[strategy.name], strategy.ledger
            recorder.watch(day, [channel.today for channel in strategy.channels], strategy.wallet)
            if (day + 1) % 30:
                continue
            to_date = by_names(ledger, left_out, accruals)
            scale = 1.0 + ledger.gross()
            assert (np.abs(recorder.unrounded - (to_date - before[strategy.name])) <= 1e-9 * scale).all(), (
                strategy.name,
                day,
            )
            before[strategy.name] = to_date
    for strategy in strategies:
        record = recorders[strategy.name].result(strategy.wallet, 10_000.0, {})
        ordered = record.monthly["orders_taken"] > 0
        good = profitable(record, "operating_profit")
        assert good.any()
        assert not (good & ~ordered).any(), "no month without an order counts"


class ShownRecorder(Recorder):
    """A recorder that shows a month's operating profit before it is rounded."""

    def _gained(self, line, total):
        gained = super()._gained(line, total)
        if line == ("monthly", "operating_profit"):
            self.unrounded = gained
        return gained


def by_names(ledger, left_out, accruals):
    """Return booked income less expenses, less the provisions as they stand, to date."""
    total = np.zeros_like(ledger.balances[0])
    for (_, account), balance in zip(ledger.entries, ledger.balances, strict=True):
        provided = account.name.startswith("provision for") and account.name.split()[-1] in PROVIDED
        booked = account.kind.name in ("INCOME", "EXPENSE") and account.name not in left_out | accruals
        if provided:
            total += balance  # credit balances: negative
        elif booked:
            total -= balance
    return total
