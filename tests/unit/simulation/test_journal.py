"""The journal of one path: every posting of it and of no other, each way round, by whom and when."""

import re
from datetime import date, timedelta

import pytest

import sim
from sim.business.channels import channel
from sim.business.ledger import CAPITAL, CASH
from sim.randomness.streams import BLOCK
from sim.simulation.engine import prepare
from sim.simulation.journal import MIN_AMOUNT, journal
from sim.simulation.plan import Plan, PlanError

DAYS = 60
PATH = BLOCK + 37
PLAN = Plan(seed=5, worlds=2 * BLOCK, replicates=1)


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/dual.yaml", [f"horizon_days={DAYS}", "wallet.capital=6000", "wallet.credit_limit=800"])


@pytest.fixture(scope="module")
def rows(scenario):
    return list(journal(scenario, PLAN, "dual", PATH))


@pytest.mark.parametrize("path", [-1, 2 * BLOCK, 1.5])
def test_a_path_that_was_not_run_has_no_journal(scenario, path):
    with pytest.raises(PlanError, match=re.escape(f"paths run from 0 to {2 * BLOCK - 1} (found {path})")):
        next(journal(scenario, PLAN, "dual", path))


def test_a_strategy_that_there_is_not_has_no_journal(scenario):
    with pytest.raises(PlanError, match=r"no strategy 'duel'; there are: .*dual"):
        next(journal(scenario, PLAN, "duel", PATH))


@pytest.fixture(scope="module")
def books(scenario):
    """What the path's block has on its accounts in the end."""
    environment, (strategy,), luck = prepare(scenario, PLAN, range(1, 2), only="dual")
    for luck.day in range(DAYS):
        environment.step(luck.day)
        strategy.live(environment)
    return strategy.ledger


def test_the_postings_add_up_to_every_balance_of_the_path(rows, books):
    shared = {account.name for owner, account in books.entries if not owner}
    found, number = {}, {}
    for _, _, owner, _, debit, credit, amount in rows:
        for name, sign in ((debit, 1), (credit, -1)):
            key = ("" if name in shared else owner, name)
            found[key] = found.get(key, 0.0) + sign * float(amount)
            number[key] = number.get(key, 0) + 1
    for (owner, account), balance in zip(books.entries, books.balances[:, PATH % BLOCK], strict=True):
        key = (owner, account.name)
        # Each is written to the cent, and what rounds to none is left out.
        assert found.pop(key, 0.0) == pytest.approx(balance, abs=MIN_AMOUNT * (number.get(key, 0) + 3 * DAYS)), key
    assert found == {}


def test_it_opens_with_the_capital_and_amounts_are_positive(rows):
    assert rows[0] == (0, "2026-09-07", "wallet", "opening balance", CASH.name, CAPITAL.name, "6000.00")
    assert all(float(amount) > 0 for *_, amount in rows)


def test_a_posting_names_its_day_its_channel_and_its_mechanism(rows):
    sections = {name: {part.section for part in channel(name).parts} for name in ("alibaba", "store")}
    sections = {name: found | {"closing"} for name, found in sections.items()}
    sections["wallet"] = {"opening balance", "closing"}
    days = [day for day, *_ in rows]
    assert days == sorted(days)
    assert set(days) == set(range(DAYS))
    for day, written, owner, mechanism, *_ in rows:
        assert date.fromisoformat(written) == date(2026, 9, 7) + timedelta(days=day)
        assert mechanism in sections[owner]


def test_a_provision_that_falls_is_written_the_other_way_round(rows):
    provision, loss = "provision for unexpired membership", "membership not yet used"
    ways = [(day, debit, credit) for day, *_, debit, credit, _ in rows if provision in (debit, credit)]
    assert ways == [(0, loss, provision), (29, provision, loss), (59, provision, loss)]


def test_what_is_borrowed_overnight_is_the_wallets(scenario):
    poor = scenario.with_({"wallet.capital": 150.0})
    borrowed = [row for row in journal(poor, PLAN, "dual", 0) if "credit line" in row[4:6]]
    assert {(row[2], row[3]) for row in borrowed} == {("wallet", "closing")}
    assert {row[4:6] for row in borrowed} >= {("cash", "credit line"), ("interest", "credit line")}
