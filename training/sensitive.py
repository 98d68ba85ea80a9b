"""Sensitive attributes in the model card: whether a model serves their groups alike.

Groups are read for the figures alone; that they are looked at here gives them to no model.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.traits import AGE
from scoring.scorer import Scorer
from scoring.segments.combinations import is_sensitive, words_of
from training.capacity import Capacity
from training.evaluation import answered
from training.groups import Groups, groups_of
from training.metrics import Outcomes, Probabilities
from training.slices import LISTED, UNKNOWN, Said, Slice, Slices, in_words, slices_of

if TYPE_CHECKING:
    from features.tables import Tables
    from training.panel import Interval
    from training.train import TrainingResult

# No ground that the law names everywhere, but one by which a list may part the rich and the poor.
INCOME = ("income", "salary", "收入")
MOST_GROUPS = 12
QUARTERS = (0.25, 0.5, 0.75)
OTHERS = "others"
LEAST_RESAMPLES, MOST_ROWS_DRAWN = 100, 20_000_000


def sensitive_among(attributes: Iterable[str]) -> tuple[str, ...]:
    """Those attributes whose name says that they are sensitive."""
    return tuple(
        name
        for name in attributes
        if is_sensitive(name) or words_of(name) & set(INCOME) or INCOME[-1] in name
    )


def sensitive_slices(
    result: "TrainingResult", tables: "Tables", attributes: Iterable[str]
) -> tuple[Slices, ...]:
    """Figures of each group at the test date, attribute by attribute, by the model as judged.

    Args:
        result: Of the training.
        tables: Where attributes are.
        attributes: Columns of the customers' table.
    """
    names = sensitive_among(attributes)
    if not names:
        return ()
    date = result.test.rows.as_of[0].astype(datetime)
    scorer = Scorer(result.bundle.known_at(date))
    test, _ = answered(scorer, result.test)
    config = result.config
    said = with_list(
        test.rows.customer_ids,
        test.churned,
        scorer.score(test.rows).probability,
        config.capacity,
    )
    asked = {name: AGE if name == "birth_year" else name for name in names}
    return tuple(
        slices_of(
            name,
            said,
            at_most_some(groups_of(by, test.rows, tables)),
            resamples(config.bootstrap_samples, len(test)),
            config.seed,
        )
        for name, by in asked.items()
    )


def resamples(wanted: int, rows: int) -> int:
    """Of many rows fewer, as each attribute takes them all over again; a hundred at least."""
    return min(wanted, max(LEAST_RESAMPLES, MOST_ROWS_DRAWN // rows))


def with_list(
    customer_ids: NDArray[np.object_],
    outcomes: Outcomes,
    probabilities: Probabilities,
    capacity: Capacity,
) -> Said:
    """What was said, and as a list the riskiest customers that a campaign can contact."""
    listed = np.zeros(len(outcomes), dtype=np.bool_)
    contacts = capacity.contacts(len(outcomes))
    listed[np.argsort(-probabilities, kind="stable")[:contacts]] = True
    return Said(customer_ids, outcomes, probabilities, listed)


def at_most_some(groups: Groups) -> Groups:
    """The groups themselves where they are few; of many numbers quarters, else the largest."""
    known = groups[groups != UNKNOWN]
    counted = Counter(known.tolist())
    if len(counted) <= MOST_GROUPS:
        return groups
    try:
        numbers = known.astype(np.float64)
    except ValueError:
        largest = {name for name, _ in counted.most_common(MOST_GROUPS - 1)}
        kept: list[Any] = [
            name if name == UNKNOWN or name in largest else OTHERS for name in groups
        ]
        return np.array(kept, dtype=object)
    found = groups.copy()
    found[groups != UNKNOWN] = _quarters(numbers)
    return found


def _quarters(numbers: NDArray[np.float64]) -> Groups:
    edges = np.unique(np.quantile(numbers, QUARTERS, method="higher"))
    names = [f"under {edges[0]:.10g}"]
    names += [f"{low:.10g} to under {high:.10g}" for low, high in pairwise(edges)]
    names.append(f"{edges[-1]:.10g} and more")
    found: Groups = np.array(names, dtype=object)[np.searchsorted(edges, numbers, "right")]
    return found


def section(slices: Sequence[Slices], table: str) -> str:
    """The section of the model card.

    Args:
        slices: Of each sensitive attribute.
        table: What attributes were looked for in, in words.
    """
    if not slices:
        told = (
            f"{table} has no attribute whose name says that it is sensitive; others may stand in "
            "for one, such as a postal code."
        )
        return f"## Sensitive attributes\n\n{told}\n"
    first = slices[0]
    told = (
        f"{table} has {', '.join(f'`{one.by}`' for one in slices)}. Of each group: the share that "
        "left, the mean probability said, and figures with 95 % intervals. The list holds the "
        "riskiest, as many as `[capacity]` says. Groups with fewer than "
        f"{first.least_rows} customers, or {first.least_of_an_outcome} who left or stayed, are "
        "withheld. Groups that leave at different rates are listed at different rates, which a "
        "model may be right about; whether to act on it is not its to say."
    )
    return "\n\n".join(["## Sensitive attributes", told, *map(_table, slices)]) + "\n"


def _table(slices: Slices) -> str:
    lines = [
        f"| {slices.by} | customers | left | said | log loss | ROC AUC | calibration error "
        "| on the list |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(one, one.figures) for one in slices.groups if one.figures is not None),
    ]
    return "\n".join(lines) + "\n\n" + " ".join(in_words(slices))


def _line(one: Slice, found: "dict[str, Interval]") -> str:
    cells = [
        one.name.replace("|", "\\|"),
        f"{one.rows:,}",
        f"{found['churn_rate'].value:.1%}",
        f"{found['mean_prediction'].value:.1%}",
        *(_within(found[name]) for name in ("log_loss", "roc_auc", "calibration_error")),
        f"{found[LISTED].value:.1%}",
    ]
    return f"| {' | '.join(cells)} |"


def _within(found: "Interval") -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
