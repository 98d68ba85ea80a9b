"""What holds for every scheme: any population is labelled or told what it lacks, alone or not."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from features.catalog import CATALOG, NAMES
from features.feature import SHARE, YES_NO
from scoring.segments.customers import Customers
from scoring.segments.demography import DemographySettings
from scoring.segments.psychography import PsychographySettings
from scoring.segments.scheme import UNLABELLED, Fitted, Off, Settings
from scoring.segments.schemes import BY_NAME, SCHEMES
from scoring.segments.segmentation import Segmentation
from tests.scoring.segments.populations import customers_with, population_of
from training.clustering.fit import cluster_fit

TEXTS = {
    "income_band": ("Under 15K", "35-49K", "75-99K", "150K+", None),
    "settlement": ("urban", "suburban", "rural", None),
    "region": ("North", "South", "East", None),
    "interests": ("sports", "music", None),
}
COUNTS = (
    "shares", "comments", "likes", "referrals", "engagements", "theme_functional",
    "theme_emotional", "theme_social", "positive_texts_last_365_days",
    "negative_texts_last_365_days",
)  # fmt: skip
SETTINGS: Mapping[str, Settings] = {
    "demography": DemographySettings(attributes=("income_band",)),
    "psychography": PsychographySettings(attributes=("interests",)),
}
FITS = {"cluster": cluster_fit()}


def anyone(count: int, seed: int = 5) -> Customers:
    """Customers of whom anything may be known, or not; one in twenty never ordered."""
    random = np.random.default_rng(seed)
    columns = {
        feature.name: np.where(
            random.random(count) < (0 if feature.is_zero_without_rows else 0.1),
            np.nan,
            _values(feature.unit, random, count),
        )
        for feature in CATALOG
    }
    # What cannot be otherwise: active weeks of who engaged, a date of who gave a score.
    columns["active_event_weeks_last_13_weeks"] = np.ceil(columns["events_last_91_days"] / 9)
    columns["days_since_last_feedback"] = np.floor(random.lognormal(4, 1, count))
    prospects = random.random(count) < 0.05
    for column in columns.values():
        column[prospects] = np.nan
    last = columns["days_since_last_order"]
    columns["days_since_first_order"] = last + random.integers(0, 300, count)
    traits: dict[str, Any] = {
        name: random.choice(np.array(texts, dtype=object), count) for name, texts in TEXTS.items()
    }
    traits |= {name: random.poisson(1.5, count).astype(float) for name in COUNTS}
    traits["last_tone"] = random.choice([-1.0, 0.0, 1.0, np.nan], count)
    traits["days_since_last_text"] = np.where(
        np.isnan(traits["last_tone"]), np.nan, random.integers(0, 400, count)
    )
    scores = {
        "churn_probability": np.where(last < 90, random.random(count), np.nan),
        "remaining_value": random.lognormal(3, 1, count),
    }
    return customers_with(traits, {name: list(one) for name, one in scores.items()}, **columns)


def _values(unit: object, random: np.random.Generator, count: int) -> Any:
    if unit in (SHARE, YES_NO):
        return random.integers(0, 2, count).astype(float)
    return np.floor(random.lognormal(2, 1, count))


@cache
def settled() -> Segmentation:
    return Segmentation.fit(population_of(anyone(400)), SETTINGS, FITS)


def on(name: str) -> Fitted:
    if name in settled().off:
        raise AssertionError(f"{name} is off: {settled().off[name].why.en}")
    return settled().fitted[name]


NAMES_OF_SCHEMES = [scheme.name for scheme in SCHEMES if scheme.name != "cluster"]


@pytest.mark.parametrize("name", NAMES_OF_SCHEMES)
def test_a_customer_alone_has_the_label_and_the_facts_of_the_population(name: str) -> None:
    customers = anyone(400)
    together = on(name).label(customers)

    for i in range(0, 400, 7):
        alone = on(name).label(customers.where(np.array([i])))
        assert alone.positions[0] == together.positions[i]
        assert alone.facts_of(0) == together.facts_of(i)


@pytest.mark.parametrize("name", NAMES_OF_SCHEMES)
def test_every_label_is_one_of_the_schemes_and_is_explained_in_both_languages(name: str) -> None:
    fitted, found = on(name), on(name).label(anyone(400))

    assert found.positions.min() >= UNLABELLED
    assert found.positions.max() < len(fitted.labels)
    assert len(np.unique(found.positions)) > 1
    for i in range(0, 400, 3):
        said = fitted.explain(found.facts_of(i))
        assert said.en
        assert said.zh
        assert "nan" not in said.en + said.zh
        assert "None" not in said.en + said.zh
    assert fitted.rule().en
    assert fitted.rule().zh


@pytest.mark.parametrize("count", [1, 5, 50])
def test_small_populations_are_labelled_or_told_what_they_lack(count: int) -> None:
    customers = anyone(count)

    found = Segmentation.fit(population_of(customers), SETTINGS, FITS)

    assert {*found.fitted, *found.off} == set(BY_NAME)
    assert {len(labels.positions) for labels in found.label(customers).values()} == {count}
    assert all(off.why.en and off.why.zh for off in found.off.values())


def test_of_a_population_all_alike_nobody_differs() -> None:
    customers = anyone(1).where(np.zeros(300, dtype=np.int64))
    found = Segmentation.fit(population_of(customers), SETTINGS, FITS)

    for labels in found.label(customers).values():
        assert len(np.unique(labels.positions)) == 1
    assert "cluster" in found.off


def test_without_orders_what_is_made_of_orders_is_off() -> None:
    customers = anyone(300)
    values = customers.rows.values.copy()
    values[:, [NAMES.index(feature.name) for feature in CATALOG if feature.rows == "orders"]] = (
        np.nan
    )
    customers = replace(customers, rows=replace(customers.rows, values=values))

    found = Segmentation.fit(population_of(customers), SETTINGS, FITS)

    assert {"rfm", "purchasing_power", "spending_habit", "cluster"} <= set(found.off)
    assert {"lifecycle", "satisfaction", "feedback", "geography"} <= set(found.fitted)


def test_of_nobody_nothing_is_said_and_nothing_fails() -> None:
    nobody = anyone(400).where(np.zeros(400, dtype=bool))

    found = Segmentation.fit(population_of(nobody), SETTINGS, FITS)

    assert not found.as_of
    assert all(len(labels.positions) == 0 for labels in settled().label(nobody).values())


def test_what_was_written_is_read_back_and_labels_alike() -> None:
    customers, written = anyone(100, seed=8), json.dumps(settled().as_json())

    read = Segmentation.of_json(written.encode())

    assert read == settled()
    for name, labels in settled().label(customers).items():
        assert read.label(customers)[name].positions.tolist() == labels.positions.tolist()


def test_another_version_of_a_scheme_is_refused() -> None:
    changed = settled().as_json()
    changed["schemes"]["rfm"]["version"] = 99

    with pytest.raises(ValueError, match="scheme rfm of version 99 is not one that this version"):
        Segmentation.of_json(json.dumps(changed).encode())


def test_off_says_why_in_both_languages() -> None:
    found = Segmentation.fit(population_of(anyone(5)), {}, FITS)

    assert isinstance(found.off["demography"], Off)
    assert found.off["demography"].why.zh
