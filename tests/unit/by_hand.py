"""A summary made by hand, in which no two figures are alike: one that stands in another's place is seen."""


def share(estimate, half=0.01):
    """Return a share, or a sum of money, with its interval."""
    return {"estimate": estimate, "low": estimate - half, "high": estimate + half}


def amounts(p5, p50, p95):
    """Return the 5, 50 and 95% points of sums of money."""
    return {"p5": share(p5, 1.0), "p50": share(p50, 1.0), "p95": share(p95, 1.0)}


def chances(first, last, band):
    """Return a chance by the end of both months, and what the last one depends on."""
    bands = [{"estimate": None, "low": low, "high": high} for low, high in ((0.001, 0.999), band)]
    return {"pointwise": [share(first), share(last)], "parameter_band": bands}


OWN_STORE = {
    "probability_of_profit": {
        "settled_profit": chances(0.21, 0.41, (0.11, 0.72)),
        "operating_profit": chances(0.35, 0.45, (0.13, 0.74)),
        "profit_after_owner_pay": chances(0.17, 0.27, (0.12, 0.52)),
    },
    "settled_profit": amounts(-6000.0, -700.0, 9000.0) | {"mean_of_worst_5": {"estimate": -8000.0}},
    "cash_needed": amounts(1500.0, 2500.0, 4500.0) | {"at_least_share": share(0.02)},
    "ruin": [share(0.03), share(0.08)],
    "freezes": {"share_of_paths": share(0.14)},
    "time_to_profit": {"incidence": [share(0.22), share(0.47)], "median_month": None},
    "stable_profit": {"incidence": [share(0.19), share(0.33)], "median_month": None},
    "funnel": {
        "impressions": [70_000.0, 80_000.0],
        "clicks": [600.0, 900.0],
        "carts": [31.0, 44.0],
        "orders": [6.2, 11.8],
        "orders_per_visit": 0.012,
        "cost_per_click": 0.75,
        "acos": 0.62,
    },
    "figures": {"store.test_gate.stopped": 0.29},
}

ALIEXPRESS = {
    "probability_of_profit": {
        "settled_profit": chances(0.24, 0.53, (0.0, 1.0)) | {"parameter_band": {"refused": "one replicate"}},
        "operating_profit": chances(0.37, 0.57, (0.15, 0.76)),
        "profit_after_owner_pay": chances(0.18, 0.36, (0.14, 0.54)),
    },
    "settled_profit": amounts(-3000.0, 400.0, 5000.0) | {"mean_of_worst_5": {"estimate": -3500.0}},
    "cash_needed": amounts(1100.0, 2100.0, 3100.0) | {"at_least_share": share(0.06)},
    "ruin": [share(0.02), share(0.07)],
    "freezes": {},
    "time_to_profit": {"incidence": [share(0.25), share(0.61)], "median_month": 2.0},
    "stable_profit": {"incidence": [share(0.26), share(0.56)], "median_month": 2.0},
    "funnel": {
        "impressions": [0.0, 0.0],
        "clicks": [0.0, 0.0],
        "carts": [0.0, 0.0],
        "orders": [0.0, 0.0],
        "orders_per_visit": None,
        "cost_per_click": None,
        "acos": None,
    },
    "figures": {},
}


def summary():
    """Return the summary of a run of two strategies over two months, as far as it is shown."""
    return {
        "currency": "USD",
        "months": [1, 2],
        "worlds": 512,
        "replicates": 4,
        "keep": "paths",
        "condition": None,
        "stop": None,
        "strategies": {"independent": OWN_STORE, "aliexpress": ALIEXPRESS},
        "comparisons": [
            {
                "a": "independent",
                "b": "aliexpress",
                "probability": share(-0.12, 0.03),
                "money": {"estimate": 650.0, "low": 150.0, "high": 1150.0},
                "a_beats_b": share(0.31, 0.02),
            }
        ],
    }
