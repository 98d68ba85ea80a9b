"""What the page says beside figures, in both languages."""

from features.feature import Words

TITLE = Words("Who are our customers?", "我们的客户是谁？")
AT_A_GLANCE = Words("At a glance", "总览")
WHICH_TO_USE = Words(
    "A classification is worth keeping if its labels can be given again, are large enough, may be "
    "reached, and respond differently to campaigns. Only the last tells it from a split by lot.",
    "一种分类值得保留，须同时满足：标签稳定可复现、规模足够、可触达、对活动的反应有差异。"
    "只有最后一项能把它与随机分组区别开来。",
)
SCHEME = Words("classification", "分类方式")
LABELS = Words("labels", "标签数")
STABILITY = Words("stability", "稳定性")
COVERAGE = Words("labelled", "有标签")
VERDICT = Words("verdict", "结论")
LARGEST = Words("most money from", "金额最多的标签")
BY_RULE = Words("1 (by rule)", "1（由规则决定）")
OFF = Words("Switched off", "未启用")
OFF_SUB = Words(
    "These cannot speak of the data as it is; each says what it needs.",
    "以下分类方式因数据不足未启用，并说明各自所需的数据。",
)
NONE_OFF = Words("Every classification is on.", "全部分类方式均已启用。")
LABEL = Words("label", "标签")
CUSTOMERS = Words("customers", "客户数")
SHARE = Words("share", "占比")
MONEY = Words("money a year", "年金额")
OF_MONEY = Words("of money", "金额占比")
CHURNED = Words("churned", "实际流失率")
PREDICTED = Words("predicted", "预测流失率")
REACHABLE = Words("reachable", "可触达")
ALL = Words("all", "合计")
RULE = Words("The rule", "规则")
QUESTIONS = Words("The four questions", "四项检验")
ALERTS = Words("Worth an alert", "需提醒的变动")
MORE = Words("and {} more", "另有{}项")
MOVEMENT = Words("Movement", "迁移")
FILES = Words("Also as files: {}.", "另存为文件：{}。")
NO_LABELS = Words("nobody here", "暂无客户")
ON_OFF = Words(
    "{} of {} classifications are on; {} customers, {} {} in a year.",
    "{}/{}种分类方式已启用；共{}位客户，近一年金额{} {}。",
)
FOOTER = Words(
    "Made by retinue segments --report. No customer is named on this page. docs/segments.md says "
    "how to read it.",
    "由retinue segments --report生成。本页不含任何客户身份。阅读说明见docs/segments.md。",
)
AS_OF = Words("as of", "截至")
GOODS = {"keep": "good", "keep with reservations": "fair", "drop": "bad", "unknown": "open"}
BADGES = {
    "keep": Words("keep", "保留"),
    "keep with reservations": Words("keep, with reservations", "有保留地使用"),
    "drop": Words("drop", "弃用"),
    "unknown": Words("cannot be judged yet", "暂无法判断"),
}
