"""Whether there is enough to train, and whether the churn definition fits the data."""

import math
from collections.abc import Iterator, Mapping, Sequence

from features.readiness.finding import Finding, Severity, share
from scoring.churn_definition import (
    Cadence,
    ChurnDefinition,
    Event,
    Inactivity,
    SubscriptionEnd,
)
from training.config import LeastToBoost
from training.readiness import codes
from training.readiness.population import ROLES, Population, Role

LEAST_CUSTOMERS = 300
LEAST_OF_EACH_LABEL = 50
ENOUGH_OF_EACH_LABEL = 200
JUDGED_AUC = 0.75
RETURNING_SHARE = 0.2
PLACES: Mapping[Role, str] = {
    "fit": "over the fit dates",
    "calibration": "at the latest fit date",
    "test": "at the test date",
}
GONE_SHARE = 0.1
RULE_ANSWERS = (
    f"under {LeastToBoost.customers} customers, or {LeastToBoost.of_each} of either outcome, at "
    "the fit dates a simple rule answers instead of a boosted model"
)


def find_in_population(
    churn: ChurnDefinition, population: Population, causes: Sequence[str] = ()
) -> Iterator[Finding]:
    """Findings about customers at the dates that training would use.

    Args:
        churn: Who is eligible and what the label is.
        population: What was counted.
        causes: Findings about tables that may be why customers are few, by code.
    """
    yield from _too_few_customers(churn, population, causes)
    yield from _too_few_of_one_label(churn, population)
    yield from _few(population)
    if isinstance(churn, Inactivity):
        yield from _silence(churn, population)
        yield from _horizon(churn, population)


def auc_within(one: int, other: int, auc: float = JUDGED_AUC) -> float:
    """Half the 95 % interval of a ROC AUC, from the counts of both labels.

    Hanley and McNeil (1982), "The meaning and use of the area under a ROC curve", equation 1; both
    counts are at least 1.
    """
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (one - 1) * (q1 - auc**2) + (other - 1) * (q2 - auc**2)
    return 1.96 * math.sqrt(spread / (one * other))


def _severity(population: Population) -> Severity:
    """Few customers weaken what is learned; without both outcomes nothing is."""
    for role in ("fit", "test"):
        eligible, left = population.of(role)
        if left in (0, eligible):
            return "stops"
    return "weakens"


def _too_few_customers(
    churn: ChurnDefinition, population: Population, causes: Sequence[str]
) -> Iterator[Finding]:
    few = {role: population.of(role)[0] for role in ROLES}
    few = {role: eligible for role, eligible in few.items() if eligible < LEAST_CUSTOMERS}
    if not few:
        return
    counted = ", ".join(f"{eligible:,} {PLACES[role]}" for role, eligible in few.items())
    yield Finding(
        codes.TOO_FEW_CUSTOMERS,
        _severity(population),
        None,
        f"eligible customers: {counted}; at least {LEAST_CUSTOMERS} are wanted in each role",
        f"a tenth of them, in which calibration is read, holds fewer than {LEAST_CUSTOMERS // 10}; "
        f"{RULE_ANSWERS}",
        f"first see {' and '.join(causes)}, which may be why"
        if causes
        else _more_customers(churn, population, fit="fit" in few),
        numbers={str(role): eligible for role, eligible in few.items()},
    )


def _more_customers(churn: ChurnDefinition, population: Population, *, fit: bool) -> str:
    if not isinstance(churn, Inactivity):
        return _more_by(churn)
    wider = churn.silent_days * 2
    within = int((population.silent_days < wider).sum())
    tenure = ", or lower [churn] minimum_tenure_days" if churn.minimum_tenure_days else ""
    earlier = "; a shorter [training] warm_up_days starts earlier and adds fit dates" if fit else ""
    return (
        f"widen [churn] silent_days (with {wider}, {within:,} customers would be eligible at the "
        f"test date){tenure}; a shorter [churn] horizon_days moves the dates later, when there may "
        f"be more customers{earlier}; else bring more history"
    )


def _more_by(churn: ChurnDefinition) -> str:
    tenure = "lower [churn] minimum_tenure_days, or " if churn.minimum_tenure_days else ""
    wider = "raise [churn] usual_gaps, or " if isinstance(churn, Cadence) else ""
    if isinstance(churn, Event) and churn.recent_days is not None:
        wider = f"{'raise' if churn.means == 'did_not' else 'lower'} [churn] recent_days, or "
    return f"{wider}{tenure}bring more customers or history"


def _too_few_of_one_label(churn: ChurnDefinition, population: Population) -> Iterator[Finding]:
    counts = {role: population.of(role) for role in ROLES}
    few = {
        role: (eligible, churned)
        for role, (eligible, churned) in counts.items()
        if eligible >= LEAST_CUSTOMERS and min(churned, eligible - churned) < LEAST_OF_EACH_LABEL
    }
    if not few:
        return
    counted = ", ".join(
        f"{churned:,} churned and {eligible - churned:,} stayed {PLACES[role]}"
        for role, (eligible, churned) in few.items()
    )
    everyone, left = map(sum, zip(*few.values(), strict=True))
    yield Finding(
        codes.TOO_FEW_OF_ONE_LABEL,
        _severity(population),
        None,
        f"{counted}; at least {LEAST_OF_EACH_LABEL} of each are wanted in each role",
        f"better and worse models can hardly be told apart; {RULE_ANSWERS}",
        _more_of_one_label(churn, few_left=left < everyone - left),
        numbers={f"{role}_churned": churned for role, (_, churned) in few.items()}
        | {f"{role}_stayed": eligible - churned for role, (eligible, churned) in few.items()},
    )


def _more_of_one_label(churn: ChurnDefinition, *, few_left: bool) -> str:
    if isinstance(churn, SubscriptionEnd):
        longer, more = ("lengthen", "end") if few_left else ("shorten", "go on")
        return (
            f"{longer} [churn] horizon_days (now {churn.horizon_days}): more subscriptions {more}"
        )
    if isinstance(churn, Event):
        by_more = few_left == (churn.means == "did")
        change, then = ("lengthen", "more") if by_more else ("shorten", "fewer")
        return (
            f"{change} [churn] horizon_days (now {churn.horizon_days}): {then} then do so in time"
        )
    if isinstance(churn, Cadence):
        lower, more = ("lower", "leave") if few_left else ("raise", "stay")
        return f"{lower} [churn] usual_gaps (now {churn.usual_gaps:g}): more customers then {more}"
    if few_left:
        return (
            f"shorten [churn] horizon_days (now {churn.horizon_days}): fewer then order in time; "
            f"or widen silent_days (now {churn.silent_days}): the longer silent leave more often"
        )
    return (
        f"lengthen [churn] horizon_days (now {churn.horizon_days}): more then order in time; or "
        f"shorten silent_days (now {churn.silent_days}): the recently active stay more often"
    )


def _few(population: Population) -> Iterator[Finding]:
    eligible, churned = population.of("test")
    rarer = min(churned, eligible - churned)
    if eligible < LEAST_CUSTOMERS or not LEAST_OF_EACH_LABEL <= rarer < ENOUGH_OF_EACH_LABEL:
        return
    within = auc_within(churned, eligible - churned)
    yield Finding(
        codes.FEW_OF_ONE_LABEL,
        "weakens",
        None,
        f"at the test date {churned:,} of {eligible:,} eligible customers churned",
        f"a ROC AUC of {JUDGED_AUC} would be known to {within:.2f} either way",
        "read the intervals that `retinue train` prints; more history or customers narrow them",
        numbers={"eligible": eligible, "churned": churned, "auc_within": round(within, 3)},
    )


def _silence(churn: ChurnDefinition, population: Population) -> Iterator[Finding]:
    usual, days = population.median_usual_gap, churn.silent_days
    gone, returned = population.gone(days)
    everyone = len(population.silent_days)
    better = population.silence_of_the_gone(GONE_SHARE)
    advice = (
        f"raise [churn] silent_days to {better}: after that long a silence fewer than "
        f"{GONE_SHARE:.0%} ordered within the label window".replace("%", " %")
        if better is not None and better > days
        else f"raise [churn] silent_days above {days}"
    )
    if usual is not None and days < usual:
        yield Finding(
            codes.SILENT_DAYS_BELOW_USUAL_GAP,
            "weakens",
            None,
            f"silent_days is {days}, while the median customer orders every {usual:.0f} days",
            f"{gone:,} of {everyone:,} customers ({share(gone, everyone)}) count as gone at the "
            "test date, and are not scored",
            advice,
            numbers={"silent_days": days, "usual_gap": round(usual, 1), "gone": gone},
        )
    if gone >= LEAST_OF_EACH_LABEL and returned >= RETURNING_SHARE * gone:
        yield Finding(
            codes.GONE_CUSTOMERS_RETURN,
            "weakens",
            None,
            f"{returned:,} of {gone:,} customers ({share(returned, gone)}) who count as gone at "
            f"the test date (silent for {days} days) ordered within the label window",
            "they are not gone, and nobody scores them",
            advice,
            numbers={"gone": gone, "returned": returned},
        )


def _horizon(churn: ChurnDefinition, population: Population) -> Iterator[Finding]:
    usual = population.median_usual_gap
    if usual is None or churn.reach.days >= usual:
        return
    eligible, churned = population.of("test")
    yield Finding(
        codes.HORIZON_BELOW_USUAL_GAP,
        "weakens",
        None,
        f"the label window ends {churn.reach.days} days after the as-of date, while the median "
        f"customer orders every {usual:.0f} days",
        f'{share(churned, eligible)} of eligible customers "churn" at the test date, loyal ones '
        "among them",
        f"lengthen [churn] horizon_days to {math.ceil(usual)} or more",
        numbers={"reach_days": churn.reach.days, "usual_gap": round(usual, 1)},
    )
