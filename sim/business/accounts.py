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
IMPORT_DUTY = Account("import duty", Kind.EXPENSE, variable=True)
ADVERTISING = Account("advertising", Kind.EXPENSE, variable=True)
CREATIVES = Account("ad creatives", Kind.EXPENSE, variable=True)
PAYMENT_FEES = Account("payment fees", Kind.EXPENSE, variable=True)
COMMISSION = Account("commission", Kind.EXPENSE, variable=True)
RETURN_HANDLING = Account("return handling", Kind.EXPENSE, variable=True)
SALVAGE = Account("salvage of returns", Kind.INCOME, variable=True)
LOST_PARCELS = Account("lost parcels", Kind.EXPENSE, variable=True)
CHARGEBACKS = Account("chargebacks", Kind.EXPENSE, variable=True)
FROZEN_WRITE_OFF = Account("frozen money written off", Kind.EXPENSE)
INVENTORY_WRITE_OFF = Account("stock written off", Kind.EXPENSE)
SUBSCRIPTIONS = Account("subscriptions", Kind.EXPENSE)
TOOLS = Account("tools", Kind.EXPENSE)
STAFF = Account("staff", Kind.EXPENSE)
IMPROVEMENT = Account("page improvement", Kind.EXPENSE)
MEMBERSHIP = Account("membership", Kind.EXPENSE)
DEPOSIT_FORFEITED = Account("deposit forfeited", Kind.EXPENSE)
SETUP = Account("set-up", Kind.SETUP)
COMPLIANCE = Account("compliance and CRM", Kind.SETUP)
OWNER_PAY = Account("owner's pay", Kind.DRAWING)
OWNER_PAY_DUE = Account("owner's pay not yet drawn", Kind.LIABILITY)

INVENTORY = Account("inventory", Kind.ASSET)
PREPAID_GOODS = Account("goods paid in advance", Kind.ASSET, cash_line="cost of goods")
PREPAID_MEMBERSHIP = Account("prepaid membership", Kind.ASSET, cash_line="membership")
DEPOSIT_PAID = Account("deposit paid", Kind.ASSET)
SUPPLIERS = Account("owed to suppliers", Kind.LIABILITY, cash_line="cost of goods")
REFUNDS_PAYABLE = Account("refunds to pay", Kind.LIABILITY, cash_line="refunds")
VAT_PAYABLE = Account("VAT payable", Kind.LIABILITY, cash_line="VAT remitted")
CUSTOMER_DEPOSITS = Account("customer deposits", Kind.LIABILITY)

RETURNS_PROVISION = Account("provision for returns", Kind.LIABILITY)
CHARGEBACK_PROVISION = Account("provision for chargebacks", Kind.LIABILITY)
STOCK_PROVISION = Account("provision for stock at salvage", Kind.LIABILITY)
MEMBERSHIP_PROVISION = Account("provision for unexpired membership", Kind.LIABILITY)
EXPECTED_RETURNS = Account("expected returns", Kind.ACCRUAL, variable=True)
EXPECTED_CHARGEBACKS = Account("expected chargebacks", Kind.ACCRUAL, variable=True)
EXPECTED_FROZEN_LOSS = Account("expected loss on frozen money", Kind.ACCRUAL)
EXPECTED_STOCK_LOSS = Account("expected loss on stock", Kind.ACCRUAL)
EXPECTED_MEMBERSHIP_LOSS = Account("membership not yet used", Kind.ACCRUAL)
