"""The recorder: readings at month ends, flows by month, statements that sum, spans put side by side."""

import weakref

import numpy as np
import pytest

from sim.business.ledger import CAPITAL, CASH, CREDIT_LINE, UNPAID_BILLS, Account, Kind, Ledger, LedgerError
from sim.business.state import Today, Wallet
from sim.results.outcomes import profitable
from sim.simulation.recorder import FLOWS, PROFIT_READINGS, Record, Recorder, first_stable_month, join, keep_once, place

SALES = Account("sales", Kind.INCOME, variable=True)
RENT = Account("rent", Kind.EXPENSE)
SETUP = Account("opening", Kind.SETUP)
EXPECTED = Account("expected chargebacks", Kind.EXPECTED)
ACCRUED = Account("expected returns", Kind.ACCRUAL)
PROVISION = Account("provision", Kind.LIABILITY)
PAY = Account("owner's pay", Kind.DRAWING)
PENDING = Account("pending", Kind.ASSET, cash_line="received from paypal")
HELD = Account("held", Kind.ASSET, cash_line="received from paypal")
CHART = (SALES, RENT, SETUP, EXPECTED, ACCRUED, PROVISION, PAY, PENDING, HELD)
N = 4


class Diary:
    """Two channels on one wallet, watched for some days."""

    def __init__(self, horizon, stable_months=2):
        self.horizon = horizon
        self.ledger = Ledger({"store": CHART, "alibaba": CHART}, N)
        self.store, self.alibaba = self.ledger.books["store"], self.ledger.books["alibaba"]
        self.wallet = Wallet(("store", "alibaba"), self.ledger.books[""], N)
        self.recorder = Recorder(self.ledger, stable_months, horizon)
        self.store.post(1000.0, debit=CASH, credit=CAPITAL)

    def live(self, act=lambda day: None, **flows):
        for day in range(self.horizon):
            act(day)
            trading = np.ones(N, dtype=bool)
            self.recorder.watch(day, [Today(trading, **flows), Today(trading)], self.wallet)
        return self.recorder.result(self.wallet, 1000.0, {"store.freeze.days": np.arange(N)})


def test_the_readings_of_profit_are_told_apart():
    diary = Diary(90)

    def act(day):
        diary.store.post(10.0, debit=PENDING, credit=SALES)
        diary.alibaba.post(1.0, debit=PENDING, credit=SALES)
        diary.store.post(2.0, debit=ACCRUED, credit=PROVISION)
        if day == 0:
            diary.store.post(50.0, debit=SETUP, credit=CASH)
        if day == 45:
            diary.store.post(30.0, debit=PAY, credit=CASH)

    monthly = diary.live(act).monthly
    by_hand = {
        "operating_profit": [330, 330, 330],
        "cumulative_profit": [280, 610, 940],
        "settled_profit": [220, 490, 760],
        "profit_after_owner_pay": [220, 460, 730],
        "cash": [950, 920, 920],
    }
    for name, months in by_hand.items():
        np.testing.assert_allclose(monthly[name], np.outer(months, np.ones(N)), err_msg=name)


def test_a_flow_that_is_one_number_counts_for_every_path():
    record = Diary(60).live(ad_spend=5.0, clicks=np.arange(N, dtype=float))
    np.testing.assert_allclose(record.monthly["ad_spend"], np.full((2, N), 150.0))
    np.testing.assert_allclose(record.monthly["clicks"], [30.0 * np.arange(N)] * 2)


def test_a_month_has_30_days_and_what_is_left_of_the_horizon_a_row_of_its_own():
    diary = Diary(75)
    record = diary.live(lambda day: diary.store.post(1.0 * (day + 1), debit=CASH, credit=SALES), ad_spend=2.0)
    np.testing.assert_allclose(record.monthly["operating_profit"][:, 0], [465, 1365, 1020])
    np.testing.assert_allclose(record.profit_and_loss["sales"][:, 0], [465, 1365, 1020])
    np.testing.assert_allclose(record.cash_flow["sales"][:, 0], [465, 1365, 1020])
    np.testing.assert_allclose(record.monthly["settled_profit"][:, 0], [465, 1830, 2850])
    np.testing.assert_allclose(record.monthly["cash"][:, 0], [1465, 2830, 3850])
    np.testing.assert_allclose(record.monthly["ad_spend"][:, 0], [60, 60, 30])
    assert record.short_month
    assert record.first(2).short_month
    assert not Diary(60).live().short_month


@pytest.mark.parametrize(("days", "stable"), [(60, 2), (89, np.inf), (90, 3)])
def test_a_few_days_are_no_profitable_month(days, stable):
    diary = Diary(days, stable_months=2 if days == 60 else 3)
    record = diary.live(lambda day: diary.store.post(1.0, debit=CASH, credit=SALES))
    assert (record.paths["first_stable_month"] == stable).all()


def test_ruin_of_the_last_days_counts_in_the_last_row():
    diary = Diary(75)

    def act(day):
        if day == 70:
            diary.wallet.insolvent_since[1] = 70

    np.testing.assert_array_equal(diary.live(act).monthly["ruined"], [[0, 0, 0, 0]] * 2 + [[0, 1, 0, 0]])


def test_a_month_is_profitable_where_the_shop_was_at_work_and_not_ruined():
    diary = Diary(90, stable_months=2)

    def act(day):
        diary.store.post(1.0, debit=CASH, credit=SALES)
        if (day + 1) % 30 == 0:
            diary.wallet.at_work = np.array([True, day != 29, day != 59, True])
        if day == 75:
            diary.wallet.insolvent_since[3] = 75

    record = diary.live(act)
    np.testing.assert_array_equal(record.monthly["at_work"], [[1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 1]])
    np.testing.assert_array_equal(record.paths["first_stable_month"], [2, 3, np.inf, 2])
    np.testing.assert_array_equal(profitable(record, "operating_profit"), [[1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]])
    assert profitable(record).sum() == 11, "profit to date is that of closed shops too"


def test_provisions_of_sales_are_in_the_operating_profit_and_others_in_settled_profit_alone():
    diary = Diary(30)

    def act(day):
        diary.store.post(10.0, debit=CASH, credit=SALES)
        diary.store.post(2.0, debit=EXPECTED, credit=PROVISION)
        diary.store.post(0.5, debit=ACCRUED, credit=PROVISION)

    monthly = diary.live(act).monthly
    found = {reading: monthly[reading][0, 0] for reading in PROFIT_READINGS}
    by_hand = {"operating_profit": 240, "cumulative_profit": 300, "settled_profit": 225, "profit_after_owner_pay": 225}
    assert found == by_hand


def test_whom_want_of_cash_held_back_is_kept():
    diary = Diary(30)
    diary.wallet.held_back[2] = True
    np.testing.assert_array_equal(diary.live().paths["cash_needed_at_least"], [0, 0, 1, 0])


def test_flows_add_the_days_and_the_channels():
    diary = Diary(60)
    for day in range(60):
        trading = np.ones(N, dtype=bool)
        store = Today(trading, orders=np.arange(4.0), ad_spend=2.5 + (day >= 30))
        alibaba = Today(trading, orders=np.ones(N), inquiries=np.full(N, 3.0))
        diary.recorder.watch(day, [store, alibaba], diary.wallet)
    monthly = diary.recorder.result(diary.wallet, 1000.0, {}).monthly
    np.testing.assert_allclose(monthly["orders"], np.outer([30, 30], 1 + np.arange(4)))
    np.testing.assert_allclose(monthly["inquiries"], np.full((2, N), 90))
    np.testing.assert_allclose(monthly["refunds"], np.zeros((2, N)))
    assert set(FLOWS) <= set(monthly)


def test_the_share_of_sales_that_was_paid_for_follows_the_orders():
    orders = np.array([4.0, 0.0, 5.0, 2.0])
    paid = np.array([1.0, 0.0, 5.0, 0.0])
    monthly = Diary(30).live(orders=orders, paid_orders=paid, gross_sales=np.full(N, 100.0)).monthly
    np.testing.assert_allclose(monthly["paid_sales"], [[750, 0, 3000, 0]])
    np.testing.assert_allclose(monthly["gross_sales"], [[3000] * 4])


def test_the_lowest_cash_counts_what_is_borrowed_and_any_day_of_the_month():
    diary = Diary(60)

    def act(day):
        if day == 10:
            diary.store.post(np.array([100.0, 0, 0, 1500]), debit=RENT, credit=CASH)
        if day == 12:
            diary.store.post(np.array([100.0, 0, 0, 1500]), debit=CASH, credit=SALES)
        if day == 40:
            diary.store.post(np.array([0.0, 0, 300, 0]), debit=CASH, credit=CREDIT_LINE)
            diary.store.post(np.array([0.0, 0, 1200, 0]), debit=RENT, credit=CASH)

    paths = diary.live(act).paths
    np.testing.assert_allclose(paths["lowest_cash"], [900, 1000, -200, -500])
    np.testing.assert_allclose(paths["peak_funding"], [100, 0, 1200, 1500])


def test_ruin_counts_from_the_month_it_happens_in():
    diary = Diary(90)

    def act(day):
        if day == 35:
            diary.wallet.insolvent_since[1] = 35
        if day == 29:
            diary.wallet.insolvent_since[2] = 29

    record = diary.live(act)
    np.testing.assert_array_equal(record.monthly["ruined"], [[0, 0, 1, 0], [0, 1, 1, 0], [0, 1, 1, 0]])
    np.testing.assert_array_equal(record.paths["ruin_day"], [np.inf, 35, 29, np.inf])


def test_figures_of_the_mechanisms_are_kept_by_name():
    paths = Diary(30).live().paths
    np.testing.assert_array_equal(paths["store.freeze.days"], np.arange(N))


def test_statement_lines_are_by_month_merge_channels_and_sum_to_the_readings():
    diary = Diary(60)

    def act(day):
        diary.store.post(10.0, debit=PENDING, credit=SALES)
        diary.alibaba.post(5.0, debit=HELD, credit=SALES)
        diary.store.post(4.0, debit=CASH, credit=PENDING)
        diary.alibaba.post(2.0, debit=CASH, credit=HELD)
        diary.store.post(3.0, debit=RENT, credit=CASH)
        if day == 31:
            diary.store.post(20.0, debit=PAY, credit=CASH)

    record = diary.live(act)
    profit, cash = record.profit_and_loss, record.cash_flow
    np.testing.assert_allclose(profit["sales"][:, 0], [450, 450])
    np.testing.assert_allclose(profit["rent"][:, 0], [-90, -90])
    np.testing.assert_allclose(profit["owner's pay"][:, 0], [0, -20])
    np.testing.assert_allclose(cash["received from paypal"][:, 0], [180, 180])
    np.testing.assert_allclose(cash["owner's capital"][:, 0], [1000, 0])
    assert "cash" not in cash
    np.testing.assert_allclose(
        np.cumsum(sum(profit.values()), axis=0), record.monthly["profit_after_owner_pay"], rtol=1e-6
    )
    np.testing.assert_allclose(np.cumsum(sum(cash.values()), axis=0), record.monthly["cash"], rtol=1e-6)


def test_cash_that_moves_beside_the_books_stops_the_run():
    diary = Diary(30)

    def act(day):
        if day == 20:
            diary.ledger.balances[0, 2] += 0.01

    with pytest.raises(LedgerError, match="do not sum to cash"):
        diary.live(act)


def test_what_is_kept_is_float32():
    record = Diary(30).live(orders=np.ones(N))
    for _, table in record.groups():
        for name, values in table.items():
            assert values.dtype == np.float32, name


def test_readings_do_not_change_after_their_month():
    diary = Diary(60)
    record = diary.live(lambda day: diary.store.post(100.0, debit=CASH, credit=SALES) if day == 59 else None)
    np.testing.assert_array_equal(record.monthly["cash"][0], np.full(N, 1000.0))
    np.testing.assert_array_equal(record.monthly["settled_profit"][0], np.zeros(N))


@pytest.mark.parametrize(
    ("profits", "needed", "expected"),
    [
        ([1, 1, 1, 1], 2, 2),
        ([-1, 1, 1, -1], 2, 3),
        ([1, -1, 1, 1], 2, 4),
        ([1, -1, 1, -1], 2, np.inf),
        ([0, 0, 0, 0], 1, np.inf),
        ([-1, -1, -1, 1], 1, 4),
        ([1, 1, -1, 1], 3, np.inf),
        ([1, 1, 1, -1], 3, 3),
    ],
)
def test_stability_is_a_run_of_profitable_months_and_dates_from_its_last(profits, needed, expected):
    assert first_stable_month(np.array(profits)[:, None] > 0, needed)[0] == expected


def test_spans_are_joined_in_order_and_cut():
    def record(values):
        array = np.array(values, dtype=np.float32)
        return Record({"cash": np.stack([array, array + 10])}, {"ruin_day": array}, {"sales": array[None]}, {})

    joined = join([{"a": record([1, 2, 3])}, {"a": record([4, 5, 6]).first(2)}], 5)["a"]
    np.testing.assert_array_equal(joined.monthly["cash"], [[1, 2, 3, 4, 5], [11, 12, 13, 14, 15]])
    np.testing.assert_array_equal(joined.paths["ruin_day"], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(joined.profit_and_loss["sales"], [[1, 2, 3, 4, 5]])
    assert joined.monthly["cash"].flags["C_CONTIGUOUS"]


def test_weeks_end_on_their_seventh_day_and_read_settled_profit():
    diary = Diary(30)

    def act(day):
        diary.store.post(10.0, debit=CASH, credit=SALES)
        diary.store.post(4.0, debit=ACCRUED, credit=PROVISION)
        if day == 6:
            diary.store.post(100.0, debit=PAY, credit=CASH)

    weekly = diary.live(act).weekly
    np.testing.assert_array_equal(weekly["settled_profit"], np.outer([42, 84, 126, 168], np.ones(N)))
    np.testing.assert_array_equal(weekly["cash"], np.outer([970, 1040, 1110, 1180], np.ones(N)))


def test_bills_left_unpaid_count_as_cash_that_was_lacking():
    diary = Diary(30)

    def act(day):
        if day == 3:
            diary.store.post(1200.0, debit=RENT, credit=CASH)
            diary.store.post(np.array([200.0, 0, 0, 0]), debit=CASH, credit=UNPAID_BILLS)

    paths = diary.live(act).paths
    np.testing.assert_allclose(paths["lowest_cash"], [-200] * N)
    np.testing.assert_allclose(paths["peak_funding"], [1200] * N)


def test_who_never_had_less_than_at_the_start_needed_no_funding():
    diary = Diary(30)
    paths = diary.live(lambda day: diary.store.post(5.0, debit=CASH, credit=SALES)).paths
    np.testing.assert_allclose(paths["lowest_cash"], [1005] * N)
    np.testing.assert_allclose(paths["peak_funding"], [0] * N)


def test_lines_on_which_nothing_moved_are_one_array_and_equal_lines_another():
    diary = Diary(60)

    def act(day):
        diary.store.post(5.0, debit=RENT, credit=CASH)
        if day == 45:
            diary.store.post(1.0, debit=SETUP, credit=CASH)

    record = diary.live(act)
    profit, cash = record.profit_and_loss, record.cash_flow
    assert profit["sales"] is profit["owner's pay"] is cash["received from paypal"] is record.monthly["clicks"]
    assert not profit["sales"].any()
    assert profit["rent"] is cash["rent"]
    assert profit["opening"] is cash["opening"]
    np.testing.assert_array_equal(profit["opening"][:, 0], [0, -1])


def test_of_a_zero_the_sign_is_kept():
    table, nothing = {}, np.zeros((2, 3), np.float32)
    place(table, "cash", 0, np.zeros(3), nothing)
    assert table["cash"] is nothing
    place(table, "cash", 1, -np.zeros(3), nothing)
    np.testing.assert_array_equal(np.signbit(table["cash"]), [[False] * 3, [True] * 3])
    assert not nothing.any()
    record = Record({"cash": -np.zeros((1, 3), np.float32), "orders": np.zeros((1, 3), np.float32)})
    keep_once(record)
    assert np.signbit(record.monthly["cash"]).all()
    assert not np.signbit(record.monthly["orders"]).any()


def spans_of(*lines):
    """One span of two paths a row of lines: what each line is there."""
    for amounts in lines:
        tables = {line: np.full((3, 2), amount, np.float32) for line, amount in amounts.items()}
        yield {"a": Record(profit_and_loss=tables, paths={"ruin_day": np.full(2, np.inf, np.float32)})}


def test_a_line_that_moves_in_one_span_alone_is_nothing_in_the_others():
    spans = spans_of(
        {"fees": 0, "rent": 0, "fines": 0}, {"fees": 7, "rent": 0, "fines": 0}, {"fees": 0, "rent": 3, "fines": 0}
    )
    lines = join(spans, 6)["a"].profit_and_loss
    np.testing.assert_array_equal(lines["fees"], [[0, 0, 7, 7, 0, 0]] * 3)
    np.testing.assert_array_equal(lines["rent"], [[0, 0, 0, 0, 3, 3]] * 3)
    np.testing.assert_array_equal(lines["fines"], np.zeros((3, 6)))
    assert list(lines) == ["fees", "rent", "fines"]


def test_lines_that_are_equal_in_every_span_are_one():
    lines = join(spans_of({"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 2, "c": 3}), 4)["a"].profit_and_loss
    assert lines["a"] is lines["b"] is not lines["c"]


def test_a_span_is_let_go_of_before_the_next_is_asked_for():
    seen = []

    def parts():
        for part in spans_of(*[{"sales": 1.0}] * 3):
            assert not any(earlier() for earlier in seen)
            seen.append(weakref.ref(part["a"]))
            yield part
            del part

    assert join(parts(), 6)["a"].n_paths == 6
    assert len(seen) == 3
