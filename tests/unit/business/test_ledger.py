"""Double entry: every posting on two sides, cash filed under its counter-account, profit by kind."""

import gc
import weakref

import numpy as np
import pytest

from sim.business.ledger import CAPITAL, CASH, CREDIT_LINE, INTEREST, PROFIT_KINDS, UNPAID_BILLS, Account, Kind, Ledger

SALES = Account("sales", Kind.INCOME, variable=True)
GOODS = Account("cost of goods", Kind.EXPENSE, variable=True)
RENT = Account("rent", Kind.EXPENSE)
SETUP = Account("opening", Kind.SETUP)
ACCRUED = Account("expected returns", Kind.ACCRUAL)
PROVISION = Account("provision", Kind.LIABILITY)
PAY = Account("owner's pay", Kind.DRAWING)
PENDING = Account("paypal pending", Kind.ASSET, cash_line="received from paypal")
HELD = Account("paypal held", Kind.ASSET, cash_line="received from paypal")
STORE = (SALES, GOODS, RENT, SETUP, ACCRUED, PROVISION, PAY, PENDING, HELD)


@pytest.fixture
def ledger():
    return Ledger({"store": STORE, "alibaba": (SALES, GOODS, UNPAID_BILLS)}, 3)


@pytest.fixture
def store(ledger):
    return ledger.books["store"]


def test_debit_receives_and_credit_gives(store):
    store.post(np.array([1.0, 2.0, 3.0]), debit=PENDING, credit=SALES)
    store.post(5.0, debit=PENDING, credit=SALES)
    np.testing.assert_array_equal(store.balance(PENDING), [6, 7, 8])
    np.testing.assert_array_equal(store.balance(SALES), [-6, -7, -8])


def test_all_accounts_sum_to_zero_after_every_posting(ledger, store, rng):
    for _ in range(200):
        debit, credit = rng.choice(len(STORE) + 1, 2, replace=False)
        chart = (CASH, *STORE)
        store.post(rng.normal(0, 1000, 3), debit=chart[debit], credit=chart[credit])
        np.testing.assert_allclose(ledger.balances.sum(axis=0), 0.0, atol=1e-9)


def test_cash_is_filed_under_its_counter_account_with_its_sign(ledger, store):
    store.post(100.0, debit=CASH, credit=CAPITAL)
    store.post(30.0, debit=RENT, credit=CASH)
    store.post(40.0, debit=PENDING, credit=SALES)
    store.post(25.0, debit=CASH, credit=PENDING)
    moved = {("", CAPITAL): 100.0, ("store", RENT): -30.0, ("store", PENDING): 25.0}
    for entry, flow in zip(ledger.entries, ledger.cash_flows, strict=True):
        np.testing.assert_array_equal(flow, np.full(3, moved.get(entry, 0.0)), err_msg=entry[1].name)
    np.testing.assert_array_equal(ledger.cash_flows.sum(axis=0), store.balance(CASH))
    np.testing.assert_array_equal(store.balance(CASH), np.full(3, 95.0))


def test_an_equal_cash_account_counts_as_cash(ledger, store):
    twin = Account("cash", Kind.ASSET, shared=True)
    store.post(10.0, debit=twin, credit=CAPITAL)
    store.post(4.0, debit=RENT, credit=twin)
    np.testing.assert_array_equal(ledger.cash_flows.sum(axis=0), np.full(3, 6.0))


def test_every_channel_has_its_own_row_of_an_account(ledger, store):
    store.post(7.0, debit=PENDING, credit=SALES)
    np.testing.assert_array_equal(ledger.books["alibaba"].balance(SALES), np.zeros(3))
    assert ("store", SALES) in ledger.entries
    assert ("alibaba", SALES) in ledger.entries


def test_channels_share_the_wallet(ledger, store):
    store.post(7.0, debit=CASH, credit=CAPITAL)
    for name in ("alibaba", ""):
        np.testing.assert_array_equal(ledger.books[name].balance(CASH), np.full(3, 7.0))
    for account in (CASH, CAPITAL, CREDIT_LINE, UNPAID_BILLS, INTEREST):
        assert ledger.entries.count(("", account)) == 1


def test_an_undeclared_account_cannot_be_posted_to(ledger):
    alibaba = ledger.books["alibaba"]
    assert PENDING not in alibaba
    assert SALES in alibaba
    with pytest.raises(KeyError):
        alibaba.post(1.0, debit=PENDING, credit=SALES)


def test_profit_is_income_less_cost_by_kind(ledger, store):
    store.post(100.0, debit=PENDING, credit=SALES)
    store.post(40.0, debit=GOODS, credit=CASH)
    store.post(15.0, debit=SETUP, credit=CASH)
    store.post(5.0, debit=ACCRUED, credit=PROVISION)
    store.post(12.0, debit=PAY, credit=CASH)
    expected = {
        frozenset({Kind.INCOME, Kind.EXPENSE}): 60.0,
        frozenset({Kind.INCOME, Kind.EXPENSE, Kind.SETUP}): 45.0,
        PROFIT_KINDS: 40.0,
        PROFIT_KINDS | {Kind.DRAWING}: 28.0,
        frozenset({Kind.ASSET}): -(100.0 - 67.0),
    }
    for kinds, profit in expected.items():
        np.testing.assert_array_equal(ledger.profit(kinds), np.full(3, profit))
    np.testing.assert_array_equal(ledger.profit(), np.full(3, 40.0))


def test_profit_adds_the_channels(ledger, store):
    store.post(100.0, debit=PENDING, credit=SALES)
    ledger.books["alibaba"].post(11.0, debit=CASH, credit=SALES)
    np.testing.assert_array_equal(ledger.profit(), np.full(3, 111.0))
    assert len(ledger.rows({Kind.INCOME})) == 2
    np.testing.assert_array_equal(store.profit(), np.full(3, 100.0))
    np.testing.assert_array_equal(ledger.books["alibaba"].profit(), np.full(3, 11.0))


def test_net_worth_is_capital_and_profit(ledger, store, rng):
    chart = (CASH, CAPITAL, *STORE)
    for _ in range(300):
        debit, credit = rng.choice(len(chart), 2, replace=False)
        store.post(rng.normal(0, 100, 3), debit=chart[debit], credit=chart[credit])
    worth = ledger.balances[ledger.rows({Kind.ASSET, Kind.LIABILITY})].sum(axis=0)
    owners = -store.balance(CAPITAL) + ledger.profit(PROFIT_KINDS | {Kind.DRAWING})
    np.testing.assert_allclose(worth, owners, atol=1e-8)


def test_contribution_counts_what_varies_in_this_channel_alone(ledger, store):
    store.post(100.0, debit=PENDING, credit=SALES)
    store.post(40.0, debit=GOODS, credit=CASH)
    store.post(30.0, debit=RENT, credit=CASH)
    ledger.books["alibaba"].post(999.0, debit=CASH, credit=SALES)
    np.testing.assert_array_equal(store.contribution(), np.full(3, 60.0))
    np.testing.assert_array_equal(ledger.books[""].contribution(), np.zeros(3))


def test_gross_measures_both_tables(ledger, store):
    store.post(100.0, debit=CASH, credit=CAPITAL)
    np.testing.assert_array_equal(ledger.gross(), np.full(3, 300.0))


def test_nothing_posted_changes_nothing(ledger, store):
    store.post(0.0, debit=PENDING, credit=SALES)
    store.post(np.zeros(3), debit=CASH, credit=SALES)
    assert not ledger.balances.any()
    assert not ledger.cash_flows.any()


def test_the_posted_array_is_left_as_it_was(store):
    amount = np.array([1.0, 2.0, 3.0])
    store.post(amount, debit=PENDING, credit=SALES)
    store.post(amount, debit=PENDING, credit=SALES)
    np.testing.assert_array_equal(amount, [1, 2, 3])


def test_an_account_goes_by_its_name_on_the_cash_flow_statement_unless_told():
    assert SALES.cash_line == "sales"
    assert PENDING.cash_line == HELD.cash_line == "received from paypal"
    assert PENDING != HELD
    assert Account("sales", Kind.INCOME, variable=True) == SALES


def test_the_profit_of_a_channel_is_its_own_and_not_the_wallets(ledger, store):
    store.post(30.0, debit=RENT, credit=CASH)
    store.post(5.0, debit=INTEREST, credit=CASH)
    np.testing.assert_array_equal(store.profit(), np.full(3, -30.0))
    np.testing.assert_array_equal(ledger.books[""].profit(), np.full(3, -5.0))
    assert ledger.entries[ledger.rows({Kind.EXPENSE})[0]] == ("", INTEREST)
    assert len(ledger.rows({Kind.EXPENSE})) == 4


def test_books_that_nobody_holds_are_gone_at_once():
    gc.disable()  # which would find what holds itself
    try:
        ledger = Ledger({"store": STORE}, 3)
        seen = weakref.ref(ledger)
        del ledger
        assert seen() is None
    finally:
        gc.enable()
