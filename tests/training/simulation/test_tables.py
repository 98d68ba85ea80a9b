"""The tables are whole, agree with each other and with the contract, and end where they end."""

import pandas as pd
import pytest

from features.contract import CONTRACT
from tests.training.simulation.looks import END, START, Company
from training.simulation.phrases import LANGUAGES, texts

TABLES = [table.name for table in CONTRACT]


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_named_as_in_the_contract(name: str, company: Company) -> None:
    expected = {column.name for table in CONTRACT if table.name == name for column in table.columns}
    missing = {"known_at"} if name == "customers" else set()
    assert set(company[name].columns) == expected - missing


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_known_of_what_comes_after_the_end(name: str, company: Company) -> None:
    moments = company[name].select_dtypes("datetime")
    assert not moments.empty
    assert not (moments >= END).to_numpy().any()


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_of_a_customer(name: str, company: Company) -> None:
    assert set(company[name].customer_id) <= set(company["customers"].customer_id)
    assert not company["customers"].customer_id.duplicated().any()


def test_nothing_happens_before_a_customer_joins_or_after_one_leaves(company: Company) -> None:
    lives = company["customers"].merge(company["truth"])[["customer_id", "joined_at", "left_at"]]
    lines = company["orders"]
    for rows, moment in (
        (lines[~lines.is_return], "ordered_at"),
        (company["tickets"], "opened_at"),
        (company["subscriptions"].drop_duplicates("customer_id"), "started_at"),
        (company["treatments"].dropna(), "converted_at"),
    ):
        lived = rows.merge(lives, on="customer_id")
        assert (lived[moment] >= lived.joined_at).all()
        assert not (lived[moment] > lived.left_at).any()


def test_ids_of_orders_are_of_one_customer_and_moment(company: Company) -> None:
    lines = company["orders"]
    of_the_order = ["order_id", "customer_id", "ordered_at", "known_at", "channel"]
    placed = lines[~lines.is_return][of_the_order]
    assert placed.drop_duplicates().order_id.is_unique


def test_what_comes_back_was_ordered_and_known_before(company: Company) -> None:
    lines = company["orders"]
    returned = lines[lines.is_return].merge(
        lines[~lines.is_return], on=["order_id", "product_id"], suffixes=("", "_placed")
    )
    assert set(returned.order_id) == set(lines[lines.is_return].order_id)
    assert (returned.amount < 0).all()
    assert (returned.ordered_at > returned.ordered_at_placed).all()
    assert (returned.known_at >= returned.known_at_placed).all()
    assert (lines[~lines.is_return].amount > 0).all()


def test_a_discount_is_off_the_price(company: Company) -> None:
    lines = company["orders"][~company["orders"].is_return]
    discounted = lines[lines.discount > 0]
    share = discounted.discount / (discounted.amount + discounted.discount)
    assert 0.13 < len(discounted) / len(lines) < 0.17
    assert share.between(0.08, 0.32).mean() > 0.99


def test_subscriptions_follow_each_other_without_overlap(company: Company) -> None:
    rows = company["subscriptions"].sort_values(["customer_id", "started_at"])
    following = rows.groupby("customer_id").started_at.shift(-1)
    followed = following.notna()
    pause = (following - rows.ended_at)[followed].dt.days
    assert rows.ended_at[followed].notna().all()
    assert (pause >= 0).all()
    assert pause[pause > 1].between(29, 75).all()
    assert 0.03 < (pause > 1).mean() < 0.5
    price = rows.groupby("customer_id").amount_per_month
    assert not (price.shift(-1) < rows.amount_per_month).any()
    assert (rows.ended_at > rows.started_at)[rows.ended_at.notna()].all()


def test_tickets_may_stay_open(company: Company) -> None:
    tickets = company["tickets"]
    old = tickets[tickets.opened_at < END - pd.Timedelta(days=120)]
    unresolved = old.resolved_at.isna().groupby(old.category).mean()
    assert unresolved["complaint"] == pytest.approx(0.25, abs=0.03)
    assert unresolved["question"] < 0.01
    assert (tickets.resolved_at > tickets.opened_at)[tickets.resolved_at.notna()].all()


def test_feedback_has_a_score_or_a_text(company: Company) -> None:
    rows = company["feedback"]
    assert (rows.score.notna() | rows.text.notna()).all()
    assert rows.text.isna().mean() == pytest.approx(0.45, abs=0.02)
    assert rows.score.isna().mean() == pytest.approx(0.1, abs=0.02)
    assert (rows.scale.isna() == rows.score.isna()).all()
    by_scale = rows.groupby("scale").score
    assert by_scale.min().to_dict() == {"csat_1_5": 1, "nps_0_10": 0, "stars_1_5": 1}
    assert by_scale.max().to_dict() == {"csat_1_5": 5, "nps_0_10": 10, "stars_1_5": 5}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tone_of_a_text_follows_its_score(language: str, company: Company) -> None:
    rows = company["feedback"].dropna(subset=["text", "score"])
    rows = rows[rows.language == language]
    negative, _, positive = (rows.text.isin(texts(language, tone)) for tone in range(3))
    assert len(rows) > 1000
    stars = rows.scale != "nps_0_10"
    assert negative[stars & (rows.score <= 2)].mean() == pytest.approx(1 - 0.08 * 2 / 3, abs=0.05)
    assert positive[stars & (rows.score >= 4)].mean() == pytest.approx(1 - 0.08 * 2 / 3, abs=0.05)


def test_no_text_is_of_two_tones_or_languages() -> None:
    banks = [set(texts(language, tone)) for language in LANGUAGES for tone in range(3)]
    assert sum(map(len, banks)) == len(set.union(*banks))


def test_arms_are_drawn_by_lot(company: Company) -> None:
    rows = company["treatments"].merge(company["customers"]).merge(company["truth"])
    treated = rows.arm == "treated"
    assert treated.mean() == pytest.approx(0.5, abs=0.02)
    by_archetype = treated.groupby(rows.archetype).mean()
    assert by_archetype.to_numpy() == pytest.approx(0.5, abs=0.03)
    assert rows.consent_email.all()
    assert (rows.cost > 0).equals(treated)


def test_customers_hold_what_is_not_known_of_some(company: Company) -> None:
    customers = company["customers"]
    assert customers.gender.isna().mean() == pytest.approx(0.06, abs=0.01)
    assert customers.birth_year.isna().mean() == pytest.approx(0.06, abs=0.01)
    assert set(customers.settlement) == {"urban", "suburban", "rural"}


def test_an_order_follows_the_last_by_the_usual_gap(company: Company) -> None:
    orders = company.orders
    gaps = orders.groupby("customer_id").ordered_at.diff().dt.total_seconds() / 86_400
    many = orders[orders.groupby("customer_id").ordered_at.transform("size") > 20]
    ratio = (gaps / orders.usual_gap_days)[many.index]
    assert 0.9 < ratio.mean() < 1.1


def test_who_joins_comes_to_order(company: Company) -> None:
    orders = company.orders.drop_duplicates("customer_id").merge(company["customers"])
    joined = orders[orders.joined_at >= START]
    assert (joined.ordered_at == joined.joined_at).mean() > 0.9
    waited = (orders.ordered_at - START).dt.total_seconds() / 86_400 / orders.usual_gap_days
    assert waited[orders.joined_at < START].median() == pytest.approx(0.55, abs=0.15)


def test_an_answer_to_a_campaign_is_an_order(company: Company) -> None:
    answered = company["treatments"].dropna(subset=["converted_at"])
    placed = company["orders"][["customer_id", "ordered_at"]].drop_duplicates()
    found = answered.merge(
        placed, left_on=["customer_id", "converted_at"], right_on=["customer_id", "ordered_at"]
    )
    # Some of the orders are known late, after the end.
    assert len(found) / len(answered) > 0.99


def test_only_those_who_may_be_written_to_open_mail(company: Company) -> None:
    events = company["events"].merge(company["customers"])
    assert events[events.channel == "email"].consent_email.all()
    with_app = events[events.kind == "app_session"].customer_id.nunique()
    assert with_app / len(company["customers"]) == pytest.approx(0.4, abs=0.03)
    assert events[events.kind.isin(["visit", "app_session"])].duration_s.min() > 0
    assert events[events.channel == "email"].duration_s.isna().all()


def test_few_events_go_on_after_a_customer_left(company: Company) -> None:
    lives = company["truth"].merge(company["customers"][["customer_id", "joined_at"]])
    events = company["events"].merge(lives.dropna(subset=["left_at"]))
    assert (events.occurred_at >= events.joined_at).all()
    around = (events.occurred_at - events.left_at).dt.days
    after = around.between(0, 29).sum() / around.between(-30, -1).sum()
    assert after == pytest.approx(0.08, abs=0.03)


def test_complaints_make_feedback_worse(company: Company) -> None:
    tickets = company["tickets"]
    complained = tickets[tickets.category == "complaint"].groupby("customer_id").opened_at.min()
    stars = company["feedback"][company["feedback"].scale == "stars_1_5"]
    first = stars.customer_id.map(complained)
    lately = (stars.given_at > first) & (stars.given_at < first + pd.Timedelta(days=60))
    assert stars[lately].score.mean() < stars[first.isna()].score.mean() - 0.3


def test_events_have_the_seasons_of_demand(company: Company) -> None:
    by_weekday = company["events"].occurred_at.dt.day_of_week.value_counts()
    assert by_weekday[5] / by_weekday[1] == pytest.approx(1.3 / 0.85, abs=0.08)


def test_most_write_in_the_language_of_their_country(company: Company) -> None:
    texts_from = company["feedback"].dropna(subset=["text"]).merge(company["customers"])
    is_chinese = (texts_from.language == "zh").groupby(texts_from.country).mean()
    assert is_chinese["CN"] == pytest.approx(0.95, abs=0.02)
    assert is_chinese["GB"] == pytest.approx(0.05, abs=0.02)


def test_a_subscription_may_end_before_its_customer_leaves_or_after(company: Company) -> None:
    last = (
        company["subscriptions"]
        .sort_values("started_at")
        .drop_duplicates("customer_id", keep="last")
    )
    rows = last.merge(company["truth"])
    stayed = rows.left_at.isna()
    assert rows[stayed].ended_at.notna().mean() == pytest.approx(0.2, abs=0.05)
    outlives = (rows.ended_at - rows.left_at).dt.days
    assert outlives.max() < 60
    assert outlives[outlives >= 0].median() == pytest.approx(30, abs=5)
