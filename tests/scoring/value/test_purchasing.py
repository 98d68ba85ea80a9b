"""Expected orders: published figures, an independent formula, and limits."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import hyp2f1

from scoring.value.purchasing import Orders, Purchasing
from tests.buyers import buyers
from tests.scoring.value.models import purchasing, spending

# Fader, Hardie and Lee (2005), the CDNOW sample, time in weeks.
CDNOW = purchasing(r=0.243, alpha=4.414, a=0.793, b=2.426)


def orders(*histories: tuple[float, float, float]) -> Orders:
    columns = np.array(histories, dtype=np.float64).reshape(-1, 3)
    return Orders(columns[:, 0], columns[:, 1], columns[:, 2])


def published(model: Purchasing, seen: Orders, time: float) -> NDArray[np.float64]:
    """The conditional expectation as the paper writes it (equation 10)."""
    x, age = seen.repeats, seen.age
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    until = alpha + age + time
    several = hyp2f1(r + x, b + x, a + b + x - 1, time / until)
    top = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / until) ** (r + x) * several)
    gone = a / (b + x - 1) * ((alpha + age) / (alpha + seen.recency)) ** (r + x)
    found: NDArray[np.float64] = top / (1 + np.where(x > 0, gone, 0))
    return found


def test_the_published_customer_is_expected_to_order_as_often_as_published() -> None:
    # "Implementing the BG/NBD Model in Excel" (2005): 1.226 orders in 39 weeks.
    counts = CDNOW.counts(orders((2, 30.43, 38.86)), 39)

    assert counts.mean[0] == pytest.approx(1.226, abs=5e-4)


def test_new_customers_are_expected_to_order_as_often_as_published() -> None:
    # The same note's expected cumulative repeat orders, from rounded parameters here.
    weeks = (0.1429, 1.0, 3.0, 31.8571, 32.0, 78.0)

    found = [CDNOW.counts(orders((0, 0, 0)), time).mean[0] for time in weeks]

    assert found == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], rel=5e-3)


def test_sums_equal_the_published_formula_with_its_hypergeometric_function() -> None:
    random = np.random.default_rng(2)
    age = random.uniform(0, 80, 2000)
    repeats = random.geometric(0.1, 2000).astype(np.float64) - 1
    seen = Orders(repeats, age * random.uniform(0, 1, 2000), age)

    np.testing.assert_allclose(CDNOW.counts(seen, 39).mean, published(CDNOW, seen, 39), rtol=1e-9)


def test_nothing_breaks_where_the_published_formula_divides_by_zero() -> None:
    # a = 1: between its neighbours on both sides.
    seen = orders((3, 20, 30))
    below, at, above = (
        purchasing(r=0.5, alpha=5, a=a, b=2).counts(seen, 30).mean[0] for a in (0.9999, 1, 1.0001)
    )

    assert below > at > above
    assert below - above < 1e-3


def test_none_mean_and_square_are_those_of_many_draws() -> None:
    model = purchasing(r=1.2, alpha=40, a=0.6, b=4)
    drawn = buyers(model, spending(), customers=60_000, days=90, seed=3)
    seen = drawn.rows

    age = seen.column("days_since_first_order")
    recency = age - seen.column("days_since_last_order")
    counts = model.counts(Orders(seen.column("orders_in_total") - 1, recency, age), 90)

    after = drawn.orders_after
    for said, came in ((counts.mean, after), (counts.square, after**2), (counts.none, after == 0)):
        assert abs(came.mean() - said.mean()) < 4 * came.std() / np.sqrt(len(came))


def test_silence_lowers_the_probability_of_being_alive_and_orders_make_it_fall_faster() -> None:
    alive = CDNOW.probability_alive(orders((1, 10, 10), (1, 10, 40), (6, 10, 40), (0, 0, 40)))

    assert 1 > alive[0] > alive[1] > alive[2] > 0
    assert alive[3] == 1


def test_who_is_long_gone_is_expected_to_order_little_but_not_unknown() -> None:
    mean = CDNOW.counts(orders((20, 30, 400), (0, 0, 400), (20, 400, 400)), 52).mean

    assert 0 < mean[0] < 1e-6
    assert 0 < mean[1] < 0.04
    assert mean[2] > 2


def test_hundreds_of_orders_neither_overflow_nor_vanish() -> None:
    # A thousand orders in a thousand days of someone who hardly ever leaves: one a day to come.
    steady = purchasing(r=1, alpha=1, a=1e-3, b=1e3)

    counts = steady.counts(orders((1000, 1000, 1000)), 2000)

    assert counts.mean[0] == pytest.approx(2000, rel=0.01)
    assert counts.square[0] > counts.mean[0] ** 2


def test_no_more_than_the_stated_number_of_orders_is_counted() -> None:
    machine = purchasing(r=1, alpha=1, a=1e-6, b=1e3)

    assert machine.counts(orders((90_000, 90, 90)), 90).mean[0] == pytest.approx(10_000, rel=1e-3)


def test_a_customer_alone_gets_the_bits_that_it_gets_among_others() -> None:
    random = np.random.default_rng(3)
    age = np.concatenate([random.uniform(0, 700, 200), [90.0, 1000.0, 0.0]])
    repeats = np.concatenate([random.geometric(0.03, 200) - 1.0, [90_000.0, 1000.0, 0.0]])
    seen = Orders(repeats, age * random.uniform(0, 1, len(age)), age)
    for model in (CDNOW, purchasing(r=1, alpha=1, a=1e-6, b=1e3)):
        together = model.counts(seen, 365)
        for i in range(len(age)):
            rows = slice(i, i + 1)
            alone = model.counts(Orders(repeats[rows], seen.recency[rows], age[rows]), 365)
            for name in ("mean", "square", "none"):
                assert getattr(alone, name)[0] == getattr(together, name)[i]


def test_the_next_order_of_half_the_customers_comes_by_the_median() -> None:
    # Gamma(2, 30 days): the median solves (30 / (30 + t)) ** 2 = 1 / 2.
    model = purchasing(r=1, alpha=10, a=1, b=1)

    days = model.days_to_next_order(orders((1, 5, 20)))

    assert days[0] == pytest.approx(30 * (np.sqrt(2) - 1))


def test_a_next_order_beyond_ten_years_is_unknown() -> None:
    rare = purchasing(r=0.01, alpha=30, a=1, b=1)

    assert np.isnan(rare.days_to_next_order(orders((0, 0, 300)))[0])


def test_of_who_never_ordered_nothing_is_said() -> None:
    never = orders((np.nan, np.nan, np.nan), (1, 2, 3))

    assert np.isnan(CDNOW.probability_alive(never)).tolist() == [True, False]
    assert np.isnan(CDNOW.counts(never, 10).mean).tolist() == [True, False]
    assert np.isnan(CDNOW.days_to_next_order(never)).tolist() == [True, False]
