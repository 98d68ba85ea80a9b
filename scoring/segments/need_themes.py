"""The theme table that comes with Retinue: words of functional, emotional and social needs.

The three kinds of value follow Sheth, Newman and Gross, "Why We Buy What We Buy" (Journal of
Business Research 22, 1991). The words are a start: a shop knows its own better.
"""

FUNCTIONAL = (
    *("quality", "price", "value", "cheap", "afford", "durable", "reliable", "practical"),
    *("useful", "convenien", "deliver", "easy", "quick", "fast", "works", "fits"),
    *("kitchen", "household", "clean", "laundry", "tool", "hardware", "office", "stationery"),
    *("electronic", "batter", "grocer", "pharma", "hygiene", "bath", "storage", "spare part"),
    *("质量", "价格", "划算", "实惠", "性价比", "便宜", "耐用", "结实", "实用", "好用", "方便"),
    *("物流", "发货", "配送", "到货", "厨房", "家居", "日用", "清洁", "洗护", "工具", "五金"),
    *("办公", "文具", "电器", "数码", "电池", "粮油", "药", "收纳", "配件"),
)
EMOTIONAL = (
    *("love", "beautiful", "pretty", "lovely", "happy", "enjoy", "delight", "cosy", "cozy"),
    *("comfort", "relax", "treat", "luxur", "favourite", "favorite", "delicious", "surprise"),
    *("perfume", "fragrance", "candle", "cosmetic", "beauty", "jewel", "chocolate", "sweets"),
    *("snack", "coffee", "tea", "wine", "flower", "garden", "pet", "toy", "hobby", "art"),
    *("喜欢", "喜爱", "漂亮", "好看", "美观", "开心", "快乐", "惊喜", "治愈", "舒服", "舒适"),
    *("享受", "放松", "犒劳", "好吃", "美味", "香水", "香薰", "美妆", "护肤", "珠宝", "饰品"),
    *("巧克力", "甜品", "零食", "咖啡", "茶", "红酒", "鲜花", "园艺", "宠物", "玩具", "手办"),
)
SOCIAL = (
    *("gift", "present for", "friend", "family", "guest", "party", "parties", "wedding"),
    *("birthday", "anniversary", "celebrat", "share", "recommend", "together", "everyone"),
    *("compliment", "trend", "fashion", "brand", "team", "club"),
    *("礼物", "礼品", "礼盒", "送礼", "送人", "送给", "朋友", "闺蜜", "同事", "家人", "家里人"),
    *("客人", "聚会", "派对", "婚礼", "生日", "纪念日", "节日", "团聚", "分享", "推荐", "大家"),
    *("夸", "面子", "时尚", "潮流", "品牌", "团建"),
)
