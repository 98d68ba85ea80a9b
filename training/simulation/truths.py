"""Every constant of the simulated company, each with its meaning: what a model ought to find."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, cast, get_type_hints

ARCHETYPES = ("persuadable", "sure_thing", "lost_cause", "do_not_disturb")
ACQUISITION = ("search", "social", "referral", "marketplace", "store")
PLANS = ("basic", "plus", "premium")


@dataclass(frozen=True)
class Truths:
    """What is planted; `meaning_of` tells what each constant does.

    Rates are per order or per week, delays and half-lives in days, effects on the logarithm of
    the hazard of leaving: an effect of 0.7 doubles it.
    """

    first_day: Annotated[date, "Midnight, UTC, at which the tables begin; a Monday."] = date(
        2023, 1, 2
    )

    # Who there is.
    joined_before_share: Annotated[float, "Share who joined before the first day."] = 0.4
    joined_before_days: Annotated[float, "They joined at most this long before it, evenly."] = 700.0
    joining_until: Annotated[float, "The others join evenly over this share of the days."] = 0.9
    app_share: Annotated[float, "Share who use the app."] = 0.4
    consent_email_share: Annotated[
        float, "Share who may be written to; campaigns reach no other."
    ] = 0.8
    consent_phone_share: Annotated[float, "Share who may be called."] = 0.35
    unknown_share: Annotated[float, "Share of birth years, and of genders, that nobody knows."] = (
        0.06
    )
    subscriber_share: Annotated[float, "Share who hold a subscription."] = 0.45

    # Ordering.
    usual_gap_days: Annotated[float, "Median over customers of their own usual gap."] = 14.0
    usual_gap_spread: Annotated[float, "Standard deviation of its logarithm."] = 0.4
    gap_shape: Annotated[
        float, "Shape of the gamma law of one customer's gaps; 1 is no rhythm."
    ] = 1.5
    lines_per_order: Annotated[float, "Mean order lines; one, and a Poisson number more."] = 1.6
    discount_share: Annotated[float, "Share of orders with a discount of 10 to 30 percent."] = 0.15
    return_share: Annotated[float, "Share of lines that come back, 2 to 14 days later."] = 0.04
    year_swing: Annotated[
        float, "Demand is up by this share at its yearly peak, down opposite."
    ] = 0.25
    year_peak_day: Annotated[float, "Day of the year at which demand peaks."] = 335.0
    weekday_demand: Annotated[tuple[float, ...], "Demand from Monday to Sunday; the mean is 1."] = (
        0.9,
        0.85,
        0.85,
        0.95,
        1.1,
        1.3,
        1.05,
    )

    # Leaving.
    monthly_hazard: Annotated[
        float, "Median hazard per 30 days, drivers at 0, before the archetype's factor."
    ] = 0.012
    hazard_spread: Annotated[float, "Standard deviation of its logarithm over customers."] = 0.4
    archetype_hazard: Annotated[
        tuple[float, ...], f"Factor on the hazard of {', '.join(ARCHETYPES)}."
    ] = (1.3, 0.5, 1.9, 0.7)
    dormant_after_gaps: Annotated[
        float, "Silent for this many usual gaps: gone, almost surely."
    ] = 5.0
    dormant_return_share: Annotated[float, "Share whom that silence does not mean to be gone."] = (
        0.03
    )

    # Complaints.
    tickets_per_order: Annotated[float, "Mean tickets per order; differs by customer."] = 0.06
    complaint_share: Annotated[float, "Share of tickets that are complaints."] = 0.5
    unresolved_share: Annotated[float, "Share of complaints that are never resolved."] = 0.25
    resolution_days: Annotated[float, "Median time to resolution of the others."] = 4.0
    complaint_effect: Annotated[float, "Effect of a fresh complaint."] = 1.1
    complaint_half_life: Annotated[float, "A complaint's effect halves in this time."] = 60.0
    open_complaint_effect: Annotated[float, "Effect of a complaint while unresolved, on top."] = 0.8

    complaints_felt: Annotated[
        float, "More complaints than these, fresh or unresolved, have no more effect."
    ] = 4.0

    # Prices.
    price_review_every: Annotated[float, "Days between reviews of prices; the first after 60."] = (
        150.0
    )
    price_increase_share: Annotated[float, "Share of subscribers whom a review makes pay more."] = (
        0.5
    )
    price_increase: Annotated[tuple[float, float], "Least and largest increase."] = (0.1, 0.3)
    price_effect: Annotated[float, "Effect of a fresh increase, per tenth of the price."] = 0.8
    price_half_life: Annotated[float, "Its effect halves in this time."] = 60.0
    pause_share: Annotated[float, "Share of subscribers who pause once, for 30 to 75 days."] = 0.15

    cancel_share: Annotated[
        float, "Share of subscribers who cancel at some time, without leaving."
    ] = 0.2
    subscription_outlives_days: Annotated[
        float, "A subscription ends at most this long after its customer left, evenly."
    ] = 60.0

    # Engagement.
    events_per_week: Annotated[
        float, "Median events of an engaged customer with app and email."
    ] = 1.3
    waning_per_week: Annotated[float, "Chance of an engaged customer to begin to wane."] = 0.012
    recovery_per_week: Annotated[float, "Chance of a waning customer to engage again."] = 0.05
    waned_engagement: Annotated[float, "Engagement that waning ends at; engaged is 1."] = 0.15
    waning_speed: Annotated[float, "Share of the way there that a week takes."] = 0.3
    waning_effect: Annotated[float, "Effect of engagement lost wholly."] = 2.2
    order_share_waned: Annotated[float, "Share of orders still placed at engagement 0."] = 0.7
    events_after_leaving: Annotated[float, "Share of events that go on after a customer left."] = (
        0.08
    )

    # Campaigns.
    campaign_every: Annotated[float, "Days between campaigns; the first after 45."] = 60.0
    campaign_share: Annotated[float, "Share of customers that a campaign chooses."] = 0.4
    treated_share: Annotated[float, "Share of the chosen who are treated, by lot."] = 0.5
    noticed_after_days: Annotated[
        float, "Days after leaving from which no campaign chooses a customer."
    ] = 60.0
    campaign_weeks: Annotated[int, "Weeks that a campaign's effect lasts."] = 8
    campaign_factor: Annotated[
        tuple[float, ...], "Factor on the hazard of the treated, by archetype."
    ] = (0.2, 1.0, 1.0, 3.0)
    conversion_treated: Annotated[
        tuple[float, ...], "Chance of a further order within 14 days, if treated."
    ] = (0.3, 0.35, 0.03, 0.02)
    conversion_control: Annotated[tuple[float, ...], "The same, if not treated."] = (
        0.06,
        0.35,
        0.03,
        0.12,
    )
    archetype_shares: Annotated[
        tuple[tuple[float, ...], ...],
        f"Share of each archetype among those who came by {', '.join(ACQUISITION)}.",
    ] = (
        (0.40, 0.30, 0.20, 0.10),
        (0.60, 0.10, 0.20, 0.10),
        (0.15, 0.70, 0.10, 0.05),
        (0.15, 0.10, 0.65, 0.10),
        (0.25, 0.45, 0.20, 0.10),
    )
    older_from_age: Annotated[int, "Customers of this age and more count as older."] = 55
    older_do_not_disturb: Annotated[float, "Share of the older who are do_not_disturb instead."] = (
        0.5
    )

    # Feedback.
    feedback_share: Annotated[float, "Share of orders that feedback follows."] = 0.12
    satisfaction: Annotated[float, "Mean satisfaction, 0 to 1, all drivers at 0."] = 0.78
    satisfaction_spread: Annotated[float, "Its standard deviation, between and within alike."] = (
        0.14
    )
    satisfaction_loss: Annotated[float, "Lost per unit of effect that the drivers have."] = 0.16
    only_score_share: Annotated[float, "Share of feedback without a text."] = 0.45
    only_text_share: Annotated[float, "Share of feedback without a score."] = 0.1
    contrary_text_share: Annotated[float, "Share of texts whose tone is drawn by lot."] = 0.08
    other_language_share: Annotated[float, "Share of texts not in the country's language."] = 0.05

    # What is known late.
    late_orders: Annotated[float, "Share of orders known up to 6 days later."] = 0.05
    late_events: Annotated[float, "Share of events known up to 10 days later."] = 0.1
    late_feedback: Annotated[float, "Share of feedback known up to 14 days later."] = 0.2
    late_tickets: Annotated[float, "Share of tickets known up to 3 days later."] = 0.05
    late_subscriptions: Annotated[float, "Share of subscription rows known up to 5 days later."] = (
        0.1
    )
    late_treatments: Annotated[float, "Share of treatments known up to 7 days later."] = 0.1


def meaning_of(name: str) -> str:
    """What a constant means, in a sentence."""
    hints = get_type_hints(Truths, include_extras=True)
    return cast("str", hints[name].__metadata__[0])
