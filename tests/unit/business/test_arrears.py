"""How old the oldest bill is: bills kept to date against a plain list of them, the oldest paid first."""

import numpy as np
import pytest

from sim.business.arrears import HALF_A_CENT, Arrears


def grace(*days):
    return np.array(days, dtype=np.int64)


def pay_oldest_first(owed, money):
    while money > 1e-9:
        due, amount = owed.pop(0)
        if amount - money > 1e-9:
            owed.insert(0, (due, amount - money))
        money -= amount


def test_the_worked_number_of_the_module():
    arrears = Arrears(1, longest=3)
    for day, bill, paid in ((0, 0, 0), (1, 0, 0), (2, 100, 0), (3, 0, 0), (4, 30, 0), (5, 0, 110)):
        arrears.pay(np.array([float(paid)]))
        arrears.add(day, np.array([float(bill)]))
    # On day 5: of bills due three days ago nothing is left, of those due yesterday 20.
    assert [arrears.older_than(grace(days), 5).tolist() for days in (3, 2, 1, 0)] == [[False], [False], [True], [True]]


def test_half_a_cent_is_no_arrear():
    arrears = Arrears(2, longest=0)
    arrears.add(0, np.array([HALF_A_CENT, 0.01]))
    assert arrears.older_than(grace(0, 0), 0).tolist() == [False, True]


@pytest.mark.parametrize("longest", [0, 1, 15])
def test_the_oldest_is_as_old_as_a_list_of_bills_says(rng, longest):
    n_paths, days = 40, 60
    each = rng.integers(0, longest + 1, n_paths)
    arrears, lists = Arrears(n_paths, longest), [[] for _ in range(n_paths)]
    for day in range(days):
        bills = np.round(rng.uniform(0, 50, n_paths) * (rng.uniform(size=n_paths) < 0.3), 2)
        offered = np.round(rng.uniform(0, 60, n_paths) * (rng.uniform(size=n_paths) < 0.3), 2)
        paid = np.minimum(offered, [sum(amount for _, amount in owed) for owed in lists])
        for owed, money in zip(lists, paid.tolist(), strict=True):
            pay_oldest_first(owed, money)
        arrears.pay(paid)
        arrears.add(day, bills)
        for owed, bill in zip(lists, bills.tolist(), strict=True):
            if bill:
                owed.append((day, bill))
        by_hand = [bool(owed) and day - owed[0][0] >= days for owed, days in zip(lists, each.tolist(), strict=True)]
        assert arrears.older_than(each, day).tolist() == by_hand
