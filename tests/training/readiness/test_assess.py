"""The verdict on the simulated shop, and on what keeps training from finding its dates."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from features.readiness.facts import Facts, gather_facts
from features.tables import Tables
from retinue.commands.configuring import config_of
from scoring.churn_definition import Event
from tests.conftest import Trained
from tests.features.readiness.company import clean
from training.config import TrainingConfig
from training.errors import TrainingError
from training.readiness.assess import Readiness, assess
from training.readiness.documentation import KEYS, documentation
from training.readiness.page import page, write_page
from training.readiness.record import as_record

NOW = datetime(2024, 12, 1)
Change = Callable[[TrainingConfig], TrainingConfig]


@pytest.fixture(scope="session")
def facts(simulated: Trained) -> Facts:
    return gather_facts(simulated.tables, simulated.project.sources, NOW)


@pytest.fixture(scope="session")
def readiness(simulated: Trained, facts: Facts) -> Readiness:
    return assess(config_of(simulated.project), simulated.tables, facts)


def longer(horizon_days: int) -> Change:
    return lambda config: replace(config, churn=replace(config.churn, horizon_days=horizon_days))


def test_the_simulated_shop_is_ready(readiness: Readiness) -> None:
    assert readiness.is_ready
    assert readiness.stops == ()
    assert readiness.population is not None


@pytest.mark.parametrize(
    "case",
    [
        (
            "too_little_history", longer(150), NOW,
            ("needs 2 times 150 days after the first 56", "horizon_days = 121 or shorter"),
        ),
        (
            "nothing_to_label",
            lambda config: replace(config, churn=Event(("cancelled",), "did", horizon_days=28)),
            NOW, ("no event is of kind cancelled", "correct [churn] kind"),
        ),
        (
            "labels_not_known", lambda config: replace(config, test_as_of=datetime(2024, 10, 15)),
            NOW,
            (
                "its label window ends 2024-11-12, after the last order (2024-10-26)",
                "set an earlier [training] test_as_of",
            ),
        ),
        (
            "outcomes_in_the_future", lambda config: config, datetime(2024, 10, 20),
            (
                "the test is at 2024-09-28, and its outcomes would be known on 2024-10-26",
                "test_as_of = 2024-09-21 or earlier",
            ),
        ),
    ],
)  # fmt: skip
def test_what_keeps_training_from_its_dates_stops(
    case: tuple[str, Change, datetime, tuple[str, str]], simulated: Trained, facts: Facts
) -> None:
    name, change, now, said = case

    found = assess(change(config_of(simulated.project)), simulated.tables, replace(facts, now=now))

    (finding,) = found.stops
    assert finding.code.name == name
    assert said[0] in finding.found
    assert said[1] in finding.remedy


def test_the_horizon_that_is_advised_is_the_longest_with_dates(
    simulated: Trained, facts: Facts
) -> None:
    config = config_of(simulated.project)
    found = [assess(longer(days)(config), simulated.tables, facts) for days in (121, 123)]
    assert [one.split is not None for one in found] == [True, False]


def test_subscriptions_alone_are_no_orders(simulated: Trained, tmp_path: Path) -> None:
    company = clean().beside_orders("subscriptions")
    del company.rows["orders"]
    facts = company.facts(tmp_path)

    found = assess(config_of(simulated.project), Tables({}, {}), facts)

    assert [finding.code.name for finding in found.stops] == ["no_orders"]
    assert "Not yet." in page(found)


def test_the_record_has_the_documented_keys_and_no_others(readiness: Readiness) -> None:
    record = as_record(readiness)
    documented = {key.strip("` ") for keys, _ in KEYS for key in keys.split(",")}
    assert record.keys() == documented
    words = documentation()
    inner = [record["findings"][0], record["tables"]["orders"], record["training"]]
    for key in [*inner[0], *inner[1], *inner[2], *record["training"]["dates"][0]]:
        assert f"`{key}`" in words


def test_the_page_stands_alone_and_says_every_finding(readiness: Readiness) -> None:
    shown = page(readiness)
    for outside in ("http://", "https://", "<script", "<link", "url("):
        assert outside not in shown
    assert "Yes: there is enough to train a model." in shown
    assert shown.count("<img ") == shown.count("data:image/svg+xml;base64,") == 3
    for finding in readiness.findings:
        assert finding.code.name in shown


def test_the_page_escapes_what_comes_from_the_data(readiness: Readiness) -> None:
    (first, *others) = readiness.findings
    spoiled = replace(first, found="kind is <b onclick=x>")
    shown = page(replace(readiness, findings=(spoiled, *others)))
    assert "&lt;b onclick=x&gt;" in shown
    assert "<b onclick" not in shown


def test_a_page_that_cannot_be_written_says_to_name_another(
    readiness: Readiness, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"cannot be written: .*; name another .* --html"):
        write_page(readiness, tmp_path / "file" / "page.html")


def test_a_day_more_is_known_a_day_later(readiness: Readiness, simulated: Trained) -> None:
    """The outcomes of the test count as known from the moment their window ends."""
    assert readiness.split is not None
    end = readiness.split.test + simulated.project.churn.reach
    config = config_of(simulated.project)
    before, then = (
        assess(config, simulated.tables, replace(readiness.facts, now=now))
        for now in (end - timedelta(microseconds=1), end)
    )
    assert (before.is_ready, then.is_ready) == (False, True)
