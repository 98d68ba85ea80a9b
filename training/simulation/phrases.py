"""What customers write, in both languages: an opening, a subject and an end, by tone."""

LANGUAGES = ("en", "zh")
NEGATIVE, NEUTRAL, POSITIVE = range(3)

# By language and tone: the parts of a text, each a choice.
PHRASES: dict[str, tuple[tuple[tuple[str, ...], ...], ...]] = {
    "en": (
        (
            ("Honestly disappointed.", "Not what I paid for.", "This went badly.", "Again a mess."),
            (
                "The parcel came late and the box was torn",
                "Nobody answered my complaint for days",
                "The quality has become poor",
                "The price went up and I get less for it",
                "I was sent the wrong item and had to chase the refund",
                "The app crashes whenever I pay",
            ),
            (".", ", I want my money back.", ", I am thinking of leaving.", ", please fix this."),
        ),
        (
            ("It is all right.", "Average, I would say.", "Nothing special.", "As expected."),
            (
                "Delivery took the usual time",
                "The product does what it says",
                "Some things were good and some were not",
                "The price is about the same as elsewhere",
                "I have not used it much yet",
            ),
            (".", ", no strong feelings.", ", maybe again.", ", we will see."),
        ),
        (
            ("Very happy!", "Lovely experience.", "Great as always.", "Could not be better."),
            (
                "Delivery was fast and everything well packed",
                "The staff were friendly and helped at once",
                "The quality is excellent for the price",
                "Ordering was easy and the app works well",
                "My family loves it",
                "The return was quick and fair",
            ),
            (".", ", thank you!", ", I will order again.", ", I recommend it."),
        ),
    ),
    "zh": (
        (
            ("非常失望。", "太差了。", "体验很糟糕。", "又出问题了。"),
            (
                "快递很慢，包装也破了",
                "投诉了好几天都没人理",
                "质量越来越差",
                "价格涨了，东西却变少了",
                "发错货，退款还要一直催",
                "一付款应用就闪退",
            ),
            ("。", "，我要退款。", "，不想再买了。", "，请尽快解决。"),
        ),
        (
            ("还可以。", "一般般吧。", "没什么特别的。", "跟预想的差不多。"),
            (
                "送货时间正常",
                "东西和描述一样",
                "有好有坏",
                "价格和别家差不多",
                "还没怎么用",
            ),
            ("。", "，谈不上喜欢。", "，也许会再买。", "，再看看吧。"),
        ),
        (
            ("很满意！", "体验很好。", "一如既往地好。", "特别棒！"),
            (
                "送货很快，包装也仔细",
                "客服热情，马上就帮我解决了",
                "质量很好，价格也划算",
                "下单方便，应用很好用",
                "家里人都很喜欢",
                "退货又快又省心",
            ),
            ("。", "，谢谢！", "，还会再来。", "，推荐给大家。"),
        ),
    ),
}


def texts(language: str, tone: int) -> list[str]:
    """Every text of a language and tone."""
    gap = " " if language == "en" else ""
    openings, subjects, ends = PHRASES[language][tone]
    return [
        f"{opening}{gap}{subject}{end}"
        for opening in openings
        for subject in subjects
        for end in ends
    ]
