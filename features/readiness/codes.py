"""Every kind of finding about tables, written out once; docs/check.md is made from it."""

from features.readiness.finding import Code

SKIPPED_LINES = Code(
    "skipped_lines",
    ("weakens",),
    "lines of a CSV were broken and `skip_broken_lines` left them out",
    "What stands in them is unknown to every feature and label.",
)
ROWS_WITHOUT_CUSTOMER = Code(
    "rows_without_customer",
    ("weakens", "note"),
    "rows name no customer; `weakens` from 1 % on",
    "They are left out: nobody's history holds them.",
)
ROWS_WITHOUT_MOMENT = Code(
    "rows_without_moment",
    ("weakens", "note"),
    "rows have a customer but no moment, or no `known_at`; `weakens` from 1 % on",
    "They are left out: no as-of date can know them.",
)
FUTURE_DATES = Code(
    "future_dates",
    ("weakens", "note"),
    "rows happen later than now; a `note` for subscriptions and treatments, which may be planned",
    "The default as-of date follows the last order, so one wrong year moves it.",
)
DATES_BEFORE_1990 = Code(
    "dates_before_1990",
    ("weakens",),
    "rows happen before 1990",
    "They are mostly placeholders (1970-01-01, 1900-01-01), and make customers look old.",
)
FAR_OFF_DATES = Code(
    "far_off_dates",
    ("weakens",),
    "the first or last thousandth of the rows lies far from the rest: further than 91 days and "
    "than half the time that the others span",
    "First and last order decide the as-of dates of training and of scoring.",
)
DUPLICATE_ROWS = Code(
    "duplicate_rows",
    ("weakens", "note"),
    "rows repeat another in every mapped column; `weakens` from 1 % on, or from 50 % where equal "
    "rows are likely: orders without `product_id`, and tables with dates but no time of day",
    "Spending, visits and counts are too high for whoever has them.",
)
UNKNOWN_CUSTOMERS = Code(
    "unknown_customers",
    ("weakens", "note"),
    "customers of the table never ordered nor subscribed; `weakens` from half of them, or of the "
    "rows, on",
    "Nobody reads their rows. If it is most of them, the ids are probably spelled differently.",
)
CUSTOMERS_NOT_LISTED = Code(
    "customers_not_listed",
    ("note",),
    "at least 1 % of those who ordered or subscribed have no row in customers",
    "Their attributes are null.",
)
KNOWN_TOO_EARLY = Code(
    "known_too_early",
    ("weakens", "note"),
    "`known_at` precedes the row's own moment; `weakens` from 1 % on",
    "Nothing is known before it happens: one of the two moments is wrong.",
)
KNOWN_LATE = Code(
    "known_late",
    ("note",),
    "5 % of the rows become known a day or more after they happened",
    "The latest days look emptier than they will; training and scoring see that alike.",
)
MOMENTS_OUT_OF_ORDER = Code(
    "moments_out_of_order",
    ("weakens", "note"),
    "a moment inside rows precedes the row (resolved before opened, ended before started); "
    "`weakens` from 1 % on",
    "Durations made of the two are wrong.",
)
MISSING_VALUES = Code(
    "missing_values",
    ("weakens", "note"),
    "mapped columns are null in at least 5 % of the rows; `weakens` from 50 % on. Columns whose "
    "null says something (`resolved_at`, `ended_at`, `converted_at`; a score beside texts) only "
    "when they are always null",
    "Features made from them say nothing of those rows.",
)
NO_PURCHASES = Code(
    "no_purchases",
    ("stops",),
    "every order line is a return",
    "Without a purchase nobody has ordered, and nobody can churn.",
)
RETURNS = Code(
    "returns",
    ("weakens", "note"),
    "order lines are returns (negative, or `is_return`); `weakens` from 20 % on",
    "Returns are no orders, and their amounts are subtracted.",
)
NEGATIVE_VALUES = Code(
    "negative_values",
    ("weakens",),
    "a discount, price, cost, duration or number of pieces sold is negative",
    "Sums made of them are too low.",
)
UNKNOWN_SCALES = Code(
    "unknown_scales",
    ("weakens",),
    "scores are on no scale, or on one that Retinue does not know",
    "Such scores are counted as feedback, but not read.",
)
SCORES_OFF_SCALE = Code(
    "scores_off_scale",
    ("weakens",),
    "scores lie outside the scale they are said to be on",
    "Averages leave their scale, and a 100 of 5 outweighs everything.",
)
ABSENT_VALUES = Code(
    "absent_values",
    ("weakens", "note"),
    "a kind of event, scale or category that features look for never occurs; `weakens` if none "
    "does",
    "Features that look for it are 0 or null for everybody.",
)
UNMAPPED_COLUMNS = Code(
    "unmapped_columns",
    ("weakens", "note"),
    "optional columns are not mapped, which switches features off; `weakens` for scores without "
    "scale",
    "Those features are null, 0 or say the same of everybody.",
)
ATTRIBUTES_MAY_CHANGE = Code(
    "attributes_may_change",
    ("weakens",),
    "attributes of customers are neither declared timeless nor beside a `known_at`",
    "Today's value may not be what was known at an as-of date, so their features are off.",
)
ATTRIBUTES_NOT_USED = Code(
    "attributes_not_used",
    ("note",),
    "attributes of customers are mapped that no feature is made from",
    "They are shown beside scores, and are no input of the model.",
)
ABSENT_TABLE = Code(
    "absent_table",
    ("note",),
    "a table is not in the project",
    "Its features are off for everybody.",
)

TABLE_CODES = (
    NO_PURCHASES,
    SKIPPED_LINES,
    ROWS_WITHOUT_CUSTOMER,
    ROWS_WITHOUT_MOMENT,
    FUTURE_DATES,
    DATES_BEFORE_1990,
    FAR_OFF_DATES,
    DUPLICATE_ROWS,
    UNKNOWN_CUSTOMERS,
    CUSTOMERS_NOT_LISTED,
    KNOWN_TOO_EARLY,
    KNOWN_LATE,
    MOMENTS_OUT_OF_ORDER,
    MISSING_VALUES,
    RETURNS,
    NEGATIVE_VALUES,
    UNKNOWN_SCALES,
    SCORES_OFF_SCALE,
    ABSENT_VALUES,
    UNMAPPED_COLUMNS,
    ATTRIBUTES_MAY_CHANGE,
    ATTRIBUTES_NOT_USED,
    ABSENT_TABLE,
)
