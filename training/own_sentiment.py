"""Learn the text model from a project's own scored texts, and keep it only where it is better."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, log_loss, roc_auc_score

from features.sentiment.model import SentimentModel
from training.errors import TrainingError
from training.own_texts import SCALES, OwnTexts
from training.panel import Interval
from training.sentiment import Booleans, Floats, adapt_sentiment

HELD_OUT = 4  # one customer in so many is judged on and never learned from
FEWEST = 20  # texts of either kind, to learn from and to judge on
METRICS = {
    "accuracy": lambda positive, said: (positive == (said > 0.5)).mean(),  # 1 is perfect
    "balanced_accuracy": lambda positive, said: balanced_accuracy_score(positive, said > 0.5),
    "roc_auc": roc_auc_score,  # 0.5 is chance, 1 perfect
    "log_loss": log_loss,  # 0 is perfect; lower is better
}


@dataclass(frozen=True)
class Judgement:
    """How the own model did beside the shipped one, on customers it never saw.

    Attributes:
        kept: Whether it is to be used.
        why: The same in words.
        learned_until: ISO 8601; nothing known later was learned from.
        texts: Texts learned from.
        held_out_texts: Texts judged on.
        held_out_customers: Who wrote them.
        left_out: Rows of no use, by cause.
        own: Per metric, the own model's figure.
        shipped: Per metric, the shipped model's.
        log_loss_difference: Own minus shipped; customers are resampled, texts of one together.
        bootstrap_samples: Resamples behind the interval.
    """

    kept: bool
    why: str
    learned_until: str
    texts: int
    held_out_texts: int
    held_out_customers: int
    left_out: dict[str, int]
    own: dict[str, float]
    shipped: dict[str, float]
    log_loss_difference: Interval
    bootstrap_samples: int


def learn_own(
    shipped: SentimentModel, own: OwnTexts, until: datetime, *, samples: int, seed: int
) -> tuple[SentimentModel, Judgement]:
    """Learn from three customers in four and judge on the fourth, beside the shipped model.

    The own model is kept if its log loss is lower beyond doubt (the whole 95 % interval of the
    difference lies below 0) and it ranks no worse (ROC AUC). What is kept is what was judged.

    Args:
        shipped: The model to start from and to beat.
        own: The project's texts known before `until`.
        until: What the model learned from was known by then.
        samples: Bootstrap resamples of customers.
        seed: Of the resampling.

    Raises:
        TrainingError: There are too few texts of a kind to learn from or to judge on.
    """
    held_out = np.array([_held_out(customer_id) for customer_id in own.customer_ids], np.bool_)
    learn, judge = own.where(~held_out), own.where(held_out)
    for role, part in (("learn from", learn), ("judge on", judge)):
        _refuse_few(role, part)
    model = replace(adapt_sentiment(shipped, learn.texts, learn.positive), learned_until=until)
    both = {"own": model, "shipped": shipped}
    said = {name: one.positive_probability(judge.texts) for name, one in both.items()}
    figures = {
        name: {metric: float(of(judge.positive, found)) for metric, of in METRICS.items()}
        for name, found in said.items()
    }
    losses = _losses(judge.positive, said["own"]) - _losses(judge.positive, said["shipped"])
    difference = interval_over_customers(losses, judge.customer_ids, samples, seed)
    kept, why = _verdict(figures["own"], figures["shipped"], difference)
    judgement = Judgement(
        kept=kept,
        why=why,
        learned_until=until.isoformat(),
        texts=len(learn.texts),
        held_out_texts=len(judge.texts),
        held_out_customers=len(set(judge.customer_ids)),
        left_out=own.left_out,
        **figures,
        log_loss_difference=difference,
        bootstrap_samples=samples,
    )
    return model, judgement


def interval_over_customers(
    values: Floats, customer_ids: Sequence[str], samples: int, seed: int
) -> Interval:
    """Mean of values and its 95 % interval; customers are resampled, each with all their values."""
    _, customer = np.unique(np.asarray(customer_ids), return_inverse=True)
    sums, counts = np.bincount(customer, values), np.bincount(customer)
    random = np.random.default_rng(seed)
    drawn: list[float] = []
    for _ in range(samples):
        chosen: NDArray[np.int64] = random.integers(len(sums), size=len(sums))
        drawn.append(float(sums[chosen].sum() / counts[chosen].sum()))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))


def _held_out(customer_id: str) -> bool:
    digest = hashlib.sha256(customer_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELD_OUT == 0


def _refuse_few(role: str, part: OwnTexts) -> None:
    positive = int(part.positive.sum())
    negative = len(part.texts) - positive
    if min(positive, negative) < FEWEST:
        raise TrainingError(
            f"feedback: {positive:,} positive and {negative:,} negative texts to {role}, and "
            f"{FEWEST} of each are needed; the shipped model stays in use. Bring more texts that "
            f"have a score, and map `scale` (one of {', '.join(SCALES)})"
        )


def _losses(positive: Booleans, said: Floats) -> Floats:
    found: Floats = -np.log(np.clip(np.where(positive, said, 1 - said), 1e-15, 1))
    return found


def _verdict(
    own: dict[str, float], shipped: dict[str, float], difference: Interval
) -> tuple[bool, str]:
    losses = (
        f"its log loss on customers it never saw is {own['log_loss']:.3f}, the shipped model's "
        f"{shipped['log_loss']:.3f} (difference {difference.value:+.3f}, 95 % interval "
        f"{difference.low:+.3f} to {difference.high:+.3f})"
    )
    if difference.high >= 0:
        return False, f"not kept: {losses}, so it is not better beyond doubt"
    ranks = f"its ROC AUC is {own['roc_auc']:.3f}, the shipped model's {shipped['roc_auc']:.3f}"
    if own["roc_auc"] < shipped["roc_auc"]:
        return False, f"not kept: {losses}, but {ranks}, so it ranks worse"
    return True, f"kept: {losses}, and {ranks}"
