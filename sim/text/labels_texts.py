"""The catalogue's part for texts that stand elsewhere in English: accounts, the article's figures, what is ignored."""

ACCOUNTS: dict[str, str] = {
    "cash": "现金",
    "goods paid in advance": "预付货款",
    "prepaid membership": "预付会员费",
    "owed to suppliers": "应付供应商货款",
    "refunds to pay": "应付退款",
    "VAT payable": "应缴 VAT",
    "credit line": "透支",
    "unpaid bills": "未付账单",
    "escrow deposits": "平台担保的定金",
} | {
    f"{holder} {kind}": f"{chinese} {meaning}"
    for holder, chinese in (("paypal", "PayPal"), ("stripe", "Stripe"), ("escrow", "平台"))
    for kind, meaning in (
        ("pending", "待到账款"),
        ("held", "扣留款"),
        ("reserve", "滚动保证金"),
        ("frozen", "冻结款"),
    )
}
"""Accounts of the balance sheet, in Chinese by their English; those of the statements are in ``LINES``."""

QUANTITIES: dict[str, str] = {
    "days from the order to the money, Alibaba.com": "从下单到放款的天数，阿里巴巴国际站",
    "returns of delivered orders": "已签收订单的退货率",
    "PayPal account frozen within {} days, share of paths (simulation {}%)": (
        "PayPal 账户在 {} 天内被冻结的路径占比（模拟误差 {}%）"
    ),
    "ACoS of the test phase (month {}, no sales: infinite)": "测试期的 ACoS（第 {} 个月；无销售则为无穷）",
    "month {} negative, share of paths": "第 {} 个月亏损的路径占比",
    "conversion realised in month {}": "第 {} 个月实现的转化率",
    "months to stable profit, of the {}% stable by month {}": (
        "达到稳定盈利所需月数（{}% 的路径在第 {} 个月前达到，仅计这些）"
    ),
    "stable by month {}, share of paths": "到第 {} 个月已稳定盈利的路径占比",
    "clicks of the test (month {})": "测试期点击数（第 {} 个月）",
    "orders of the test (month {})": "测试期订单数（第 {} 个月）",
    "month {} all in: site, ads, ERP": "第 {} 个月全部费用：建站、广告、ERP",
    "days a freeze is handled": "冻结处理天数",
    "appeals won": "申诉胜率",
    "sales in month {}, both channels over the platform alone": "第 {} 个月销售额：双渠道与仅平台之比",
    "often": "经常",
}
"""The article's quantities and figures in words, in Chinese by their English; numbers in them are left open."""

IGNORED: dict[str, str] = {
    "auctions, audiences, learning phases of the ad system, attribution windows": (
        "竞价拍卖、受众、广告系统的学习期、归因窗口"
    ),
    "notice periods of subscriptions, income tax": "订阅的退订期、所得税",
    "repeat visits of one visitor; abandoned-cart mails (they are in the completion)": (
        "同一访客的重复访问；弃购挽回邮件（已含在加购成交率中）"
    ),
    "partial releases, interest on money held, the currency of the payout": "部分放款、被扣留资金的利息、放款币种",
    "several products, packaging as a cost of its own, customs delays": "多个产品、单列的包装成本、清关延误",
    "a freeze that spreads from one processor to another; a processor that changes its rules": (
        "冻结从一家支付机构蔓延到另一家；支付机构更改规则"
    ),
    "interchange by card, currency of the card, instant payouts": "各卡种的交换费、卡的币种、即时提现",
    "the platform's ranking beyond age and answer rate, rivals' bids, repeat visits of one visitor": (
        "店龄与回复率之外的平台排名因素、对手出价、同一访客的重复访问"
    ),
    "judgement beyond these rules, and changes of product": "这些规则之外的判断，以及更换产品",
    "differences between customers beyond the mean (a pool, not persons)": "均值之外的客户差异（视为整体而非个人）",
    "exchanges, partial refunds, restocking fees": "换货、部分退款、退货手续费",
    "creditors that petition, and a seller who puts in fresh money": "债权人申请破产，以及卖家追加资金",
    "violations of other rules (intellectual property, late shipment), appeals, points that expire": (
        "违反其他规则（知识产权、延迟发货）、申诉、扣分到期清零"
    ),
    "stock in the warehouse as money tied up, goods left there unsold, taxes where it stands": (
        "海外仓库存占用的资金、滞留未售的货物、仓库所在地的税"
    ),
    "negotiation of prices, samples, orders that are cancelled in production, repeat buyers beyond what the "
    "conversion holds": "议价、样品、生产中取消的订单、转化率所含之外的回头客",
}
"""What the mechanisms' files say they ignore, in Chinese by their English."""
