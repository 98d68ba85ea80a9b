"""Every kind of finding about training, written out once; docs/check.md is made from it."""

from features.readiness.codes import TABLE_CODES
from features.readiness.finding import Code

NO_ORDERS = Code(
    "no_orders",
    ("stops",),
    "the project has no [tables.orders]",
    "Churn is defined as no order, so without orders there is no label.",
)
NOTHING_TO_LABEL = Code(
    "nothing_to_label",
    ("stops",),
    "the project has nothing of what the churn definition looks at: no events, none of the kind, "
    "or no ends of subscriptions",
    "Then nobody has a label.",
)
TOO_LITTLE_HISTORY = Code(
    "too_little_history",
    ("stops",),
    "the tables are too short for dates to fit and to test, apart by one reach (gap + horizon)",
    "With dates closer together the model would learn from outcomes that the test asks for.",
)
LABELS_NOT_KNOWN = Code(
    "labels_not_known",
    ("stops",),
    "the label window of a date ends after the last order",
    "Who has not ordered yet may still do so: those labels are not known.",
)
OUTCOMES_IN_THE_FUTURE = Code(
    "outcomes_in_the_future",
    ("stops",),
    "the label window of the test ends later than now",
    "Nobody can know those outcomes: order dates are wrong, or planned.",
)
TOO_FEW_CUSTOMERS = Code(
    "too_few_customers",
    ("stops", "weakens"),
    "fewer than 300 eligible customers at a date, or rows in all of fit; stops where only one "
    "outcome occurs at the fit dates or the test date",
    "A calibration in tenths then holds fewer than 30 customers in each.",
)
TOO_FEW_OF_ONE_LABEL = Code(
    "too_few_of_one_label",
    ("stops", "weakens"),
    "fewer than 50 customers who churned, or who stayed, in a role; stops where there is none at "
    "the fit dates or the test date",
    "With 50 among 300, a ROC AUC of 0.75 is known to 0.08 either way (Hanley and McNeil, 1982): "
    "better and worse models cannot be told apart.",
)
FEW_OF_ONE_LABEL = Code(
    "few_of_one_label",
    ("weakens",),
    "fewer than 200 customers who churned, or who stayed, at the test date",
    "Figures of the test are rough; the finding says how rough.",
)
SILENT_DAYS_BELOW_USUAL_GAP = Code(
    "silent_days_below_usual_gap",
    ("weakens",),
    "`silent_days` is shorter than the usual gap between orders of the median customer",
    "Most customers count as gone already while they only wait as long as usual.",
)
GONE_CUSTOMERS_RETURN = Code(
    "gone_customers_return",
    ("weakens",),
    "at least a fifth of 50 or more customers who count as gone at the test date order again "
    "within the label window",
    "They are not gone, and nobody scores them.",
)
HORIZON_BELOW_USUAL_GAP = Code(
    "horizon_below_usual_gap",
    ("weakens",),
    "gap and horizon together are shorter than the usual gap between orders of the median customer",
    "No order in the horizon is then what a loyal customer does too.",
)

TRAINING_CODES = (
    NO_ORDERS,
    NOTHING_TO_LABEL,
    TOO_LITTLE_HISTORY,
    LABELS_NOT_KNOWN,
    OUTCOMES_IN_THE_FUTURE,
    TOO_FEW_CUSTOMERS,
    TOO_FEW_OF_ONE_LABEL,
    FEW_OF_ONE_LABEL,
    SILENT_DAYS_BELOW_USUAL_GAP,
    GONE_CUSTOMERS_RETURN,
    HORIZON_BELOW_USUAL_GAP,
)
ALL_CODES = (*TRAINING_CODES, *TABLE_CODES)
