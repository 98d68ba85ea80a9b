"""Models of one's own columns: guarded, honest on customers held out, the same again."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from features.errors import TableError
from features.own.inference import infer
from scoring.bundle import Bundle
from scoring.churn import ChurnModel
from scoring.churn_definition import GivenLabel
from scoring.segments.risk import RiskTiers
from tests.own_tables import lines, read, source_of
from training.capacity import Capacity
from training.config import LeastToBoost, ModelSettings, TrainingConfig
from training.errors import TrainingError
from training.own import fit
from training.own.fit import Recipe, fit_own, held_out_probabilities
from training.own.judging import judge
from training.own.labelled import Labelled, labelled
from training.own.train import OwnResult, _segments, train_own
from training.snapshots import Snapshots
from training.tuning import Budget, Done, Tuned

SETTINGS = ModelSettings(learning_rate=0.2, min_data_in_leaf=20, most_rounds=20, patience=5)
RECIPE = Recipe(SETTINGS, seed=7)
CONFIG = TrainingConfig(
    "members", "EUR", GivenLabel("left", "yes"), model=SETTINGS, bootstrap_samples=100
)


def prepared(rows: list[dict[str, str]], folder: Path, **said: object) -> Labelled:
    table, source = read(rows, folder, **said)
    return labelled(table, source, infer(table, source), LeastToBoost())


def trained(table: Labelled) -> OwnResult:
    source = source_of(Path("members.csv"))
    return train_own(CONFIG, table, source, data_hash="0", created_at="2024-01-01T00:00:00Z")


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    return prepared(lines(400), tmp_path_factory.mktemp("members"))


@pytest.fixture(scope="module")
def result(members: Labelled) -> OwnResult:
    return trained(members)


def test_a_label_in_disguise_is_named_and_can_be_excluded(tmp_path: Path) -> None:
    rows = [{**row, "final_bill": str(9 if row["left"] == "yes" else 3)} for row in lines()]
    with pytest.raises(TrainingError, match=r"final_bill \(AUC 1.0000\).*exclude = \['final_bill'"):
        prepared(rows, tmp_path)
    assert "final_bill" not in prepared(rows, tmp_path, exclude=("final_bill",)).features.names


def test_a_column_that_only_those_who_left_have_is_the_label(tmp_path: Path) -> None:
    rows = lines()
    for i, row in enumerate(rows):
        row["why"] = "" if row["left"] == "no" else ("price", "service")[i % 2]
        row["refund"] = "" if row["left"] == "no" else str(i % 7)
    with pytest.raises(TrainingError, match=r"why .*refund|refund .*why"):
        prepared(rows, tmp_path)


def test_labels_that_are_blank_or_of_three_values_are_refused(tmp_path: Path) -> None:
    rows = lines()
    rows[4]["left"] = ""
    with pytest.raises(TrainingError, match="left: 1 of 600 customers have no label"):
        prepared(rows, tmp_path)
    rows[4]["left"] = "maybe"
    with pytest.raises(TrainingError, match=r"says \['maybe', 'no', 'yes'\], where two"):
        prepared(rows, tmp_path)


def test_a_label_of_other_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="one of them 'Yes'"):
        prepared(lines(), tmp_path, churned="Yes")


def test_too_few_customers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"80 customers, .* 100 are wanted"):
        prepared(lines(80), tmp_path)


def test_groups_are_never_divided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = prepared(lines(), tmp_path, group="household")
    of = dict(zip(table.snapshots.rows.customer_ids, table.groups, strict=True))
    learned: list[set[str]] = []

    def watch(rest: Snapshots, groups: fit.Groups, recipe: Recipe, _: Done) -> ChurnModel:
        learned.append({of[customer] for customer in rest.rows.customer_ids})
        return fit_own(rest, groups, recipe)

    monkeypatch.setattr(fit, "fit_own", watch)
    held_out_probabilities(table, RECIPE)

    everyone = set(table.groups)
    missed = [everyone - some for some in learned]
    assert set.union(*missed) == everyone
    assert sum(map(len, missed)) == len(everyone)


def test_settings_are_searched_without_the_part_that_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = prepared(lines(400), tmp_path, group="household")
    whole = {*table.snapshots.rows.customer_ids}
    missed: list[set[str]] = []

    def watch(rest: Snapshots, *asked: object, groups: fit.Groups) -> Tuned:
        missed.append(whole - {*rest.rows.customer_ids})
        assert len(groups) == len(rest)
        assert asked[2] == Budget(None, 3)
        return Tuned(replace(SETTINGS, num_leaves=3), 0.5, 0.6, 3, 0)

    monkeypatch.setattr(fit, "tune", watch)
    said = held_out_probabilities(table, replace(RECIPE, trials=3))["model"]

    assert set.union(*missed) == whole
    assert sum(map(len, missed)) == len(whole)
    monkeypatch.undo()
    three = Recipe(replace(SETTINGS, num_leaves=3), seed=7)
    np.testing.assert_array_equal(said, held_out_probabilities(table, three)["model"])


def test_a_coin_is_not_called_knowledge(tmp_path: Path) -> None:
    """Held out, what follows chance ranks upside down here; in sample it would rank well."""
    table = prepared(lines(1200, seed=9, effect=0.0), tmp_path)
    with pytest.raises(TrainingError, match=r"held out: .* riskier churned less .* bring others"):
        held_out_probabilities(table, RECIPE)


def test_what_is_known_is_learned(result: OwnResult) -> None:
    rules = result.evaluation.rules
    assert rules["model"]["roc_auc"].value > 0.7
    assert rules["model"]["log_loss"].value < rules["base_rate"]["log_loss"].value - 0.05
    assert set(rules) == {"model", "plain_lightgbm", "logistic_regression", "base_rate"}


def test_money_makes_tiers_and_profit(result: OwnResult, tmp_path: Path) -> None:
    table = prepared(lines(400), tmp_path, value="fee")
    assert table.money is not None
    capacity = Capacity(customers=50, contact_cost=2.0, save_rate=0.5)
    judged = judge(table, result.said, capacity, samples=20, seed=1)

    worth, likely = np.nan_to_num(table.money), result.said["model"]
    expected = 0.5 * worth * likely - 2.0
    called = np.argsort(-expected, kind="stable")[:50]
    assert (expected[called] > 0).all()
    profit = (0.5 * worth * table.snapshots.churned - 2.0)[called].sum()
    assert judged.rules["model"]["profit_at_capacity"].value == pytest.approx(profit)
    assert judged.campaign is not None
    assert judged.campaign.contacted["model"] == 50
    assert result.evaluation.campaign is None

    risk = _segments(CONFIG, table, result.bundle.parts.churn).fitted["risk"]
    assert isinstance(risk, RiskTiers)
    assert risk.value_at_risk is not None
    assert 0 < risk.value_at_risk < 60
    without = result.bundle.parts.segments.fitted["risk"]
    assert isinstance(without, RiskTiers)
    assert without.value_at_risk is None


def test_a_worth_that_is_stated_needs_no_column(members: Labelled, result: OwnResult) -> None:
    judged = judge(members, result.said, Capacity(worth=30.0), samples=5, seed=1)
    assert judged.campaign is not None
    assert judged.campaign.worth == "30.00, as stated"


@pytest.mark.parametrize("fee", ["-3", "a lot"])
def test_money_is_a_number_from_0_on(tmp_path: Path, fee: str) -> None:
    rows = lines()
    rows[4]["fee"] = fee
    with pytest.raises(TableError, match=f"fee is to say .* 1 of 600 rows .* such as '{fee}'"):
        prepared(rows, tmp_path, value="fee")


def test_the_same_table_gives_the_same_bundle(members: Labelled, result: OwnResult) -> None:
    assert trained(members).bundle == result.bundle


def test_contributions_add_up(members: Labelled, result: OwnResult) -> None:
    churn, rows = result.bundle.parts.churn, members.snapshots.rows
    found = churn.contributions(rows)
    np.testing.assert_allclose(
        found.base + found.values.sum(axis=1), churn.log_odds(rows), rtol=0, atol=1e-9
    )


def test_a_bundle_is_read_back_with_its_columns_and_caveats(
    result: OwnResult, tmp_path: Path
) -> None:
    loaded = Bundle.load(result.bundle.save(tmp_path))

    assert loaded.parts == result.bundle.parts
    assert asdict(loaded.manifest) == asdict(result.bundle.manifest)
    assert loaded.manifest.feature_names == ("plan", "months", "fee")
    assert any("knows the future" in caveat for caveat in loaded.manifest.caveats)


def test_a_day_that_is_known_is_said(result: OwnResult) -> None:
    own = result.bundle.parts.own
    assert own is not None
    dated = replace(own, features=replace(own.features, as_of="2024-05-01"))
    assert any("describes 2024-05-01" in caveat.en for caveat in dated.caveats)
    assert any("day that the table describes is not known" in caveat.en for caveat in own.caveats)
