"""Schemes that only training can fit: given, or off with where they come from."""

from typing import Any

from features.feature import Words
from scoring.segments.scheme import Off, Population
from scoring.segments.segmentation import Segmentation
from tests.scoring.segments.populations import customers_with, population_of

POPULATION = population_of(customers_with(days_since_last_order=[1.0]))


def test_a_scheme_that_nobody_fitted_is_off_and_says_who_would() -> None:
    found = Segmentation.fit(POPULATION, {})

    assert "run `retinue train`" in found.off["cluster"].why.en


def test_a_fit_that_is_given_is_used_with_the_settings_of_its_scheme() -> None:
    def fit(population: Population, settings: Any) -> Off:
        return Off(Words(f"{len(population.customers)} of {settings.least_customers}", ""))

    found = Segmentation.fit(POPULATION, {}, {"cluster": fit})

    assert found.off["cluster"].why.en == "1 of 100"
