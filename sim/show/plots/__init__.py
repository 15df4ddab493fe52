"""Pictures of a result: each takes a result and axes, draws, and returns the axes."""

from sim.show.plots.activity import drivers, freezes, funnel, path_calendar
from sim.show.plots.chance import capital_against_ruin, curve_rows, probability_of_profit, time_to_profit
from sim.show.plots.doubts import model_doubt
from sim.show.plots.money import cash_fan, final_profit, paired_difference, profit_and_loss, profit_fan
from sim.show.plots.order import order_waterfall, per_order
from sim.show.plots.style import PlotError, theme
from sim.show.plots.sure import shops_like_yours, simulation_error
from sim.show.plots.sweeps.lines import sweep_lines, sweep_scatter
from sim.show.plots.sweeps.maps import sweep_map, sweep_panels

__all__ = [
    "PlotError",
    "capital_against_ruin",
    "cash_fan",
    "curve_rows",
    "drivers",
    "final_profit",
    "freezes",
    "funnel",
    "model_doubt",
    "order_waterfall",
    "paired_difference",
    "path_calendar",
    "per_order",
    "probability_of_profit",
    "profit_and_loss",
    "profit_fan",
    "shops_like_yours",
    "simulation_error",
    "sweep_lines",
    "sweep_map",
    "sweep_panels",
    "sweep_scatter",
    "theme",
    "time_to_profit",
]
