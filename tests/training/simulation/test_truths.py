"""What is planted can be seen in the tables, and is gone where its constant is taken away."""

import pytest

from tests.training.simulation.looks import (
    Company,
    campaign_effects,
    churn_rate,
    returns_after,
)
from tests.training.simulation.looks import company as simulated


def complaints_ratio(company: Company) -> float:
    rows = company.snapshots
    return churn_rate(rows[rows.complaints >= 2]) / churn_rate(rows[rows.complaints == 0])


def open_complaints_ratio(company: Company) -> float:
    rows = company.snapshots[company.snapshots.complaints == 1]
    return churn_rate(rows[rows.open_complaints >= 1]) / churn_rate(rows[rows.open_complaints == 0])


def price_ratio(company: Company) -> float:
    rows = company.snapshots
    return churn_rate(rows[rows.price_increase > 0.15]) / churn_rate(rows[rows.price_increase == 0])


def waning_ratio(company: Company) -> float:
    """Of leaving within the horizon among those still there: who has left already is silent too."""
    rows = company.snapshots[company.snapshots.still_there]
    waned, engaged = rows.engagement_ratio < 0.25, rows.engagement_ratio > 0.75
    return float(rows[waned].leaves.mean() / rows[engaged].leaves.mean())


def test_churn_is_of_a_realistic_size(company: Company) -> None:
    assert 0.1 < churn_rate(company.snapshots) < 0.25


def test_complaints_drive_customers_away(company: Company) -> None:
    assert complaints_ratio(company) > 1.4
    without = simulated(complaint_effect=0.0, open_complaint_effect=0.0)
    assert complaints_ratio(without) < 1


def test_an_open_complaint_weighs_more_than_a_resolved_one(company: Company) -> None:
    assert open_complaints_ratio(company) > 1.2
    assert open_complaints_ratio(simulated(open_complaint_effect=0.0)) < 1.15


def test_dearer_subscriptions_drive_customers_away(company: Company) -> None:
    assert price_ratio(company) > 1.2
    assert price_ratio(simulated(price_effect=0.0)) < 1.15


def test_waning_engagement_comes_before_leaving(company: Company) -> None:
    assert waning_ratio(company) > 1.6
    assert waning_ratio(simulated(waning_effect=0.0, order_share_waned=1.0)) < 1.4


def test_hardly_anyone_returns_after_the_threshold_of_silence(company: Company) -> None:
    assert returns_after(company, 4.5) > 0.08
    assert returns_after(company, 5.0) < 0.02
    assert returns_after(simulated(dormant_after_gaps=1e9), 5.0) > 0.06


def test_a_campaign_keeps_some_and_drives_others_away(company: Company) -> None:
    effects = campaign_effects(company)
    left, converted = effects["left"], effects["converted"]
    assert left["persuadable"] < -0.03
    assert left["do_not_disturb"] > 0.04
    assert converted["persuadable"] > 0.15
    assert converted["do_not_disturb"] < -0.05
    for indifferent in ("sure_thing", "lost_cause"):
        assert left[indifferent] == pytest.approx(0, abs=0.035)
        assert converted[indifferent] == pytest.approx(0, abs=0.04)


def test_a_campaign_without_effect_has_none() -> None:
    chances = (0.1, 0.1, 0.1, 0.1)
    effects = campaign_effects(
        simulated(
            campaign_factor=(1.0, 1.0, 1.0, 1.0),
            conversion_treated=chances,
            conversion_control=chances,
        )
    )
    assert effects.abs().to_numpy().max() < 0.035


def test_archetypes_follow_from_what_the_company_knows(company: Company) -> None:
    known = company["customers"].merge(company["truth"])
    most = known.groupby("acquisition_channel").archetype.agg(lambda found: found.mode()[0])
    assert most["social"] == "persuadable"
    assert most["referral"] == "sure_thing"
    assert most["marketplace"] == "lost_cause"
    older = known[known.birth_year <= 2023 - 55].archetype.value_counts(normalize=True)
    assert older.idxmax() == "do_not_disturb"


def test_demand_follows_the_week_and_the_year(company: Company) -> None:
    orders = company.orders
    by_weekday = orders.ordered_at.dt.day_of_week.value_counts()
    assert by_weekday.idxmax() == 5
    assert by_weekday[5] / by_weekday[1] == pytest.approx(1.3 / 0.85, abs=0.08)
    daily = orders.groupby(orders.ordered_at.dt.month).size()
    assert daily[[11, 12]].mean() > 1.3 * daily[[5, 6]].mean()


@pytest.mark.parametrize(
    ("table", "moment", "share"),
    [
        ("orders", "ordered_at", 0.05),
        ("events", "occurred_at", 0.1),
        ("feedback", "given_at", 0.2),
        ("tickets", "opened_at", 0.05),
        ("subscriptions", "started_at", 0.1),
        ("treatments", "treated_at", 0.1),
    ],
)
def test_a_share_of_the_rows_is_known_late(
    table: str, moment: str, share: float, company: Company
) -> None:
    rows = company[table]
    assert (rows.known_at > rows[moment]).mean() == pytest.approx(share, abs=0.012)
    assert (rows.known_at >= rows[moment]).all()
