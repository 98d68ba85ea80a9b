"""Score every customer at one as-of date into the store."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.history.before import History
from features.profile import Occurrences, Profile, attributes_of, build_profiles
from scoring.scorer import Answers, Scorer
from scoring.segments.customers import Customers
from scoring.segments.describe import build_customers
from scoring.segments.scheme import Fact, fact_of
from scoring.segments.schemes import SCHEMES
from scoring.segments.tally import Tally
from serving.labels import Batch, SchemeRecord
from serving.records import SCORED, STORED_REASONS, CustomerRecord, Origin, Run
from serving.store import Store

if TYPE_CHECKING:
    from features.tables import Tables

BATCH = 10_000
OBJECTS_BETWEEN_COLLECTIONS = 1_000_000


def score_customers(  # noqa: PLR0913 - whom, by what, where to and when
    tables: "Tables",
    scorer: Scorer,
    store: Store,
    as_of: datetime,
    *,
    made_of: str | None = None,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Run:
    """Describe and score every known customer; the store shows the run once it is whole.

    Customers who cannot be scored (already churned, too new, never ordered) are stored with
    that status and without a probability.

    Args:
        tables: The project's tables.
        scorer: Of the champion.
        store: Where the run goes.
        as_of: The moment at which customers are described, UTC without a zone.
        made_of: See `Store.write_run`: what an earlier attempt left is gone on with.
        advance: Called with customers done and customers in all, for a progress bar.

    Raises:
        AsOfDateError: Nothing is known before that date.
        BundleError: The project's texts are read by another model than the bundle was trained on.
        StoreError: The store cannot be written.
    """
    scorer.bundle.refuse_other_texts(tables.text_model)
    history = History.before(tables, [as_of])
    customers = build_customers(history, tables.questions)
    profiles = build_profiles(history)
    manifest = scorer.bundle.manifest
    data_until = history.data_until.to_pyarrow().as_py()
    with few_collections():
        return store.write_run(
            lambda done: batches(
                scorer, customers, (attributes_of(history), profiles), advance, done
            ),
            Origin(as_of, data_until, manifest.bundle_id, manifest.catalog_hash, made_of),
        )


def batches(
    scorer: Scorer,
    customers: Customers,
    known: tuple[Sequence[str], dict[str, Profile]],
    advance: Callable[[int, int], None],
    done: int = 0,
) -> Iterator[Batch]:
    """What the store is given: customers described and scored, then what a run keeps of schemes.

    Args:
        scorer: Of the champion.
        customers: Everyone.
        known: Facts for people to read: names of attributes, and by customer the profile.
        advance: Called with customers done and customers in all.
        done: So many of the first stand in the store: they are classified for the sizes of
            classes, and not told again.
    """
    everyone, (attributes, profiles) = len(customers), known
    segmentation = scorer.bundle.parts.segments
    tallies: dict[str, Tally] = {}
    for start in range(0, everyone, BATCH):
        batch = customers.where(np.arange(start, min(start + BATCH, everyone)))
        answers = scorer.answer(batch)
        if start >= done:
            records = records_of(scorer, answers, profiles)
            money = answers.customers.money
            yield Batch(records, answers.codes, money, attributes=attributes)
        for name, labels in answers.labels.items():
            count = len(segmentation.fitted[name].labels)
            tally = Tally.of(count, labels.positions, answers.customers)
            tallies[name] = tallies[name] + tally if name in tallies else tally
        advance(start + len(batch), everyone)
    kept = [
        SchemeRecord.of(scheme.name, segmentation, tallies.get(scheme.name))
        for scheme in SCHEMES
        if scheme.name in segmentation.fitted or scheme.name in segmentation.off
    ]
    yield Batch([], {}, np.zeros(0), kept)


@contextmanager
def few_collections() -> Iterator[None]:
    """Within it Python seldom looks for objects that hold one another.

    What is said of customers holds no such circles, and there is so much of it that looking for
    them would take as long as making it.
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def records_of(
    scorer: Scorer, answers: Answers, profiles: dict[str, Profile]
) -> list[CustomerRecord]:
    """One record per customer, classified, and scored where eligible."""
    customers = answers.customers
    predictions = {
        found.customer_id: found for found in scorer.predictions(answers, STORED_REASONS)
    }
    rows = customers.rows
    known = {*np.flatnonzero(np.isfinite(rows.values).any(axis=1)).tolist()}
    statuses = answers.statuses.tolist()
    facts = {name: _facts(some) for name, some in {**customers.traits, **rows.asked}.items()}
    records = []
    for i, customer_id in enumerate(rows.customer_ids):
        record = CustomerRecord(
            customer_id=customer_id,
            status=statuses[i],
            features=rows.values[i] if i in known else None,
            profile=_profile_values(profiles.get(customer_id)),
            traits={name: some[i] for name, some in facts.items()},
        )
        if prediction := predictions.get(customer_id):
            record = replace(
                record,
                status=SCORED,
                prediction=vars(prediction),
                churn_probability=prediction.churn_probability,
                value_at_risk=prediction.value_at_risk,
                risk_tier=prediction.risk_tier,
            )
        records.append(record)
    return records


def _facts(values: NDArray[Any]) -> list[Fact]:
    """A column as JSON values; NaN is None."""
    if values.dtype == np.float64:
        return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - NaN alone differs from itself
    return [fact_of(value) for value in values]


def _profile_values(profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {"attributes": {}, "events": {}, "treatments": {}}
    return {
        "attributes": profile.attributes,
        "events": {kind: _occurrences(found) for kind, found in profile.events.items()},
        "treatments": {arm: _occurrences(found) for arm, found in profile.treatments.items()},
    }


def _occurrences(found: Occurrences) -> dict[str, Any]:
    return {"count": found.count, "last": found.last.isoformat() + "Z"}
