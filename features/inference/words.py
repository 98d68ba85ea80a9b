"""What columns and files are called, in English and Chinese, by the contract's own names."""

import re
from collections.abc import Mapping

_NUMBER = r"(id|no|nr|num|number|key|code|uuid|ref)"
_WHO = (
    r"(customer|client|consumer|shopper|buyer|household|member|user|account|subscriber|guest|card)"
)
_WHO_ZH = r"(客户|会员|用户|顾客|买家|消费者)"
_NUMBER_ZH = r"(编号|号码|号|id|代码|编码)"
_MOMENT = r"(date|day|time|timestamp|datetime|date_time|at|on|ts|dt)"
_MOMENT_ZH = r"(时间|日期|日)"

CUSTOMER = (rf"{_WHO}_?{_NUMBER}|{_WHO_ZH}_?{_NUMBER_ZH}", rf"{_WHO}|{_WHO_ZH}")
OWN_ID = (_NUMBER, "编号")
MOMENT = (rf"{_MOMENT}|created_{_MOMENT}|{_MOMENT_ZH}|创建{_MOMENT_ZH}", rf".*_{_MOMENT}")
PRICE = ("unit_?price|price_per_unit|单价", "price|售价|价格")
OUTCOME = re.compile(r"(is_)?(churn|exit|attrition|lapse|left|label|target|outcome).*|.*流失.*")

Ranked = tuple[str, ...]
"""Patterns of a whole name in small letters; an earlier one is better evidence."""


def _moment(verbs: str, chinese: str) -> Ranked:
    return (rf"({verbs})_?{_MOMENT}|({chinese}){_MOMENT_ZH}", rf"({verbs})")


# By table: the contract's column, what its values must be, and what it may be called.
COLUMNS: Mapping[str, tuple[tuple[str, str, Ranked], ...]] = {
    "orders": (
        ("ordered_at", "time", _moment("order|ordered|invoice|transaction|purchase|purchased|"
            "sale|sold|basket|bill|billing|receipt|payment|paid|checkout",
            "下单|订单|交易|购买|支付|付款|成交|销售|消费")),
        ("ordered_at", "time", MOMENT),
        ("order_id", "id", (rf"(order|invoice|basket|transaction|bill|receipt|trans|sale)s?_?"
            rf"{_NUMBER}|(订单|交易|小票|发票|流水){_NUMBER_ZH}",
            "order|invoice|basket|transaction|订单")),
        ("quantity", "number", ("quantity|qty|units?|pieces|item_?count|数量|件数|购买数量",)),
        ("amount", "number", (
            "amount|(order|sales?|line|total|net|paid|payment|transaction|purchase|item)_?"
            "(amount|value|total|sum|price)(_[a-z]{3})?|total|revenue|spend|spent|turnover|sales|"
            "gmv|.*金额|销售额|实付款?|总价|付款额",
            "(?!.*(refund|tax|fee|cost|shipping|disc)).*_?(amount|revenue|value)(_[a-z]{3})?")),
        ("product_id", "id", (rf"(product|item|sku|stock|article|goods|variant)_?{_NUMBER}|sku|"
            rf"(商品|产品|货品)_?{_NUMBER_ZH}",)),
        ("category", "text", ("(product_|item_)?(category|department|product_type)(_name)?|"
            "品类|类别|商品类别|分类",)),
        ("discount", "number", ("discount(_?(amount|value))?|折扣(金额)?|优惠金额?",)),
        ("is_return", "boolean", ("(is_)?(return|returned|refund|refunded|cancelled|canceled)"
            "(_flag)?|(是否)?(退货|退款)",)),
        ("channel", "text", ("(sales?_|order_)?channel|store_type|渠道|销售渠道",)),
    ),
    "customers": (
        ("joined_at", "time", _moment("join|joined|sign_?up|signed_up|register|registered|"
            "registration|enrol(l?ed|ment)|created|first_seen|member_since",
            "注册|入会|开户|加入")),
        ("birth_year", "number", ("birth_?year|year_?of_?birth|yob|出生年份?",)),
        ("gender", "text", ("gender|sex|性别",)),
        ("country", "text", ("country(_?(name|code))?|国家",)),
        ("region", "text", ("region|state|province|county|地区|省份?|区域",)),
        ("city", "text", ("city|town|城市",)),
        ("settlement", "text", ("settlement|area_type|urbanicity|城乡",)),
        ("income_band", "text", ("income(_?(band|bracket|level|group|range))?|收入.*",)),
        ("acquisition_channel", "text", ("acquisition(_?(channel|source))?|referral_source|"
            "utm_source|lead_source|signup_channel|获客渠道|来源渠道?|注册渠道",)),
        ("consent_email", "boolean", ("(e?mail_?(consent|opt_?in|subscribed)|consent_e?mail)",)),
        ("consent_phone", "boolean", ("((phone|sms)_?(consent|opt_?in)|consent_(phone|sms))",)),
    ),
    "events": (
        ("occurred_at", "time", _moment("event|occurred|usage|visit|session|click|redemption|login|"
            "activity|action|page_?view|view", "事件|访问|登录|行为|浏览|点击")),
        ("occurred_at", "time", MOMENT),
        ("kind", "text", ("(event|action|activity|behaviou?r)_?(type|name|kind)?|kind|"
            "feature_name|page(_name)?|(行为|事件)(类型|名称)?", "type|feature|类型")),
        ("channel", "text", ("channel|device|platform|渠道|平台",)),
        ("duration_s", "number", (".*duration(_s|_?secs?|_?seconds?)?|时长(秒)?",)),
    ),
    "feedback": (
        ("given_at", "time", _moment(
            "review|feedback|survey|rating|response|comment|given|answered",
            "评价|评论|反馈|调查")),
        ("given_at", "time", MOMENT),
        ("score", "number", ("(csat|nps|satisfaction|review|rating|star|feedback|survey)s?_?"
            "(score|rating|value)?|score|评分|星级|满意度",)),
        ("text", "text", ("(review|feedback|comment|response)s?(_?(text|body|content|message))?|"
            "text|body|评价(内容)?|评论(内容)?|反馈(内容)?",)),
        ("channel", "text", ("channel|渠道",)),
        ("language", "text", ("lang(uage)?|locale|语言",)),
    ),
    "tickets": (
        ("opened_at", "time", _moment("open|opened|submit|submitted|raised|reported|ticket|created",
            "提交|创建|投诉|受理")),
        ("resolved_at", "time", _moment("resolved|closed|solved|completed|resolution|close",
            "解决|关闭|完成|结案")),
        ("category", "text", (
            "(ticket_|issue_|case_)?(category|type|topic|reason|subject)|priority|类型|问题类型|类别",)),
    ),
    "subscriptions": (
        ("started_at", "time", _moment("start|started|begin|activation|activated|subscribed",
            "开始|生效|订阅|开通")),
        ("ended_at", "time", _moment(
            "end|ended|cancel|cancell?ed|expiry|expired|expires|terminated",
            "结束|到期|终止|取消")),
        ("plan", "text", ("(plan|tier|package|product)(_?(name|tier|type))?|套餐(名称)?|方案",)),
        ("amount_per_month", "number", ("mrr(_amount)?|monthly_(charge|charges|fee|amount|price|"
            "revenue)|(amount|price|fee)_per_month|月费|月租费?",)),
    ),
    "treatments": (
        ("campaign_id", "id", (rf"(campaign|experiment|mailing|offer)_?{_NUMBER}|活动{_NUMBER_ZH}",
            "campaign(_name)?|experiment|活动(名称)?")),
        ("treated_at", "time", _moment("treated|treatment|sent|send|contact|contacted|mailed|"
            "exposed|exposure|start|campaign|delivered|assigned", "发送|触达|活动|开始")),
        ("arm", "text", ("arm|(test_?|experiment_?|treatment_?|control_?)?(group|variant|cell)|"
            "treatment|分组|实验组", "(campaign|offer)_type|segment")),
        ("cost", "number", ("(campaign_|contact_)?cost|成本|费用",)),
        ("converted_at", "time", _moment("converted|conversion|responded", "转化")),
    ),
}  # fmt: skip

# What the file or table may be called that holds each.
FILES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "orders": "order|sale|transaction|purchase|invoice|retail|basket|receipt|"
        "订单|销售|交易|购买|消费",
        "customers": "customer|client|account|user|member|demographic|household|profile|"
        "客户|会员|用户|顾客",
        "events": "event|usage|visit|session|click|activity|redemption|log|"
        "行为|事件|访问|浏览|日志",
        "feedback": "feedback|review|survey|rating|nps|csat|comment|评价|评论|反馈|评分",
        "tickets": "ticket|support|complaint|case|issue|helpdesk|工单|投诉|客服",
        "subscriptions": "subscription|contract|membership|订阅|合同|套餐",
        "treatments": "campaign|treatment|experiment|promo|mailing|contact|活动|营销|触达",
    }.items()
}


def normal(name: str) -> str:
    """A name in small letters with `_` between its words: `InvoiceDate` is invoice_date."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"\W+", "_", spaced).strip("_").lower()


def rank(name: str, ranked: Ranked) -> int | None:
    """How good a name is as evidence, 0 the best; None if it fits no pattern."""
    written = normal(name)
    found = (place for place, pattern in enumerate(ranked) if re.fullmatch(pattern, written))
    return next(found, None)
