"""The model card of a model of own features, and the groups of sensitive columns in it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.own.reading import OwnSource, OwnTable
from training.config import TrainingConfig
from training.crossfit import PARTS
from training.model_card import ROLLBACK, USE, figures_section
from training.sensitive import at_most_some, resamples, section, sensitive_among, with_list
from training.slices import UNKNOWN, Slices, slices_of

if TYPE_CHECKING:
    from training.own.labelled import Labelled
    from training.own.train import OwnResult

LIMITS = """## Limits

- Intervals hold the chance in which customers were observed, not a change of the world.
- {rows:,} rows describe one day; how many periods a customer still stays is not forecast.
"""


def own_model_card(
    result: "OwnResult", table: "Labelled", source: OwnSource, sensitive: Sequence[Slices]
) -> str:
    """Render the card as Markdown; the same training gives the same text.

    Args:
        result: Of the training.
        table: What was learned from.
        source: What its columns are for.
        sensitive: Figures by group of each sensitive column.
    """
    where = f"Each held out in turn, in {PARTS} parts"
    evaluation = result.evaluation
    caveats = "\n".join(f"- {caveat[:1].upper()}{caveat[1:]}." for caveat in evaluation.caveats)
    return "\n".join(
        [
            f"# Model card: churn of {result.bundle.manifest.name}",
            "",
            USE,
            _data(result, table, source),
            _training(result, source),
            figures_section(evaluation, where),
            LIMITS.format(rows=len(table.groups)) + caveats + "\n",
            section(sensitive, "The project's table"),
            ROLLBACK,
        ]
    )


def sensitive_columns(
    result: "OwnResult", raw: OwnTable, table: "Labelled", source: OwnSource, config: TrainingConfig
) -> tuple[Slices, ...]:
    """Figures by group of each column whose name says that it is sensitive, features or not.

    Args:
        result: What was said of each customer held out.
        raw: The table as it was read.
        table: The same, with the labels.
        source: Id and label are no attributes.
        config: For capacity, resamples and seed.
    """
    said = with_list(
        raw.customer_ids, table.snapshots.churned, result.said["model"], config.capacity
    )
    names = [name for name in raw.columns if name not in (source.customer_id, source.label)]
    return tuple(
        slices_of(
            name,
            said,
            at_most_some(_groups(raw, name)),
            resamples(config.bootstrap_samples, len(raw)),
            config.seed,
        )
        for name in sensitive_among(names)
    )


def _groups(raw: OwnTable, name: str) -> NDArray[np.object_]:
    return np.array([text or UNKNOWN for text in raw.column(name).texts], dtype=object)


def _data(result: "OwnResult", table: "Labelled", source: OwnSource) -> str:
    kinds = [column.kind for column in table.features.columns]
    left_out = ", ".join(f"`{name}`" for name in table.left_out) or "none"
    value = f"`{source.value}`" if source.value else "no column"
    return f"""## Data

- One row per customer and no dates, as of {table.features.as_of}; churn: \
{result.bundle.manifest.churn_definition.in_words()}.
- {len(table.groups):,} customers, all learned from and all judged.
- Input: {len(kinds)} columns, {kinds.count("number")} of them numbers and \
{kinds.count("category")} categories; left out: {left_out}; set apart: \
{", ".join(f"`{name}`" for name in sorted(source.exclude)) or "none"}.
- What a customer brings in a period is said by {value}.
- Data hash: `{result.bundle.manifest.trained_on.data_hash}`.
"""


def _training(result: "OwnResult", source: OwnSource) -> str:
    trials = result.trials
    searched = "" if trials is None else f"\n\nSettings were searched in {trials} trials."
    together = f"customers alike in `{source.group}`" if source.group else "customers"
    return f"""## Training procedure

LightGBM, {result.bundle.parts.churn.rounds} trees, calibrated by a sigmoid; rounds and sigmoid \
come from {together} held out. Judged without time: in each of {PARTS} parts everything is done \
anew with the others alone, and the model that answers is made of everyone in the same \
way.{searched}
"""
