"""What a customer is worth who orders again, in one sentence: `customer_lines`."""

from __future__ import annotations

from typing import Any

from sim.text.advice import named
from sim.text.break_even import amount
from sim.text.labels import Say
from sim.text.numbers import horizon


def customer_lines(summary: dict[str, Any], say: Say) -> list[str]:
    """Return the sentence on the strategy that is named; none where nobody comes back, or several channels are one."""
    found = summary.get("recommendation")
    order = summary["strategies"][named(found)].get("per_order") if found else None
    customer = order.get("customer") if order else None
    if not customer or customer["cost"] is None:
        return []
    months = customer["months_to_pay_back"]
    key = "customer_never" if months is None else "customer_at_once" if months == 0 else "customer_later"
    words = {
        "cost": amount(customer["cost"]),
        "value": amount(customer["value"]),
        "orders": f"{customer['orders_a_customer']:.1f}",
        "span": horizon(summary["months"], say),
    }
    return [say("customer", **words, back=say(key, month=months))]
