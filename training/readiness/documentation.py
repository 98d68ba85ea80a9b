"""docs/check.md: what the report may find, and the keys of its JSON."""

from features.readiness.finding import MEANINGS
from training.readiness.codes import ALL_CODES
from training.readiness.enough import (
    LEAST_CUSTOMERS,
    LEAST_OF_EACH_LABEL,
    RULE_ANSWERS,
    auc_within,
)

INTRODUCTION = """# The readiness report

`retinue check` reads the tables, counts, and says whether there is enough to train; nothing is
fitted. It prints for people, with `--json` for machines, and `--html FILE` writes one page that
needs nothing from elsewhere. It exits with 0 when one can train and with 1 when not: the report is
printed either way, and one line on stderr names what stops. A table that cannot be read is an
error as everywhere ([tables.md](tables.md)), and there is no report.

Each finding has a code, a severity, what was found in numbers, what that risks or switches off,
and what to do.
"""
RULE = f"""## Enough to train

The dates are those that `retinue train` would use: a test date and, one reach (gap + horizon)
before it, the latest fit date, at which the model is calibrated too, and the fit dates before. At
each, customers are described, judged eligible and labelled by the functions that training calls.
Where there are more than 250,000 rows of customers and fit dates, five fit dates are counted,
evenly spaced.

Each role should have at least {LEAST_CUSTOMERS} eligible customers, so that the tenths in which
calibration is read hold {LEAST_CUSTOMERS // 10} each, and at least {LEAST_OF_EACH_LABEL} of either
label: with {LEAST_OF_EACH_LABEL} of one label among {LEAST_CUSTOMERS} customers, a ROC AUC of 0.75
is known to {auc_within(LEAST_OF_EACH_LABEL, LEAST_CUSTOMERS - LEAST_OF_EACH_LABEL):.2f} either way
(95 %; Hanley and McNeil, 1982). The fit dates are taken together. Only where one of the two labels
does not occur at all, nothing can be trained; {RULE_ANSWERS}
([how it does](decisions/0013-few-customers.md)).
"""
KEYS = (
    ("`format`", "1"),
    ("`project`, `checked_at`", "the project's name; when it was checked, UTC"),
    ("`ready`", "whether one can train"),
    (
        "`findings`",
        "gravest first, each with `code`, `severity`, `table` (null for the whole project), "
        "`found`, `effect`, `remedy`, `features` (off because of it) and `numbers` (of `found`)",
    ),
    ("`features_off`", "every feature that some finding switches off"),
    (
        "`tables`",
        "by name: `rows`, `rows_kept` (with a customer and a moment), `first`, `last`, "
        "`customers`, `unknown_customers`, `duplicate_rows`, `missing` (share by column), "
        "`counts` (of what findings look at), `lateness` (`median_days`, `days_of_95_percent`; "
        "null without `known_at`)",
    ),
    (
        "`training`",
        "`churn` (the definition), `test_as_of`, `fit_dates` (how many there are), "
        "`median_usual_gap_days`, and `dates`: those counted, each with `role`, `as_of`, "
        "`eligible`, `churned` and `excluded` (by cause)",
    ),
)


def documentation() -> str:
    """The page, in Markdown."""
    meanings = [f"| `{severity}` | {meaning} |" for severity, meaning in MEANINGS.items()]
    codes = [
        f"| `{code.name}` | {', '.join(code.severities)} | {code.found_when} | {code.why} |"
        for code in ALL_CODES
    ]
    keys = [f"| {key} | {meaning} |" for key, meaning in KEYS]
    parts = (
        [INTRODUCTION, "| severity | meaning |", "|---|---|", *meanings, "", RULE],
        [
            "## Findings",
            "",
            "| code | severity | when | why it matters |",
            "|---|---|---|---|",
            *codes,
        ],
        ["", "## JSON", "", "Keys are only ever added; `format` grows if one changes its meaning."],
        ["", "| key | what it holds |", "|---|---|", *keys, ""],
    )
    return "\n".join(line for part in parts for line in part)
