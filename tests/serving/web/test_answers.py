"""What is read off a run is what the model that made it says."""

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, ClassVar, Self

import pytest

from scoring.scorer import Scorer
from serving.records import CustomerRecord, Run
from serving.web import answers
from serving.web.answers import Asked, predictions_of, profile_of
from serving.web.schemas import PredictAnswer, ProfileAnswer
from tests.conftest import Trained
from tests.scoring.variants import calibrated
from tests.serving.records import riskiest

OF_ANOTHER = "0" * 16
SUMS = ("base_log_odds", "other_contributions")


@pytest.fixture(scope="module")
def found(trained: Trained) -> tuple[Run, list[CustomerRecord]]:
    """Some customers with a score and all without."""
    customers = trained.tables.rows["customers"].customer_id.to_pyarrow().to_pylist()
    return trained.store.customers(sorted(customers))


def plain(told: dict[str, Any]) -> dict[str, Any]:
    """What must be equal; sums of contributions agree to rounding."""
    left_out = {"data_age_s", "reasons", *SUMS}
    values = {name: value for name, value in told.items() if name not in left_out}
    reasons = told.get("reasons", [])
    return values | {"reasons": [{**one, "contribution": None} for one in reasons]}


@pytest.mark.parametrize("most", [0, 2, 5])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_says_what_its_model_says(
    scorer: Scorer, found: tuple[Run, list[CustomerRecord]], most: int, language: Any
) -> None:
    run, records = found
    asked = Asked(most, language)

    of_the_run = predictions_of(scorer, run, records, asked)
    anew = predictions_of(scorer, replace(run, bundle_id=OF_ANOTHER), records, asked)

    assert [plain(one) for one in of_the_run] == [plain(one) for one in anew]
    for one, other in zip(of_the_run, anew, strict=True):
        for name in SUMS:
            assert one.get(name, 0) == pytest.approx(other.get(name, 0), rel=0, abs=1e-12)
        assert [reason["contribution"] for reason in one.get("reasons", [])] == pytest.approx(
            [reason["contribution"] for reason in other.get("reasons", [])], rel=0, abs=1e-12
        )


def test_another_model_is_asked_itself(
    trained: Trained, found: tuple[Run, list[CustomerRecord]]
) -> None:
    run, _ = found
    other = Scorer(calibrated(trained.bundle, slope=2.0))
    record = riskiest(trained.store, 1)[0]

    (told,) = predictions_of(other, run, [record], Asked(5, "en"))

    assert told["model"]["version"] == other.bundle.manifest.bundle_id
    assert told["churn_probability"] != record.churn_probability
    assert profile_of(other, run, record, "en")["prediction"] == {
        **told, "data_age_s": pytest.approx(told["data_age_s"], abs=60)
    }  # fmt: skip


def test_a_run_that_says_other_things_is_not_read_off(
    scorer: Scorer, found: tuple[Run, list[CustomerRecord]], trained: Trained
) -> None:
    run, _ = found
    record = riskiest(trained.store, 1)[0]
    assert record.prediction is not None
    older = replace(record, prediction={"churn_probability": 0.123})

    (told,) = predictions_of(scorer, run, [older], Asked(5, "en"))

    assert told["churn_probability"] == record.churn_probability


def test_answers_have_the_documented_form_to_the_order_of_their_fields(
    scorer: Scorer, found: tuple[Run, list[CustomerRecord]]
) -> None:
    run, records = found
    told = {"predictions": predictions_of(scorer, run, records, Asked(5, "en"))}
    assert _in_order(PredictAnswer.model_validate(told).model_dump(), told)
    for record in records[:50]:
        profile = profile_of(scorer, run, record, "en")
        assert _in_order(ProfileAnswer.model_validate(profile).model_dump(), profile)


def _in_order(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)


def test_classes_of_whom_the_run_scored_are_those_that_the_model_says(
    scorer: Scorer, found: tuple[Run, list[CustomerRecord]]
) -> None:
    run, records = found
    for record in records[:100]:
        of_the_run = profile_of(scorer, run, record, "en")["segments"]
        anew = profile_of(scorer, replace(run, bundle_id=OF_ANOTHER), record, "en")["segments"]
        assert of_the_run == anew


class Clock(datetime):
    """A time of day that a test sets."""

    moment: ClassVar[datetime]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(cls.moment.timestamp(), tz)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """The one that answers go by."""
    monkeypatch.setattr(answers, "datetime", Clock)
    return Clock


@pytest.mark.parametrize("hours", [1 / 3600, 5, 87_600])
def test_clock_an_age_below_zero_is_not_told_and_a_warning_says_why(
    scorer: Scorer, found: tuple[Run, list[CustomerRecord]], clock: type[Clock], hours: float
) -> None:
    run, records = found
    until, apart = datetime.fromisoformat(run.data_until), timedelta(hours=hours)
    clock.moment = until + apart
    after = predictions_of(scorer, run, records, Asked(0, "en"))
    clock.moment = until - apart
    before = predictions_of(scorer, run, records, Asked(0, "en"))

    assert {one["data_age_s"] for one in after} == {apart.total_seconds()}
    said = "how old the data are is not known: their last moment lies ahead of this server's clock"
    expected = [{**one, "data_age_s": None, "warnings": [said, *one["warnings"]]} for one in after]
    assert before == expected
    assert {one["status"] for one in before} > {"scored"}
