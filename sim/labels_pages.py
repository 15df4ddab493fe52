"""The catalogue's part for pictures and pages: English and Chinese."""

WORDS: dict[str, tuple[str, str]] = {
    "plot_chance_title": ("Chance of a settled profit by the end of each month", "截至各月末累计盈利的概率"),
    "plot_chance_note": (
        "bars: simulation error, 95% for all months; pale: depends on what is not known, 5–95% of worlds",
        "误差线：模拟误差（全部月份 95%）；浅色：取决于未知参数（世界的 5–95%）",
    ),
    "plot_chance_strips": (
        "bars: simulation error, 95% for all months; strips: what the last month depends on that is not known, "
        "5–95% of worlds",
        "误差线：模拟误差（全部月份 95%）；竖条：最后一月的概率取决于未知参数的范围（世界的 5–95%）",
    ),
    "plot_by_inputs": ("by\ninputs", "未知\n参数"),
    "plot_time_profit": ("{name}: share of all histories with a profit so far", "{name}：至今已盈利的历史占比"),
    "plot_time_stable": (
        "{name}: share of all histories with a steady profit so far",
        "{name}：至今已稳定盈利的历史占比",
    ),
    "plot_time_note": ("bars: simulation error, 95% for all months", "误差线：模拟误差（全部月份 95%）"),
    "plot_reached_profit": ("has made a profit", "已盈利"),
    "plot_reached_stable": ("has a steady profit", "已稳定盈利"),
    "plot_ruined_first": ("out of cash first", "先行资金断裂"),
    "plot_capital": ("starting money, {currency}", "启动资金，{currency}"),
    "plot_capital_note": ("bands: simulation error, 95%", "带：模拟误差（95%）"),
    "plot_capital_level": ("; dotted: {level}% run out of cash", "；虚线：{level}% 资金断裂"),
    "plot_capital_title": ("Starting money against running out of cash", "启动资金与资金断裂概率"),
    "plot_profit_fan_title": ("{name}: settled profit to date", "{name}：至今结算利润"),
    "plot_cash_fan_title": ("{name}: cash in the bank", "{name}：现金余额"),
    "plot_fan_note": (
        "range of outcomes: dark 25–75%, dashed 5–95% of paths week by week; pale: holds 90% of whole paths",
        "结果范围：深色 25–75%，虚线 5–95%（逐周）；浅色：包含 90% 的完整路径",
    ),
    "plot_fan_note_monthly": (
        "range of outcomes: dark 25–75%, dashed 5–95% of paths month by month; pale: holds 90% of whole paths",
        "结果范围：深色 25–75%，虚线 5–95%（逐月）；浅色：包含 90% 的完整路径",
    ),
    "plot_final_title": (
        "Settled profit after {months} months",
        "{months} 个月后的结算利润",
    ),
    "plot_final_note": (
        "range of outcomes: half in the box, 5–95% on the line; figures: 5 / 50 / 95%",
        "结果范围：方框内占一半，线上为 5–95%；数字：5 / 50 / 95%",
    ),
    "plot_difference_title": ("{a} less {b}, on the same paths", "{a} 减 {b}（相同路径）"),
    "plot_ahead": (
        "{a} ahead on {share} of paths; mean {mean} (grey; in brackets: simulation error, 95%); line above: range of "
        "outcomes 5 / 50 / 95%",
        "{a} 在 {share} 的路径上领先；平均差额 {mean}"
        "（灰色；方括号内为 95% 模拟误差）；上方横线：结果范围 5 / 50 / 95%",
    ),
    "plot_waterfall_title": (
        "{name}: where the money went in {months} months, mean",
        "{name}：{months} 个月的资金去向（均值）",
    ),
    "plot_rest": ("{count} smaller lines", "其余 {count} 项"),
    "plot_left": ("left", "余额"),
    "plot_waterfall_note": (
        "bars and figures: means; in parentheses: range of outcomes 5 / 95%, each line for itself",
        "柱与数字：均值；括号内为结果范围 5 / 95%（各项目单独计）",
    ),
    "plot_funnel_title": ("{name}: from impression to order", "{name}：从展示到订单"),
    "plot_funnel_axis": (
        "mean over {months} months, log scale (rate from the stage above)",
        "{months} 个月均值，对数坐标（括号内为转化率）",
    ),
    "plot_funnel_note": ("bars: means; thin lines: range of outcomes 5–95%", "柱：均值；细线：结果范围 5–95%"),
    "plot_freezes_title": (
        "{name}: {chance} of histories with a frozen account",
        "{name}：{chance} 的历史中账户被冻结",
    ),
    "plot_days_frozen": ("days frozen", "冻结天数"),
    "plot_money_frozen": ("locked, {currency}", "冻结金额，{currency}"),
    "plot_half": (
        "one point a history with a freeze; dashed, half of them: up to {days} days, up to {money}",
        "每点为一条有冻结的历史；虚线为半数：不超过 {days} 天、不超过 {money}",
    ),
    "plot_again": ("{share}% more than once", "{share}% 不止一次"),
    "plot_drivers_chance": (
        "{name}: chance of profit by what it depends on most",
        "{name}：盈利概率与最主要的驱动因素",
    ),
    "plot_drivers_money": ("{name}: mean profit by what it depends on most", "{name}：平均利润与最主要的驱动因素"),
    "plot_drivers_note": (
        "mean of each tenth of worlds; grey: 95% of what a dummy input shows",
        "每十分之一世界的均值；灰色：虚拟输入所示水平的 95%",
    ),
    "plot_drivers_none": (
        "no input stands out: grey is 95% of what a dummy input shows",
        "没有突出的输入：灰色为虚拟输入所示水平的 95%",
    ),
    "plot_drivers_axis": (
        "from the lowest to the highest tenth of each input",
        "各输入从最低到最高的十分位",
    ),
    "plot_tenth_low": ("lowest", "最低"),
    "plot_tenth_middle": ("middle", "中间"),
    "plot_tenth_high": ("highest", "最高"),
    "plot_calendar_title": ("{name}, day by day", "{name}，逐日"),
    "plot_history": ("One history", "一条历史"),
    "plot_calendar_note": (
        "a single history, no average: what happened, not what is likely",
        "仅为单条历史，并非平均：是发生了什么，而非多大可能",
    ),
    "plot_day": ("day", "天"),
    "plot_cash": ("cash", "现金"),
    "plot_frozen": ("frozen", "被冻结"),
    "plot_freeze": ("account frozen", "账户被冻结"),
    "plot_unpaid": ("bills unpaid", "账单未付"),
    "plot_sweep_together": (" (moves together with {count} others)", "（与另外 {count} 项同步变化）"),
    "plot_sweep_part": (", {part}", "，{part}"),
    "plot_sweep_chance": ("Chance of a settled profit", "累计盈利的概率"),
    "plot_sweep_chance_after_owner_pay": ("Chance of a profit after owner's pay", "扣除老板薪酬后盈利的概率"),
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
    "plot_money": ("money", "金额"),
    "plot_semicolon": ("; ", "；"),
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
    "report_likely": (
        "{name} is the most likely to make a profit: {chance} after {months} months ({sure}).",
        "{name}最有可能盈利：{months} 个月后为 {chance}（{sure}）。",
    ),
    "report_next": ("Next comes {name} with {chance}.", "其次是{name}，{chance}。"),
    "report_next_level": (
        "Next comes {name} with {chance}; at this size of run the two cannot be told apart.",
        "其次是{name}，{chance}；以目前的模拟规模无法分出二者高下。",
    ),
    "report_no_spread": (
        "simulation ±{error} points; that it depends on what you do not know was not seen at this size",
        "模拟误差 ±{error} 个百分点；以目前的规模看不出取决于未知参数",
    ),
    "report_sure": (
        "simulation ±{error} points; {low}–{high}% depending on what you do not know",
        "模拟误差 ±{error} 个百分点；取决于未知参数，{low}–{high}%",
    ),
    "report_error_only": ("simulation ±{error} points", "模拟误差 ±{error} 个百分点"),
    "report_by_half": (
        "By month {month} half of such shops have been in profit at a month's end at least once ({share} in all).",
        "到第 {month} 个月，半数店铺至少有一次月末处于盈利（总计 {share}）。",
    ),
    "report_not_by_half": (
        "Fewer than half of such shops are ever in profit within {months} months ({share}).",
        "{months} 个月内曾经盈利的店铺不到一半（{share}）。",
    ),
    "report_cash": (
        "{cash} {currency} of cash covers what 95 of 100 need at their worst moment.",
        "{cash} {currency} 资金可覆盖 100 家中 95 家最紧张时的需要。",
    ),
    "report_cash_with": (
        "With this capital {cash} {currency} of cash covers what 95 of 100 need at their worst moment; with "
        "more money they may spend more.",
        "在此启动资金下，{cash} {currency} 可覆盖 100 家中 95 家最紧张时的需要；资金更多时支出可能也更多。",
    ),
    "report_cash_at_least": (
        "To cover what 95 of 100 need at their worst moment takes at least {cash} {currency}: {short} had too little, "
        "and how much they lacked is not known.",
        "要覆盖 100 家中 95 家最紧张时的需要，至少需 {cash} {currency}：{short} 资金不足，其缺口未知。",
    ),
    "report_loss": (
        "{loss} end with a loss; {worst}.",
        "{loss} 以亏损告终；{worst}。",
    ),
    "report_worst_mean": (
        "the worst twentieth lose {amount} {currency} on average",
        "最差的二十分之一平均亏损 {amount} {currency}",
    ),
    "report_worst_mean_gain": (
        "even the worst twentieth end at +{amount} {currency} on average",
        "最差的二十分之一平均仍为 +{amount} {currency}",
    ),
    "report_worst_point": (
        "one in twenty loses {amount} {currency} or more",
        "二十分之一亏损 {amount} {currency} 或更多",
    ),
    "report_worst_point_gain": (
        "nineteen in twenty end at +{amount} {currency} or better",
        "二十分之十九的结果为 +{amount} {currency} 或更好",
    ),
    "report_risk_ruin": ("The biggest single danger: {share} run out of cash.", "最大的单一风险：{share} 资金断裂。"),
    "report_risk_freeze": (
        "The biggest single danger: {share} have a payment account frozen.",
        "最大的单一风险：{share} 的收款账户被冻结。",
    ),
    "report_risk_stopped": (
        "The most frequent end: {share} stop after the test because it did not pay.",
        "最常见的结局：{share} 因测试不达标而停止。",
    ),
    "report_risk_ruin_short": ("{share} run out of cash", "{share} 资金断裂"),
    "report_risk_freeze_short": ("{share} have an account frozen", "{share} 账户被冻结"),
    "report_risk_stopped_short": ("{share} stop after the test", "{share} 测试后停止"),
    "report_risk_loss_short": ("one in twenty loses {p5} or more", "二十分之一亏损 {p5} 或更多"),
    "report_risk_gain_short": ("one in twenty ends below +{p5}", "二十分之一的结果低于 +{p5}"),
    "report_which": ("Which strategy?", "选哪种策略？"),
    "report_how_likely": ("How likely is a profit?", "盈利的可能性？"),
    "report_how_sure": ("How sure is that?", "有多确定？"),
    "report_by_when": ("By when, for half?", "半数何时盈利？"),
    "report_how_much_cash": ("How much cash?", "需要多少资金？"),
    "report_biggest_risk": ("The biggest risk?", "最大的风险？"),
    "report_strategies": ("The strategies side by side", "各策略对比"),
    "report_pictures": ("Pictures", "图表"),
    "report_statements": ("Profit and loss, cash flow", "损益与现金流"),
    "report_statements_note": (
        "Totals over all months, {currency}: mean and the 5, 50 and 95% points of the single month-by-month figures "
        "stand in statements.csv; here the mean of each line by month.",
        "全部月份合计，{currency}；逐月分位数见 statements.csv，此处为各项目每月均值。",
    ),
    "report_assumptions": ("What was assumed, and where it comes from", "假设及其来源"),
    "report_assumptions_note": (
        "Every number can be replaced by your own. [j] is a judgement: no source was found.",
        "每个数字都可以换成您自己的。[j] 为判断，未找到来源。",
    ),
    "report_facts": ("Held against the article's figures", "与文章数据对照"),
    "report_facts_note": (
        "What came out of this run beside the figures of the article the toolkit was made from; figures of a whole "
        "year are in `sim facts`. A scenario of your own need not agree with them.",
        "本次运行结果与原始文章数据的对照；需要一整年的数字见 `sim facts`。您自己的情景不必与之一致。",
    ),
    "report_inside": ("inside", "在范围内"),
    "report_outside": ("outside", "在范围外"),
    "report_number": ("figure no.", "编号"),
    "report_quantity": ("quantity", "数量"),
    "report_figure": ("article", "文章"),
    "report_simulated": ("simulated 5–50–95%", "模拟 5–50–95%"),
    "report_mean": ("mean or pooled", "均值或合并值"),
    "report_judged": ("judged", "判定"),
    "report_not_modelled": ("What was not modelled", "未纳入模型的内容"),
    "report_provenance": ("Where this page comes from", "本页来源"),
    "report_contents": ("Contents", "目录"),
    "report_reading": ("How to read the figures", "如何阅读这些数字"),
    "report_line": ("line", "项目"),
    "report_total": ("total", "合计"),
    "report_key": ("key", "键"),
    "report_meaning": ("meaning", "含义"),
    "report_value": ("value", "取值"),
    "report_unit": ("unit", "单位"),
    "report_source": ("source", "来源"),
    "report_profit_and_loss": ("Profit and loss", "损益表"),
    "report_cash_flow": ("Cash flow", "现金流量表"),
    "report_compared_a_beats_b": ("the first ends above the second", "前者最终高于后者"),
    "report_sort": ("sort by {column}", "按{column}排序"),
    "report_chance_of_profit": ("Chance of a profit by month, with both kinds of doubt", "逐月盈利概率及两类不确定性"),
    "report_fan": ("Range of outcomes week by week: {name}", "逐周结果范围：{name}"),
    "report_cash_fan": ("Cash week by week: {name}", "逐周现金：{name}"),
    "report_final_profit": ("Profit at the end", "期末利润分布"),
    "report_difference": ("The two likeliest strategies on the same paths", "两种最可能盈利的策略在相同路径上的差异"),
    "report_time_to_profit": ("Time to a profit, with ruin", "实现盈利的时间与破产"),
    "report_waterfall": ("Where the money went: {name}", "资金去向：{name}"),
    "report_funnel": ("From impression to order: {name}", "从展示到订单：{name}"),
    "report_freezes": ("Frozen accounts: {name}", "账户冻结：{name}"),
    "report_drivers": ("What drives the result: {name}", "结果的驱动因素：{name}"),
}
