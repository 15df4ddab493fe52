"""The parts of a profit and loss statement in an accountant's order, and the subtotals between them.

Every account names its `Part`; `SUBTOTALS` says what is summed up after which. Sales less refunds are net sales; less
what every order costs, the contribution before ads; less ads, the contribution after them; less running costs, the
operating profit; less set-up and what is accrued beyond the month's sales, the profit. Owner's pay stands below it.
"""

from __future__ import annotations

from enum import Enum


class Part(Enum):
    """A part of the statement; members stand in its order."""

    SALES = "sales"
    REFUNDS = "refunds"  # of sales, booked or expected
    GOODS = "goods"
    FREIGHT = "freight"
    DUTY = "duty"
    FEES = "fees"  # payment, commission, affiliates
    RETURNS = "returns"  # what returns cost beside the refund
    LOSSES = "losses"  # lost parcels, chargebacks, frozen money
    ADS = "ads"
    RUNNING = "running costs"
    SETUP = "set-up"
    ACCRUALS = "accruals"  # in settled profit alone
    OWNER = "owner's pay"

    @property
    def place(self) -> int:
        """Its place in the statement, from 0."""
        return PLACES[self]


PLACES = {part: place for place, part in enumerate(Part)}

NET_SALES, BEFORE_ADS, AFTER_ADS = "net sales", "contribution before ads", "contribution after ads"
OPERATING_PROFIT, PROFIT = "operating profit", "profit"

SUBTOTALS = {
    Part.REFUNDS: NET_SALES,
    Part.LOSSES: BEFORE_ADS,
    Part.ADS: AFTER_ADS,
    Part.RUNNING: OPERATING_PROFIT,
    Part.ACCRUALS: PROFIT,
}
"""After which part what is summed up: all lines above."""
