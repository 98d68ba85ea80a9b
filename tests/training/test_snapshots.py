"""Labelled rows are the same however many dates are read at a time."""

from dataclasses import astuple
from datetime import timedelta

import numpy as np
import pytest

from retinue.commands.configuring import config_of
from tests.conftest import Trained
from training.snapshots import build_snapshots
from training.splits import split_dates

TWO_DATES_AT_A_TIME = 1300  # of six hundred customers


@pytest.mark.parametrize("most_rows", [1, TWO_DATES_AT_A_TIME])
def test_dates_read_apart_give_the_rows_of_dates_read_together(
    trained: Trained, most_rows: int
) -> None:
    test = split_dates(config_of(trained.project), trained.tables).test
    dates = [test - timedelta(days=days) for days in (0, 56, 28)]
    together = build_snapshots(trained.tables, trained.project.churn, dates)

    apart = build_snapshots(trained.tables, trained.project.churn, dates, most_rows)

    assert (apart.rows.customer_ids == together.rows.customer_ids).all()
    assert (apart.rows.as_of == together.rows.as_of).all()
    np.testing.assert_array_equal(apart.rows.values, together.rows.values)
    assert (apart.churned == together.churned).all()
    assert apart.excluded == together.excluded
    for day, orders in together.histories.items():
        for found, expected in zip(astuple(apart.histories[day]), astuple(orders), strict=True):
            np.testing.assert_array_equal(found, expected)
