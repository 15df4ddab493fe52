"""Every label a person reads, in one catalogue: English and Chinese."""

from __future__ import annotations

LANGUAGES = ("en", "zh")

CATALOGUE: dict[str, tuple[str, str]] = {
    "independent": ("own store", "独立站"),
    "alibaba": ("Alibaba.com", "阿里巴巴国际站"),
    "aliexpress": ("AliExpress", "速卖通"),
    "dual": ("Alibaba.com + own store", "双轨（国际站+独立站）"),
    "question": ("How likely is a profit after {months} months?", "{months} 个月后盈利的可能性有多大？"),
    "sentence": (
        "{name}: {chance} (simulation ±{error}; {low}–{high}% depending on what you do not know)",
        "{name}：{chance}（模拟误差 ±{error}；取决于未知参数，{low}–{high}%）",
    ),
    "sentence_without_band": (
        "{name}: {chance} (simulation ±{error}; too few paths a world to tell what depends on the inputs)",
        "{name}：{chance}（模拟误差 ±{error}；每个世界的路径太少，无法区分未知参数的影响）",
    ),
    "given": (
        "Given {clauses}: {paths} paths in {worlds} worlds of {all_worlds} agree; only they count.",
        "条件：{clauses}；{all_worlds} 个世界中有 {worlds} 个、{paths} 条路径符合，仅统计这些路径。",
    ),
    "converged": (
        "As precise as asked after {paths} paths: no chance of profit is less sure than ±{widest}.",
        "{paths} 条路径后已达到要求的精度：盈利概率误差均不超过 ±{widest}。",
    ),
    "not_converged": (
        "NOT CONVERGED: after {paths} paths (the cap) the widest chance of profit is ±{widest}; raise --max-paths.",
        "未收敛：达到上限 {paths} 条路径后，盈利概率的最大误差仍为 ±{widest}；请提高 --max-paths。",
    ),
    "strategy": ("strategy", "策略"),
    "month": ("month", "月"),
    "months": ("months", "个月"),
    "chance_of_profit": ("chance of profit", "盈利概率"),
    "chance_by_month": ("Chance of a cumulative profit by the end of month", "截至各月末累计盈利的概率"),
    "chance_of_good_month": ("Chance that the month itself is profitable", "当月经营盈利的概率"),
    "after_owner_pay": ("after owner's pay", "扣除业主薪酬后"),
    "simulation_error": ("± simulation error", "± 模拟误差"),
    "parameter_band": ("by inputs", "取决于未知参数"),
    "range_of_outcomes": ("profit, 5 / 50 / 95%", "利润结果范围 5 / 50 / 95%"),
    "cash_needed": ("cash needed, 5 / 50 / 95%", "所需资金 5 / 50 / 95%"),
    "at_least": ("at least", "至少"),
    "ruin": ("out of cash", "资金断裂"),
    "stable_profit": ("steady profit by", "稳定盈利"),
    "not_reached": ("not by half", "半数未达到"),
    "freezes": ("frozen", "账户被冻结"),
    "funnel": ("Traffic and orders, all months", "流量与订单（全部月份）"),
    "impressions": ("impressions", "展示"),
    "clicks": ("visits", "访问"),
    "ctr": ("CTR", "点击率"),
    "cpc": ("cost a click", "单次点击费用"),
    "orders": ("orders", "订单"),
    "conversion": ("orders a visit", "转化率"),
    "acos": ("ads / ad sales", "广告成本占比"),
    "compared": ("Compared on the same market and the same luck", "在相同市场与运气下比较"),
    "stopped_at_test": ("stopped at test", "测试后停止"),
    "mean_profit": ("mean profit", "平均利润"),
    "written": ("written to", "已写入"),
    "reading_note": (
        "A profit counts when sales so far, less what they will still cost, exceed all costs since day 0, and cash "
        "never ran out. ±: simulation error, shrinks with more paths. By inputs: what the chance is from the 5th to "
        "the 95th percentile of worlds; it does not shrink, find out instead. 5 / 50 / 95%: range of outcomes.",
        "盈利指：至今销售减去其后续成本后超过自第 0 天以来全部成本，且资金从未断裂。± 为模拟误差，随路径增加而缩小。"
        "“取决于未知参数”为各世界中盈利概率的 5–95% 范围，不会缩小。5 / 50 / 95% 为结果范围。",
    ),
    "currency_note": ("Money in {currency}; a month is 30 days.", "金额单位 {currency}；一个月按 30 天计。"),
}


def label(key: str, language: str = "en", **values: object) -> str:
    """Return the label of a key; a key outside the catalogue (a strategy's own name) stands for itself."""
    texts = CATALOGUE.get(key)
    text = key if texts is None else texts[LANGUAGES.index(language)]
    return text.format(**values) if values else text
