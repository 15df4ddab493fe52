"""The chart of accounts that mechanisms have in common.

An account that belongs to one mechanism alone stands in that mechanism's file. ``variable`` marks what varies with
orders and advertising: its sum is the contribution the scaling policy looks at. ``part`` is its place in the statement.
"""

from __future__ import annotations

from sim.business.ledger import Account, Kind
from sim.business.statement import Part

SALES = Account("sales", Kind.INCOME, variable=True, part=Part.SALES)
REFUNDS = Account("refunds", Kind.EXPENSE, variable=True, part=Part.REFUNDS)
COST_OF_GOODS = Account("cost of goods", Kind.EXPENSE, variable=True, part=Part.GOODS)
FREIGHT = Account("freight", Kind.EXPENSE, variable=True, part=Part.FREIGHT)
ADVERTISING = Account("advertising", Kind.EXPENSE, variable=True, part=Part.ADS)
PAYMENT_FEES = Account("payment fees", Kind.EXPENSE, variable=True, part=Part.FEES)
SUBSCRIPTIONS = Account("subscriptions", Kind.EXPENSE)
TOOLS = Account("tools", Kind.EXPENSE)
STAFF = Account("staff", Kind.EXPENSE)

PREPAID_GOODS = Account("goods paid in advance", Kind.ASSET, cash_line="cost of goods")
DEPOSIT_PAID = Account("deposit paid", Kind.ASSET, part=Part.SETUP)
REFUNDS_PAYABLE = Account("refunds to pay", Kind.LIABILITY, cash_line="refunds")
VAT_PAYABLE = Account("VAT payable", Kind.LIABILITY, cash_line="VAT remitted", part=Part.DUTY)
