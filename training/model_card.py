"""The model card (Mitchell et al., 2019): what a model is for, how good it is, where it ends."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from features.catalog import CATALOG
from training.metrics import METRICS, PROFIT
from training.sensitive import section

if TYPE_CHECKING:
    from scoring.bundle import Bundle, TrainedOn
    from training.evaluation import Evaluation
    from training.panel import Interval
    from training.slices import Slices

USE = """## Intended use

To rank and list a company's customers by the probability that they leave, so that people decide
whom to talk to first, what with, and what it may cost. Probabilities are calibrated: of customers
told 30 %, about 30 in 100 leave.

## Not to be used

- To decide about a person without a person: credit, insurance, prices, service or employment.
- To say why a customer leaves. Reasons are associations, not causes; whether an offer helps is
  answered by an experiment.
- For another company, another meaning of churn, or customers that the model does not answer for.
"""

LIMITS = """## Limits

- The figures are of one date. Seasons, prices and the assortment change; `retinue evaluate` judges
  the model anew once later outcomes are known.
- Of who is new or unlike all that it learned from, the model says nothing.
- Intervals hold the chance in which customers were observed, not a change of the world.
"""

ROLLBACK = """## Replacing it, and going back

`retinue train` makes a challenger, `retinue promote` compares it with this model on the same
customers, and `retinue rollback` puts the previous champion back, answers and all;
`retinue models` lists them.
"""


def model_card(bundle: "Bundle", evaluation: "Evaluation", sensitive: "Sequence[Slices]") -> str:
    """Render the card of a bundle as Markdown; the same bundle gives the same text.

    Args:
        bundle: The model.
        evaluation: Of its test.
        sensitive: Figures by group of each sensitive attribute.
    """
    manifest = bundle.manifest
    return "\n".join(
        [
            f"# Model card: churn of {manifest.name}",
            "",
            USE,
            _data(bundle, evaluation),
            _training(bundle),
            _figures(evaluation),
            LIMITS,
            section(sensitive, "The customers' table"),
            ROLLBACK,
        ]
    )


def _data(bundle: "Bundle", evaluation: "Evaluation") -> str:
    manifest, trained_on = bundle.manifest, bundle.manifest.trained_on
    families = Counter(str(feature.family) for feature in CATALOG)
    excluded = ", ".join(f"{n:,} {why}" for why, n in sorted(evaluation.excluded.items()))
    return f"""## Data

- Churn: {manifest.churn_definition.in_words()}.
- Learned from {trained_on.rows:,} customers by as-of date, {len(trained_on.fit)} dates from \
{min(trained_on.fit)} to {max(trained_on.fit)}; judged as of {trained_on.test}.{_share(trained_on)}
- Of the customers at that date, {evaluation.customers:,} were judged; left out: \
{excluded or "none"}.
- Input: {len(CATALOG)} features of what was known at the date, by family: \
{", ".join(f"{family} {count}" for family, count in families.items())}.
- Data hash: `{trained_on.data_hash}`.
"""


def _share(trained_on: "TrainedOn") -> str:
    share = trained_on.customer_share
    return "" if share >= 1 else f" Of all customers a share of {share:.3g}, by a hash of the id."


def _training(bundle: "Bundle") -> str:
    churn, too_few = bundle.parts.churn, bundle.manifest.trained_on.too_few
    made = (
        f"A simple rule, `{churn.blend.rule}`, since {too_few}. Of three rules it judged customers "
        "held out best; its own odds are served."
        if too_few
        else f"LightGBM, {churn.rounds} trees, blended with a logistic regression of three terms "
        f"(share {churn.blend.share:.0%}) and calibrated by a sigmoid. Rounds, blend and sigmoid "
        "are chosen on customers held out; the sigmoid that answers is fitted anew on the test's "
        "labels after the judgement, and the one that was judged never saw them."
    )
    return f"""## Training procedure

{made} Split by time: the labels of every date that was learned from end by the test date.
"""


def _figures(evaluation: "Evaluation") -> str:
    where = f"As of {evaluation.as_of}, {evaluation.horizon_days} days"
    return figures_section(evaluation, where)


def figures_section(evaluation: "Evaluation", where: str) -> str:
    """The section of figures: a line per metric, a column per rule.

    Args:
        evaluation: Of the model.
        where: What was judged, in words that the number of customers follows.
    """
    rules = list(evaluation.rules)
    names = [rule.replace("_", " ") for rule in rules]
    lines = [
        "## Figures, beside the baselines",
        "",
        f"{where}, {evaluation.customers:,} "
        f"customers, of whom {evaluation.churn_rate.value:.0%} left. In brackets 95 % bootstrap "
        f"intervals of {evaluation.bootstrap_samples:,} resamples; log loss, Brier and calibration "
        "error are better when lower, slope 1 and intercept 0 are right.",
        "",
        f"| | {' | '.join(names)} |",
        f"|---|{'---|' * len(rules)}",
    ]
    for metric in METRICS:
        if metric not in evaluation.rules["model"]:
            continue  # the profit, where nobody knows what a customer is worth
        shown = [_shown(evaluation.rules[rule][metric], metric) for rule in rules]
        lines.append(f"| {metric.replace('_', ' ')} | {' | '.join(shown)} |")
    lines += [
        f"\n{rule.replace('_', ' ')} is absent: {why}." for rule, why in evaluation.absent.items()
    ]
    return "\n".join([*lines, ""])


def _shown(interval: "Interval", metric: str) -> str:
    digits = ",.0f" if metric == PROFIT else ".3f"
    value, low, high = (
        f"{number:{digits}}" for number in (interval.value, interval.low, interval.high)
    )
    return f"{value} [{low}, {high}]"
