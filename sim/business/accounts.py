"""The chart of accounts that mechanisms have in common.

An account that belongs to one mechanism alone stands in that mechanism's file. ``variable`` marks what varies with
orders and advertising: its sum is the contribution the scaling policy looks at.
"""

from __future__ import annotations

from sim.business.ledger import Account, Kind

SALES = Account("sales", Kind.INCOME, variable=True)
REFUNDS = Account("refunds", Kind.EXPENSE, variable=True)
COST_OF_GOODS = Account("cost of goods", Kind.EXPENSE, variable=True)
FREIGHT = Account("freight", Kind.EXPENSE, variable=True)
ADVERTISING = Account("advertising", Kind.EXPENSE, variable=True)
PAYMENT_FEES = Account("payment fees", Kind.EXPENSE, variable=True)
SUBSCRIPTIONS = Account("subscriptions", Kind.EXPENSE)
TOOLS = Account("tools", Kind.EXPENSE)
STAFF = Account("staff", Kind.EXPENSE)

PREPAID_GOODS = Account("goods paid in advance", Kind.ASSET, cash_line="cost of goods")
DEPOSIT_PAID = Account("deposit paid", Kind.ASSET)
REFUNDS_PAYABLE = Account("refunds to pay", Kind.LIABILITY, cash_line="refunds")
VAT_PAYABLE = Account("VAT payable", Kind.LIABILITY, cash_line="VAT remitted")
