"""Whether labels respond differently: does a campaign's effect depend on the label?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, ncx2

from scoring.segments.customers import Customers
from scoring.segments.scheme import Label, Labels
from training.segments.levels import Levels
from training.segments.logit import Observations, RatioTest, likelihood_ratio_test
from training.segments.trials import Trials

# Arms of customers left alone on purpose, in small letters.
CONTROLS = frozenset(
    {"control", "holdout", "hold-out", "no_contact", "none", "untreated", "对照", "对照组"}
)
MOST_CAMPAIGNS = 50  # with effects of their own; the smaller ones share theirs
LEAST_EXPECTED = 5  # answers, and their absence, in each cell: below, chi-squared is no guide
Kind = Literal["effect", "conversion"]


@dataclass(frozen=True)
class Answers:
    """Labelled customers in campaigns, and whether they answered.

    Attributes:
        customer_ids: Shape (treatments,); who was in several campaigns stands there repeatedly.
        positions: Label as of a date before the treatment, or `UNLABELLED`.
        campaigns: Ids.
        treated: Whether in another arm than the control.
        answered: Whether an answer came in time.
    """

    customer_ids: NDArray[np.object_]
    positions: NDArray[np.int64]
    campaigns: NDArray[np.object_]
    treated: NDArray[np.bool_]
    answered: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        trials: Trials,
        customers: Customers,
        labels: Labels,
        controls: frozenset[str] = CONTROLS,
    ) -> Self:
        """Label the treated as of the trials' date.

        Args:
            trials: Of one date.
            customers: Everyone known at that date.
            labels: Of these customers.
            controls: Names of the arms that were left alone, in small letters.
        """
        treated = np.array([str(arm).lower() not in controls for arm in trials.arms], dtype=bool)
        positions = trials.positions(customers, labels)
        return cls(trials.customer_ids, positions, trials.campaigns, treated, trials.answered)

    @classmethod
    def joined(cls, parts: Sequence["Answers"]) -> Self:
        """Of several dates together; there must be one at least."""
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def where(self, chosen: NDArray[np.bool_]) -> "Answers":
        """Some of the treatments."""
        return Answers(*(getattr(self, field.name)[chosen] for field in fields(self)))


@dataclass(frozen=True)
class LabelResponse:
    """One label's answers.

    Attributes:
        label: The class.
        control: Customers left alone.
        control_answered: Of these, how many answered all the same.
        treated: Customers treated.
        treated_answered: Of these, how many answered.
        is_tested: Whether there were enough of them to take part in the test.
    """

    label: Label
    control: int
    control_answered: int
    treated: int
    treated_answered: int
    is_tested: bool

    @property
    def effect(self) -> float | None:
        """Rate of answers of the treated minus that of the control; None without either."""
        if not (self.control and self.treated):
            return None
        return self.treated_answered / self.treated - self.control_answered / self.control


@dataclass(frozen=True)
class Response:
    """What campaigns tell of a scheme.

    Attributes:
        kind: `effect`: whether the effect of treatment against control differs by label.
            `conversion`, where no campaign has a control: whether labels answer differently,
            which they may do without any campaign.
        p_value: Of a likelihood-ratio test; None where there was too little to test.
        power: Chance that the test sees effects as different as `Levels.telling_difference`.
        treatments: Tested.
        campaigns: Likewise.
        labels: In the scheme's order.
    """

    kind: Kind
    p_value: float | None
    power: float
    treatments: int
    campaigns: int
    labels: tuple[LabelResponse, ...]


def response(answers: Answers, labels: tuple[Label, ...], levels: Levels) -> Response:
    """Test whether labels respond differently.

    Logistic regression of the answer, on the log-odds scale. For `effect`, campaigns with and
    without a control are told apart: those with one are taken, each with a level and an effect of
    its own, labels with a level of their own, and the test is of the interaction of label and
    treatment. That is fair where arms were given by lot.

    Args:
        answers: Labels as of before the treatments.
        labels: The fitted scheme's.
        levels: Say which differences must not go unseen.
    """
    answers = answers.where(answers.positions >= 0)
    with_both = _with_both(answers)
    kind: Kind = "effect" if with_both.any() else "conversion"
    answers = answers.where(with_both) if kind == "effect" else answers
    counts = _counts(answers, len(labels))
    tested = _large_enough(counts, kind)
    responses = tuple(
        LabelResponse(label, *_four(counts[i]), is_tested=bool(tested[i]))
        for i, label in enumerate(labels)
    )
    answers = answers.where(tested[answers.positions])
    found = _test(answers, kind) if tested.sum() > 1 else None
    return Response(
        kind,
        found.p_value if found else None,
        _power(counts[tested], found, kind, levels) if found else 0.0,
        len(answers.positions),
        len(pd.unique(answers.campaigns)),
        responses,
    )


def holm(p_values: Mapping[str, float | None]) -> dict[str, float | None]:
    """P-values adjusted for having asked several schemes (Holm, 1979); None stays None."""
    known = sorted((p, name) for name, p in p_values.items() if p is not None)
    adjusted: dict[str, float | None] = dict.fromkeys(p_values)
    highest = 0.0
    for rank, (p, name) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        adjusted[name] = highest
    return adjusted


def _with_both(answers: Answers) -> NDArray[np.bool_]:
    """Treatments of campaigns that hold both a control and others. Shape (treatments,)."""
    campaigns, _ = pd.factorize(answers.campaigns)
    treated = np.bincount(campaigns, weights=answers.treated)
    return np.asarray((treated > 0) & (treated < np.bincount(campaigns)))[campaigns]


def _counts(answers: Answers, labels: int) -> NDArray[np.int64]:
    """Treatments and answers by label, control or treated. Shape (labels, 2, 2)."""
    cells = answers.positions * 2 + answers.treated
    numbers = np.bincount(cells, minlength=labels * 2)
    answered = np.bincount(cells[answers.answered], minlength=labels * 2)
    return np.column_stack([numbers, answered]).reshape(labels, 2, 2)


def _four(counts: NDArray[np.int64]) -> tuple[int, int, int, int]:
    (control, control_answered), (treated, treated_answered) = counts.tolist()
    return control, control_answered, treated, treated_answered


def _large_enough(counts: NDArray[np.int64], kind: Kind) -> NDArray[np.bool_]:
    """Labels of which chance alone would let enough answer, and enough not. Shape (labels,).

    What is expected decides, not what was found: choosing by that would favour differences.
    """
    rate = _rate(counts)
    numbers = counts[:, :, 0] if kind == "effect" else counts[:, :, 0].sum(axis=1, keepdims=True)
    return np.asarray((numbers * min(rate, 1 - rate) >= LEAST_EXPECTED).all(axis=1))


def _rate(counts: NDArray[np.int64]) -> float:
    return float(counts[:, :, 1].sum() / max(counts[:, :, 0].sum(), 1))


def _test(answers: Answers, kind: Kind) -> RatioTest | None:
    campaigns, _ = pd.factorize(answers.campaigns)
    # Too many small campaigns with a level each would leave the test no ground.
    ranks = np.argsort(np.argsort(-np.bincount(campaigns), kind="stable"))
    strata = np.minimum(ranks, MOST_CAMPAIGNS)[campaigns] * 2 + answers.treated
    cells, places = np.unique(
        answers.positions * 2 * (MOST_CAMPAIGNS + 1) + strata, return_inverse=True
    )
    label, stratum = np.divmod(cells, 2 * (MOST_CAMPAIGNS + 1))
    customers, _ = pd.factorize(answers.customer_ids)
    of_stratum, of_label = _indicators(stratum), _indicators(label)
    if kind == "conversion":
        base, full = of_stratum, np.hstack([of_stratum, of_label])
    else:
        base = np.hstack([of_stratum, of_label])
        full = np.hstack([base, of_label * (stratum % 2)[:, None]])
    return likelihood_ratio_test(base, full, Observations(places, answers.answered, customers))


def _indicators(values: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(values[:, None] == np.unique(values), dtype=np.float64)


def _power(counts: NDArray[np.int64], found: RatioTest, kind: Kind, levels: Levels) -> float:
    """Of the chi-squared test of equal effects against effects of the telling difference."""
    rate = _rate(counts)
    numbers = counts[:, :, 0].astype(np.float64)
    size = 1 / (1 / numbers).sum(axis=1) if kind == "effect" else numbers.sum(axis=1)
    distance = levels.telling_difference**2 * float(size.sum()) / (rate * (1 - rate))
    critical = chi2.isf(levels.significance, found.degrees)
    return float(ncx2.sf(critical, found.degrees, distance / found.design_effect))
