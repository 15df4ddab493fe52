"""The catalogue's part for pictures and pages of a sweep: English and Chinese."""

SWEEPS: dict[str, tuple[str, str]] = {
    "plot_sweep_together": (" (moves together with {count} others)", "（与另外 {count} 项同步变化）"),
    "plot_sweep_part": (", {part}", "，{part}"),
    "plot_sweep_chance": ("Chance of a settled profit", "累计盈利的概率"),
    "plot_sweep_chance_after_owner_pay": ("Chance of a profit after owner's pay", "扣除店主报酬后盈利的概率"),
    "plot_sweep_ruin": ("Chance of running out of cash", "资金断裂的概率"),
    "plot_sweep_profit_p5": ("Settled profit, 5% point of outcomes", "结算利润，结果的 5% 分位"),
    "plot_sweep_profit_p50": ("Settled profit, median of outcomes", "结算利润，结果的中位数"),
    "plot_sweep_profit_p95": ("Settled profit, 95% point of outcomes", "结算利润，结果的 95% 分位"),
    "plot_sweep_cash_needed_p50": ("Cash needed, median of outcomes", "所需资金，结果的中位数"),
    "plot_sweep_cash_needed_p95": ("Cash needed, 95% point of outcomes", "所需资金，结果的 95% 分位"),
    "plot_sweep_title": ("{name}: {figure}", "{name}：{figure}"),
    "plot_sweep_contours": (
        "lines: where the chance is {levels}; dashed, dotted: the same for the ends of the simulation error, 95%",
        "实线：概率为 {levels} 之处；虚线与点线：按 95% 模拟误差两端所得的同一界线",
    ),
    "plot_sweep_zero": (
        "line: where it is zero; dashed: the same for the ends of the simulation error, 95%",
        "实线：为零之处；虚线：按 95% 模拟误差两端所得的同一界线",
    ),
    "plot_sweep_each": ("each panel: {axis}", "每幅：{axis}"),
    "plot_sweep_nowhere": ("{level} is reached nowhere", "没有任何一处达到 {level}"),
    "plot_sweep_everywhere": ("{level} or more everywhere", "处处不低于 {level}"),
    "plot_sweep_below_zero": ("{point} below zero everywhere", "{point}处处低于零"),
    "plot_sweep_above_zero": ("{point} not below zero anywhere", "{point}处处不低于零"),
    "plot_sweep_point_profit_p5": ("5% point", "5% 分位"),
    "plot_sweep_point_profit_p50": ("median", "中位数"),
    "plot_sweep_point_profit_p95": ("95% point", "95% 分位"),
    "plot_sweep_hidden": ("the line at {level} is hidden by missing cells", "{level} 的界线被缺失单元遮住"),
    "plot_sweep_dashed": ("dashed", "虚线"),
    "plot_sweep_dotted": ("dotted", "点线"),
    "plot_sweep_only_lower": (
        "{line}: beyond it the lower end of the simulation error, 95%, is below {level}",
        "{line}：越过此线，95% 模拟误差的下端低于 {level}",
    ),
    "plot_sweep_only_upper": (
        "{line}: beyond it the upper end of the simulation error, 95%, reaches {level}",
        "{line}：越过此线，95% 模拟误差的上端达到 {level}",
    ),
    "plot_sweep_missing": ("hatched: {count} cells not computed", "斜线：{count} 个单元未计算"),
    "plot_sweep_missing_points": ("{count} cells not computed, not drawn", "{count} 个单元未计算，未绘出"),
    "plot_sweep_at_least": (
        "≥: at least that, as more than {share} of histories ran out of cash by the last day",
        "≥：至少如此，因为到最后一天超过 {share} 的历史资金断裂",
    ),
    "plot_sweep_off": ("{count} cells have no place on these axes", "{count} 个单元不在这两个轴上"),
    "plot_sweep_points": ("each dot a cell", "每点为一个单元"),
    "plot_sweep_bars": ("bars: simulation error, 95%", "误差线：模拟误差（95%）"),
    "plot_sweep_band": (
        "pale: depends on what is not known, 5–95% of worlds",
        "浅色：取决于未知参数（世界的 5–95%）",
    ),
    "plot_sweep_strips": (
        "strips: the right end, depending on what is not known, 5–95% of worlds",
        "竖条：最右端取决于未知参数的范围（世界的 5–95%）",
    ),
    "sweep_page_question": ("Where does a profit begin?", "从哪里开始盈利？"),
    "sweep_page_likeliest": (
        "Of {cells} scenarios a profit is likeliest for {name} where {place}: {chance} ({sure}).",
        "在 {cells} 个情景中，{name}在以下条件下最有可能盈利：{place}；概率为 {chance}（{sure}）。",
    ),
    "sweep_page_near": (
        "{count} other figures lie within its simulation error; the highest of many is a little too high.",
        "另有 {count} 个结果落在其模拟误差之内；众多数字中的最高者略为偏高。",
    ),
    "sweep_page_reach": (
        "For {name} the chance of a profit reaches 50% in {n50} of {cells} cells ({share50}), and 80% in {n80} "
        "({share80}); a range in brackets is simulation error.",
        "{name}：{cells} 个单元中有 {n50} 个盈利概率达到 50%（{share50}），{n80} 个达到 80%（{share80}）；"
        "括号内的范围为模拟误差。",
    ),
    "sweep_page_most": (
        "What matters most is: {axis}. Along it the mean chance goes from {low} (at {at_low}) to {high} (at "
        "{at_high}).",
        "影响最大的是：{axis}。沿此轴的平均概率从 {low}（{at_low} 处）到 {high}（{at_high} 处）。",
    ),
    "sweep_page_partly": (
        "Along the axis ({axis}) the mean chance goes from {low} (at {at_low}) to {high} (at {at_high}).",
        "沿此轴（{axis}）的平均概率从 {low}（{at_low} 处）到 {high}（{at_high} 处）。",
    ),
    "sweep_page_compared": (
        "Only values all of whose cells are there are compared.",
        "仅比较全部单元均已算出的取值。",
    ),
    "sweep_page_not_yet": (
        "So far that can be done along {compared} of {count} axes: what matters most cannot be said yet.",
        "目前 {count} 个轴中有 {compared} 个可以比较，尚不能说什么影响最大。",
    ),
    "sweep_page_still": (
        "None of these axes moves the chance by more than the simulation error of a cell, ±{error} points.",
        "这些参数对概率的影响均未超过单元的模拟误差（±{error} 个百分点）。",
    ),
    "sweep_page_only": (
        "Along the axis ({axis}) the chance goes from {low} (at {at_low}) to {high} (at {at_high}).",
        "沿此轴（{axis}）概率从 {low}（{at_low} 处）到 {high}（{at_high} 处）。",
    ),
    "sweep_page_no_chance": (
        "None of the {cells} scenarios has a figure for the chance of a profit.",
        "{cells} 个情景中没有任何盈利概率的数字。",
    ),
    "sweep_page_missing": (
        "Unfinished: {missing} of {cells} cells are missing ({failed} failed); all figures are of the others. The same "
        "sim sweep command computes them.",
        "未完成：{cells} 个单元中缺 {missing} 个（{failed} 个失败）；所有数字仅来自其余单元。再次运行同一 sim sweep "
        "命令即可补算。",
    ),
    "sweep_page_box": ("up to {chance}; 50% in {n50} of {cells}", "最高 {chance}；{cells} 个中 {n50} 个达到 50%"),
    "sweep_page_matters": ("What matters most?", "什么影响最大？"),
    "sweep_page_base": ("the base itself", "基准情景"),
    "sweep_page_pictures_note": (
        "All cells met the same market and the same luck: what differs between two is what the changed numbers do.",
        "所有单元面对同样的市场和同样的运气：两者之差即为所改数字的作用。",
    ),
    "sweep_page_cells": ("All cells", "全部单元"),
    "sweep_page_cells_note": (
        "± and nothing else is simulation error, 95%; sums are in the currency of the base scenario. A dash: not "
        "computed, or as in the base. ≥: at least that, as more than 5% of histories ran out of cash by the last day.",
        "仅 ± 表示模拟误差（95%）；金额以基准情景的货币计。横线：未计算，或与基准相同。"
        "≥：至少如此，因为到最后一天超过 5% 的历史资金断裂。",
    ),
    "sweep_page_left_out": ("{count} more rows are in index.parquet.", "其余 {count} 行见 index.parquet。"),
    "sweep_page_failed": ("Cells that failed", "失败的单元"),
    "sweep_page_design": ("The design", "设计"),
    "sweep_page_size": (
        "{cells} cells, each of {worlds} worlds x {replicates} replicates, all with seed {seed}.",
        "{cells} 个单元，每个 {worlds} 个世界 x {replicates} 次重复，种子均为 {seed}。",
    ),
    "sweep_page_axes": ("Axes", "轴"),
    "sweep_page_count": ("values", "取值数"),
    "sweep_page_mean": ("Chance of a profit along: {axis}", "盈利概率，沿：{axis}"),
    "sweep_page_mean_note": (
        "Means over all values of the other axes; values with missing cells are left out.",
        "对其他轴的全部取值求平均；有缺失单元的取值不绘出。",
    ),
    "sweep_page_dots": ("Every cell along: {axis}", "全部单元，沿：{axis}"),
    "sweep_page_flat": ("{name}: {value} in every cell", "{name}：所有单元均为 {value}"),
    "sweep_page_ends": (
        "{name}: from {least} ({at_least}) to {most} ({at_most})",
        "{name}：从 {least}（{at_least}）到 {most}（{at_most}）",
    ),
}
