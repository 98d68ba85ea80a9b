"""Promotion, force and rollback from end to end: what is served, said and written down."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from retinue.commands import models, promote, rollback, succeeding
from retinue.errors import GateError
from retinue.project import Project
from scoring.bundle import Bundle, Description
from scoring.churn import Calibration
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from scoring.succession import PROMOTE, ROLLBACK, Succession
from tests.conftest import Trained
from tests.killed import left_at_every_step
from tests.retinue.test_cli import retinue
from tests.scoring.variants import calibrated
from training.gate import Comparison
from training.snapshots import build_snapshots
from training.tracking import CHALLENGER, CHAMPION, Tracking


def challenge(own: Trained, slope: float) -> Bundle:
    """Register a challenger whose log-odds are those of the champion times a factor."""
    champion = own.bundle
    churn = champion.parts.churn

    def scaled(sigmoid: Calibration) -> Calibration:
        return replace(sigmoid, slope=slope * sigmoid.slope, intercept=slope * sigmoid.intercept)

    judged = None if churn.judged is None else scaled(churn.judged)
    changed = replace(churn, calibration=scaled(churn.calibration), judged=judged)
    about = champion.manifest
    description = Description(
        about.name, about.created_at, about.currency, about.churn_definition, about.trained_on
    )
    bundle = Bundle.of(replace(champion.parts, churn=changed), description, about.metrics)
    folder = Shelf(own.project.bundles).add(bundle)
    Tracking(own.project.mlruns).record(
        bundle, folder, parameters={}, artifacts={}, served=about.bundle_id
    )
    return bundle


def who(own: Trained) -> tuple[str | None, str | None, str | None]:
    """Champion on the shelf, champion and challenger in MLflow."""
    tracking = Tracking(own.project.mlruns)
    named = [tracking.bundle_id("simulated", alias) for alias in (CHAMPION, CHALLENGER)]
    return Shelf(own.project.bundles).champion_id(), named[0], named[1]


def force(own: Trained) -> None:
    promote.run(own.project, force=True, why="we try it", as_json=True)


def test_a_miscalibrated_challenger_is_refused_in_words(own: Trained) -> None:
    before, bundle = own.bundle.manifest.bundle_id, challenge(own, slope=4.0)

    done = retinue("promote", "--project", own.project.folder)

    challenger = bundle.manifest.bundle_id
    assert done.returncode == 1
    assert f"error: challenger {challenger} is refused as of 2024-09-28: its log loss" in (
        done.stderr
    )
    assert "its probabilities are too extreme: their calibration slope is" in done.stderr
    assert who(own) == (before, before, challenger)
    assert not any(
        change.after == challenger for change in Succession(own.project.bundles).changes()
    )


def test_force_needs_a_reason(own: Trained) -> None:
    nothing: list[str] = []
    for words in (nothing, ["--why", " "]):
        done = retinue("promote", "--force", *words, "--project", own.project.folder)
        assert done.returncode == 2
        assert "--why" in done.stderr


def test_what_was_forced_is_written_down(own: Trained, capsys: pytest.CaptureFixture[str]) -> None:
    before, challenger = own.bundle.manifest.bundle_id, challenge(own, 4.0).manifest.bundle_id

    force(own)

    printed = json.loads(capsys.readouterr().out)
    assert who(own) == (challenger, challenger, None)
    change = Succession(own.project.bundles).changes()[-1]
    assert (change.before, change.after, change.why) == (before, challenger, "we try it")
    assert "@" in change.by
    assert datetime.fromisoformat(change.at).tzinfo
    assert change.completed
    assert printed["change"]["refused_for"] == list(change.refused_for)
    assert printed["comparison"]["difference"]["roc_auc"]["value"] == pytest.approx(0, abs=1e-6)
    tags = Tracking(own.project.mlruns).versions("simulated")[-1].tags
    assert tags["forced_why"] == "we try it"
    assert tags["forced_by"] == change.by
    assert tags["refused_for"] == "; ".join(change.refused_for)


def test_rollback_restores_every_field_of_every_answer(own: Trained) -> None:
    definition = own.project.churn
    rows = build_snapshots(own.tables, definition, [datetime(2024, 9, 28)]).rows

    def answers() -> list[object]:
        scorer = Scorer(Shelf(own.project.bundles).champion())
        scores = scorer.score(rows.where(scorer.statuses(rows) == "eligible"))
        values = scores.contributions.values
        return [
            scores.log_odds.tobytes(),
            scores.probability.tobytes(),
            scores.percentile.tobytes(),
            values.tobytes(),
            scores.contributions.base,
            scorer.bundle,
        ]

    before = answers()
    challenge(own, slope=4.0)
    force(own)
    assert answers()[0] != before[0]

    rollback.run(own.project, why="it was worse", as_json=True)

    assert answers() == before
    assert who(own)[:2] == (own.bundle.manifest.bundle_id,) * 2


def test_two_rollbacks_go_two_champions_back(own: Trained) -> None:
    first = own.bundle.manifest.bundle_id
    second = challenge(own, slope=4.0).manifest.bundle_id
    force(own)
    challenge(own, slope=0.5)
    force(own)

    rollback.run(own.project, as_json=True)
    assert who(own)[:2] == (second, second)
    rollback.run(own.project, as_json=True)
    assert who(own)[:2] == (first, first)
    with pytest.raises(GateError, match="no champion before the present one is on record"):
        rollback.run(own.project, as_json=True)


@pytest.mark.parametrize("step", ["Shelf.promote", "Tracking.crown", "Succession.complete"])
def test_a_rollback_cut_off_is_completed_by_running_it_again(
    step: str, own: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = own.bundle.manifest.bundle_id
    challenge(own, slope=4.0)
    force(own)
    challenge(own, slope=0.5)
    force(own)
    second = Succession(own.project.bundles).changes()[-2].after
    cut, method = step.split(".")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(getattr(succeeding, cut), method, crash)
        with pytest.raises(KeyboardInterrupt):
            rollback.run(own.project, as_json=True)

    rollback.run(own.project, as_json=True)

    assert who(own)[:2] == (second, second) != (first, first)
    assert Succession(own.project.bundles).unfinished() is None


def roll_back_without_mlflow(folder: Path) -> None:
    """What MLflow is told comes in between, and may be told twice: see the test above."""
    with pytest.MonkeyPatch.context() as without:
        without.setattr(Tracking, "crown", lambda *_: None)
        rollback.run(Project.read(folder), as_json=True)


def test_crash_safety_a_rollback_killed_at_any_step_is_completed_by_running_it_again(
    own: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tracking, "crown", lambda *_: None)
    first, second = own.bundle, calibrated(own.bundle, slope=2.0)
    Shelf(own.project.bundles).add(second)
    succeeding.succeed(own.project, PROMOTE, second.manifest.bundle_id)

    left = left_at_every_step(roll_back_without_mlflow, own.project.folder, tmp_path / "left")

    assert [one.step for one in left].count("replace") == 3
    for one in left:
        bundles = Project.read(one.folder).bundles
        shelf, succession = Shelf(bundles), Succession(bundles)
        champion = shelf.champion()
        assert champion in (first, second)
        if champion == second or succession.unfinished():
            roll_back_without_mlflow(one.folder)
        assert shelf.champion() == first
        changes = succession.changes()
        assert [change.action for change in changes[-2:]] == [PROMOTE, ROLLBACK]
        assert changes[-1].completed


def test_a_promotion_cut_off_is_completed_without_the_gate(
    own: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    challenger = challenge(own, slope=1.0 + 1e-9).manifest.bundle_id

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Tracking, "crown", crash)
        with pytest.raises(KeyboardInterrupt):
            force(own)

    def asked(_: Comparison) -> list[str]:
        raise AssertionError("the gate was passed already")

    monkeypatch.setattr(promote, "refusals", asked)
    promote.run(own.project, as_json=True)
    assert who(own) == (challenger, challenger, None)


def test_rollback_to_a_bundle_that_was_altered_changes_nothing(own: Trained) -> None:
    first = own.bundle.manifest.bundle_id
    challenge(own, slope=4.0)
    force(own)
    before = who(own)
    changes = Succession(own.project.bundles).changes()
    (own.project.bundles / first / "churn.lgb").write_text("altered", encoding="utf-8")

    with pytest.raises(Exception, match="altered since it was written"):
        rollback.run(own.project, as_json=True)

    assert who(own) == before
    assert Succession(own.project.bundles).changes() == changes


def test_models_lists_versions_and_history(
    own: Trained, capsys: pytest.CaptureFixture[str]
) -> None:
    challenger = challenge(own, slope=4.0).manifest.bundle_id
    force(own)
    capsys.readouterr()

    models.run(own.project, as_json=True)
    found = json.loads(capsys.readouterr().out)

    newest, oldest = found["versions"]
    assert (newest["bundle_id"], newest["alias"]) == (challenger, "champion")
    assert newest["in_service"]
    assert not oldest["in_service"]
    assert newest["forced_why"] == "we try it"
    assert 0 < oldest["metrics"]["test_log_loss"] < 1
    assert [change["action"] for change in found["history"]] == ["train", "promote"]
    models.run(own.project, as_json=False)
    told = capsys.readouterr().out
    assert "(forced)" in told
    assert told.count(challenger) == 2  # whole, to be copied: of a version and of a change
