"""Every label a person reads, in one catalogue: English and Chinese."""

from __future__ import annotations

import re

from sim.text.labels_numbers import LINES, MEANINGS, UNITS
from sim.text.labels_pages import WORDS
from sim.text.labels_sweeps import SWEEPS
from sim.text.labels_texts import ACCOUNTS, IGNORED, QUANTITIES

LANGUAGES = ("en", "zh")

STRATEGY_WORDS = ("independent", "alibaba", "aliexpress", "dual")
"""Names of strategies that the catalogue has words for; others are shown as they are."""

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
    "sentence_no_spread": (
        "{name}: {chance} (simulation ±{error}; that it depends on what you do not know was not seen at this size)",
        "{name}：{chance}（模拟误差 ±{error}；以目前的规模看不出取决于未知参数）",
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
    "do_not_start": ("do not start", "不启动"),
    "learn_first": (
        "As things stand, take: {best}. Find out first: {name} ({meaning}). Knowing it before choosing is worth "
        "{worth} {currency} on average; knowing everything {low} to {high}.",
        "目前应选择：{best}。首先要弄清：{name}（{meaning}）。选择之前知道它平均值 {worth} {currency}；"
        "知道一切则值 {low} 至 {high}。",
    ),
    "learn_nothing": (
        "As things stand, take: {best}. No single number changes that choice; knowing everything is worth at most "
        "{high} {currency}.",
        "目前应选择：{best}。没有任何单个数字会改变这一选择；知道一切最多值 {high} {currency}。",
    ),
    "learn_luck": (
        "Luck, which cannot be learnt, is this share of the result: {parts}.",
        "无法弄清的运气占结果的比例：{parts}。",
    ),
    "learn_luck_unknown": (
        "With one replicate a world luck cannot be told from the inputs: run with --replicates 4.",
        "每个世界只有一条路径时无法区分运气与未知参数：请用 --replicates 4 运行。",
    ),
    "learn_title": ("What to find out first", "首先要弄清什么"),
    "learn_number": ("number", "数字"),
    "learn_worth": ("worth knowing", "知道的价值"),
    "learn_rest": ("{count} further numbers make no difference that could be seen", "其余 {count} 个数字看不出影响"),
    "learn_together": ("Found out together", "一起弄清"),
    "learn_section": ("section", "部分"),
    "learn_note": (
        "Worth knowing: what the choice between the strategies, not starting included, would gain on average. Columns: "
        "share of the variance of the chance of profit / of settled profit at the end that one number explains alone; "
        "–: not above what a dummy input shows.",
        "知道的价值：在各策略（含不启动）之间的选择平均可增加的收益。"
        "各列：单个数字单独解释的盈利概率方差 / 期末利润方差的比例；"
        "–：不高于虚拟输入的水平。",
    ),
    "percentage_points": ("{points} pp", "{points} 个百分点"),
    "strategy": ("strategy", "策略"),
    "month": ("month", "月"),
    "months": ("months", "个月"),
    "in_month": ("month {month}", "第 {month} 个月"),
    "span_days": ("{count} days", "{count} 天"),
    "span_month": ("{count} month", "{count} 个月"),
    "span_months": ("{count} months", "{count} 个月"),
    "chance_of_profit": ("chance of profit", "盈利概率"),
    "chance_by_month": ("Chance of a cumulative profit by the end of month", "截至各月末累计盈利的概率"),
    "chance_of_good_month": ("Chance that the month itself is profitable", "当月经营盈利的概率"),
    "after_owner_pay": ("after owner's pay", "扣除店主报酬后"),
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
    "carts": ("carts", "加购"),
    "inquiries": ("inquiries", "询盘"),
    "ctr": ("CTR", "点击率"),
    "cpc": ("cost a click", "单次点击费用"),
    "orders": ("orders", "订单"),
    "conversion": ("orders a visit", "转化率"),
    "acos": ("ads / ad sales", "广告成本占比"),
    "compared": ("Compared on the same market and the same luck", "在相同市场与运气下比较"),
    "stopped_at_test": ("stopped at test", "测试后停止"),
    "mean_profit": ("mean profit", "平均利润"),
    "so_far": ("chance of a profit, first impression: {parts}", "盈利概率（初步印象）：{parts}"),
    "writing": ("writing the files and the page …", "正在写入文件和页面……"),
    "written": ("written to", "已写入"),
    "was_there": ("was there already, not computed again:", "已存在，未重新计算："),
    "how_many": (
        "{paths} histories of each strategy, computed in {seconds} s",
        "每种策略 {paths} 条模拟路径，用时 {seconds} 秒",
    ),
    "reading_note": (
        "A profit counts when sales so far, less what they will still cost, exceed all costs since day 0, and cash "
        "never ran out. ±: simulation error, shrinks with more paths. By inputs: what the chance is from the 5th to "
        "the 95th percentile of worlds; it does not shrink, find out instead. 5 / 50 / 95%: range of outcomes.",
        "盈利指：至今销售减去其后续成本后超过自第 0 天以来全部成本，且资金从未断裂。± 为模拟误差，随路径增加而缩小。"
        "“取决于未知参数”为各世界中盈利概率的 5–95% 范围，不会缩小。5 / 50 / 95% 为结果范围。",
    ),
    "compare_title": ("Compared with {first}, after {months} months", "与 {first} 比较，{months} 个月后"),
    "compare_settings": ("What differs", "不同的设置"),
    "compare_no_difference": (
        "{name} and {first} do not differ in any setting.",
        "{name} 与 {first} 的设置完全相同。",
    ),
    "and_more": ("and {count} more: --json lists all", "另有 {count} 项：--json 可列出全部"),
    "compare_sentence": (
        "{name}: chance of profit {chance} instead of {before}; mean profit {money} against the first.",
        "{name}：盈利概率 {chance}，对比 {before}；平均利润较前者 {money}。",
    ),
    "compare_same_profit": (
        "{name}: settled profit is unchanged in every history; what differs: {what}.",
        "{name}：所有情形下结算利润不变；不同之处：{what}。",
    ),
    "compare_same_profit_chance": (
        "Chance of profit {chance} instead of {before}.",
        "盈利概率 {chance}，对比 {before}。",
    ),
    "compare_after_pay": (
        "After owner's pay: chance of profit {chance} instead of {before}; mean profit {money} against the first.",
        "扣除店主报酬后：盈利概率 {chance}，对比 {before}；平均利润较前者 {money}。",
    ),
    "compare_profit_after_pay": ("profit after owner's pay", "扣除店主报酬后的利润"),
    "compare_other_profits": ("profit by the month or by other readings", "当月利润或其他口径的利润"),
    "compare_cash": ("cash", "现金"),
    "compare_others": ("other figures", "其他数字"),
    "compare_same": (
        "{name}: the same in every history; what differs does not touch it.",
        "{name}：所有情形下结果相同，不同的设置对其没有影响。",
    ),
    "compare_left_out": ("Not in both, not compared: {names}", "仅一方具有、未比较：{names}"),
    "compare_horizon": ("At the end (difference: the other less the first)", "期末（差值：后者减前者）"),
    "compare_was": ("first", "前者"),
    "compare_is": ("other", "后者"),
    "compare_unchanged": ("unchanged", "不变"),
    "compare_ahead": ("How often the other ends ahead", "后者领先的比例"),
    "compare_same_luck": ("same luck", "相同运气"),
    "compare_other_luck": ("luck drawn anew", "重新抽取运气"),
    "compare_gain": ("variance saved: chance / profit", "方差缩小：概率 / 利润"),
    "compare_by_month": (
        "Difference in the chance of profit by the end of month, in points ± simulation error",
        "截至各月末盈利概率之差（百分点 ± 模拟误差）",
    ),
    "compare_note": (
        "Both see the same market and the same luck, path by path. Same luck: all that has the same name is shared. "
        "Luck drawn anew: what the seller does not know stays shared, all that is drawn daily is not (market moves, "
        "clicks, orders, returns, freezes). Variance saved: how many times the worlds two separate runs would need. "
        "In brackets: 95% intervals, each on its own.",
        "双方逐路径经历相同的市场与运气。“相同运气”：同名随机量全部共享；“重新抽取运气”：仅共享卖家未知的参数，"
        "每日随机量（市场波动、点击、订单、退货、冻结）各自独立。“方差缩小”：分开模拟需要多少倍的世界数。"
        "方括号内为各自的 95% 区间。",
    ),
    "compare_condition": (
        "Counted are the paths on which {first} saw: {clauses}.",
        "仅统计 {first} 中符合以下条件的路径：{clauses}。",
    ),
    "cash_title": (
        "{name}: how much starting money for {span}?",
        "{name}：{span}需要多少启动资金？",
    ),
    "cash_sentence": (
        "{name}: with {capital} ({interval}) of starting money, at most {level}% of such shops run out of cash within "
        "{span}; {profit} of them make a profit.",
        "{name}：启动资金 {capital}（{interval}）时，{span}内资金断裂的店铺不超过 {level}%；盈利概率 {profit}。",
    ),
    "cash_smallest": (
        "{name}: even {capital}, the least that was tried, is enough: {ruin} run out of cash. Try less with --from.",
        "{name}：所试的最低金额 {capital} 已经足够：资金断裂 {ruin}。可用 --from 尝试更低金额。",
    ),
    "cash_none": (
        "{name}: not even {capital}, the most that was tried, is enough: {ruin} still run out of cash, more than "
        "{level}%. Try more with --to.",
        "{name}：所试的最高金额 {capital} 仍不足：资金断裂 {ruin}，高于 {level}%。可用 --to 尝试更高金额。",
    ),
    "cash_not_monotone": (
        "More money is not always safer here: more shops run dry with {larger} than with {smaller}, so this is the "
        "lowest amount tried from which on it holds.",
        "此处资金更多并不总是更安全：{larger} 时断裂的店铺多于 {smaller} 时，因此仅给出所试金额中此后均满足的最低值。",
    ),
    "cash_curve": ("{name}, by starting money", "{name}，按启动资金"),
    "sliders_at_rest": ("as in the scenario", "与场景文件相同"),
    "cash_note": (
        "All amounts live through the same market and the same luck. In parentheses: 95% interval, simulation error "
        "only.",
        "各金额经历相同的市场与运气。括号内为 95% 区间，仅含模拟误差。",
    ),
    "cash_part_of_month": (
        "A profit is counted at the end of month {month}, the last whole one.",
        "盈利按最后一个完整月份（第 {month} 个月）月末计算。",
    ),
    "cash_unchanged": (
        "These amounts stay as they are whatever the starting money: {named}.",
        "以下金额不随启动资金变化：{named}。",
    ),
    "sweep_cells": ("cells", "单元"),
    "sweep_cell": ("cell", "单元"),
    "sweep_values": ("values", "取值"),
    "sweep_message": ("what happened", "原因"),
    "sweep_rate": ("{rate} a minute", "每分钟 {rate} 个"),
    "sweep_so_far": ("{failed} failed", "{failed} 个失败"),
    "sweep_failed": ("Cells that failed; the same command tries them again", "失败的单元；再次运行同一命令将重试"),
    "sweep_damaged": ("Damaged files; the same command computes them anew", "损坏的文件；再次运行同一命令将重新计算"),
    "sweep_more": ("and {count} more: see log.jsonl", "另有 {count} 个：见 log.jsonl"),
    "sweep_done": (
        "{computed} cells computed, {reused} were there, {failed} failed, {seconds} s",
        "已计算 {computed} 个单元，已有 {reused} 个，失败 {failed} 个，用时 {seconds} 秒",
    ),
    "sweep_kept": (
        "{finished} of {cells} cells are kept in {directory}; the same command goes on from there",
        "{cells} 个单元中已完成 {finished} 个，保存在 {directory}；重新执行同一命令即可继续",
    ),
    "sweep_recomputed": ("{file} {what}; computed anew", "{file} 已损坏（{what}），已重新计算"),
    "sweep_status": (
        "{name}: {finished} of {cells} cells finished, {to_do} to do ({failed} failed, {damaged} damaged)",
        "{name}：{cells} 个单元中已完成 {finished} 个，待完成 {to_do} 个（失败 {failed} 个，损坏 {damaged} 个）",
    ),
    "sweep_working": ("{who} is working on it now", "{who} 正在计算"),
    "sweep_pace": ("{seconds} s a cell and process", "每个单元每进程 {seconds} 秒"),
    "init_welcome": (
        "Six questions. Type 45 if you know a number, 30 to 60 if you are nine-in-ten sure that it lies between, or "
        "Enter for the benchmark.",
        "六个问题。确定的数字直接输入，如 45；不确定时输入区间，如 30 to 60（九成把握在其中）；直接回车采用基准值。",
    ),
    "init_enter": ("[Enter: {default}]", "[回车：{default}]"),
    "init_all": ("all of them", "全部"),
    "init_and": (" and ", "与"),
    "init_strategies": (
        "Which ways of selling do you want to compare? One or several, as: 1 3\n{choices}",
        "比较哪些销售方式？可选一个或多个，如：1 3\n{choices}",
    ),
    "init_capital": (
        "How much cash do you start with, in {currency}? Or an amount in yuan, as: 70000 CNY",
        "启动资金是多少（{currency}）？也可用人民币，如：70000 CNY",
    ),
    "init_retail_price": (
        "What does a consumer pay for one order, on average, in {currency}? ({channels})",
        "消费者每笔订单平均支付多少（{currency}）？（{channels}）",
    ),
    "init_wholesale_price": (
        "What does a business buyer pay for a usual order (the median), in {currency}? ({channels})",
        "企业买家一笔通常的订单（中位数）支付多少（{currency}）？（{channels}）",
    ),
    "init_retail_margin": (
        "Gross margin: which share of that price is left after the goods, before freight? As 0.45 or 45% ({channels})",
        "毛利率：售价扣除货款后、运费前剩下的比例？如 0.45 或 45%（{channels}）",
    ),
    "init_wholesale_margin": (
        "Gross margin of business orders: which share is left after the goods, before freight? ({channels})",
        "企业订单的毛利率：扣除货款后、运费前剩下的比例？（{channels}）",
    ),
    "init_advertising": (
        "Advertising money a day to begin with, in {currency}, for each channel? One number ({channels})",
        "每个渠道起初每天的广告费（{currency}）？请给一个数字（{channels}）",
    ),
    "init_months": (
        "How many months to simulate, from {low} to {high}?",
        "模拟几个月（{low} 至 {high}）？",
    ),
    "init_again": ("     Not taken: {reason}", "     无法采用：{reason}"),
    "init_no_text": (
        "this holds characters that cannot be read; type plain digits",
        "含有无法识别的字符；请输入普通数字",
    ),
    "init_too_long": ("an answer has at most {most} characters", "回答最多 {most} 个字符"),
    "init_too_large": ("no number may be larger than {most}", "数字不得大于 {most}"),
    "init_no_strategy": (
        "give numbers from 1 to {last}, as: 1 3, or: all",
        "请输入 1 至 {last} 的编号，如：1 3，或：全部",
    ),
    "init_no_months": ("give a whole number from {low} to {high}", "请输入 {low} 至 {high} 的整数"),
    "init_currency": ("{sign} may be several currencies: write {value}", "{sign} 可指多种货币，请写成 {value}"),
    "init_no_number": (
        "give a number as 45, an interval as 30 to 60, or an amount as 5000 CNY",
        "请输入数字（如 45）、区间（如 30 to 60）或金额（如 5000 CNY）",
    ),
    "init_no_fraction": (
        "give a share as 0.45 or 45%, or an interval as 0.3 to 0.5",
        "请输入比例（如 0.45 或 45%）或区间（如 0.3 to 0.5）",
    ),
    "init_one_number": ("give one number, no interval: it is yours to choose", "请给一个数字而非区间：这由您决定"),
    "init_p4p_idle": (
        "Mind: below {threshold} {currency} a day P4P has no effect on {channels}: it buys no clicks.",
        "注意：每天低于 {threshold} {currency} 时，P4P 在{channels}不起作用，不会带来点击。",
    ),
    "init_no_terminal": (
        "there is nobody to ask: the input is no terminal; give --yes for a file with all benchmarks",
        "输入不是终端，无法提问；可用 --yes 生成全部采用基准值的文件",
    ),
    "init_stopped": ("stopped before the last question; nothing was written", "问题未答完即中止；未写入任何内容"),
    "init_exists": (
        "{file}: is there already; name another file, or give --force to replace it",
        "{file}：已存在；请换一个文件名，或用 --force 覆盖",
    ),
    "init_bad_file": (
        "{file}: name a file that ends in .yaml or .yml",
        "{file}：文件名须以 .yaml 或 .yml 结尾",
    ),
    "init_next": (
        "Next: read it, replace what you know better, then\n  sim run {file}",
        "下一步：阅读并替换您更了解的数字，然后\n  sim run {file}",
    ),
    "init_file_title": ("My shop", "我的店铺"),
    "init_file_head": (
        "A scenario for `sim run`. Every number may be replaced by your own; `sim validate` checks the file.\n"
        "Three ways to write a number: 45 (known); 30 to 60 (a 90% interval: nine-in-ten sure); a distribution.\n"
        "Before a value stand its meaning, unit and source. [j]: a judgement without a source, replace it first; F1 to "
        "F31: a figure of the article, see docs/article.md of seller-sim.\n"
        "All other numbers are as declared and may be added: `sim explain store.returns` lists those of a section.",
        "供 `sim run` 使用的方案。每个数字都可换成您自己的；`sim validate` 检查文件。\n"
        "数字的三种写法：45（已知）；30 to 60（90% 区间，九成把握）；分布。\n"
        "每个值之前为其含义、单位与来源（英文）。[j]：没有来源的判断，请优先替换；"
        "F1 至 F31：文章中的数据，见 seller-sim 的 docs/article.md。\n"
        "其余数字采用默认值，可自行添加：`sim explain store.returns` 列出一个部分的全部数字。",
    ),
    "init_file_strategies": (
        "What is compared: a name, and the channels that share one wallet.",
        "比较的对象：名称，及共用一笔资金的渠道。",
    ),
    "init_file_correlations": (
        "What moves together: 1 rises together, -1 one rises as the other falls. Leave these unless you know better.",
        "共同变动的程度：1 为同升同降，-1 为此升彼降。除非更了解，否则不必改动。",
    ),
    "init_file_mostly": ("mostly {range}", "多为 {range}"),
    "init_file_answer": ("YOUR ANSWER instead of {value}", "您的回答（基准值 {value}）"),
    "init_file_source": ("source: {source}", "来源：{source}"),
    "counts_only": (
        "Counts of the histories were kept, not the histories: amounts are sure to {width}; money was not compared "
        "path by path.",
        "仅保留了历史的计数：金额精确到 {width}；未逐条比较金额。",
    ),
    "currency_note": ("Money in {currency}; a month is 30 days.", "金额单位 {currency}；一个月按 30 天计。"),
}


NUMBERS = MEANINGS | UNITS | LINES | ACCOUNTS | QUANTITIES | IGNORED
"""What speaks for itself in English."""

ONE = re.compile(r"(?<![\d.,])1 (day|month|year|world|path)s\b")
"""A single thing said in the plural."""


def label(key: str, language: str = "en", **values: object) -> str:
    """Return the label of a key.

    A text that is declared elsewhere (a meaning, a unit, a line of a statement, what a mechanism ignores) is its own
    key. What is outside the catalogue (a strategy's name) stands for itself in every language.
    """
    texts = CATALOGUE.get(key) or WORDS.get(key) or SWEEPS.get(key)
    if texts is None:
        return key if language == "en" else NUMBERS.get(key, key)
    if language not in LANGUAGES:
        raise ValueError(f"language: found {language!r}; give one of: {', '.join(LANGUAGES)}")
    text = texts[LANGUAGES.index(language)]
    return ONE.sub(r"1 \1", text.format(**values)) if values else text
