"""`retinue evaluate`: judge the champion on a date it was not made from."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retinue.commands.configuring import capacity_of, config_of
from retinue.commands.opening import open_project_tables
from retinue.commands.own_judge import evaluate_own
from retinue.console import out, progress, say
from retinue.console_evaluation import show_evaluation
from retinue.console_stability import show_slices, show_stability
from retinue.errors import ProjectError
from retinue.project import Project
from scoring.bundle import Bundle
from scoring.scorer import Scorer
from scoring.shelf import Shelf
from training.evaluation import Evaluation, answered, evaluate
from training.groups import Groups, groups_of
from training.origins import judge_origins, origin_splits
from training.slices import Said, Slices, in_words, slices_of
from training.snapshots import build_snapshots
from training.stability import Stability, stability_of

if TYPE_CHECKING:
    from features.tables import Tables


@dataclass(frozen=True)
class Question:
    """What is asked for.

    Attributes:
        as_of: Date to judge the champion at; its test date if None.
        origins: Instead: at how many dates to train from scratch and judge.
        by: Groups of customers to judge one by one.
        plot: File to draw the figures over origins to.
    """

    as_of: datetime | None = None
    origins: int | None = None
    by: str | None = None
    plot: Path | None = None


def run(project: Project, question: Question, *, as_json: bool) -> None:
    """Print figures beside the baselines': the champion's, or the recipe's over origins."""
    if project.own_features is not None:
        _of_own(project, question, as_json=as_json)
        return
    if question.origins is not None:
        _over_origins(project, question, question.origins, as_json=as_json)
        return
    bundle = Shelf(project.bundles).champion()
    tables = open_project_tables(project, quiet=as_json)
    date = question.as_of or datetime.fromisoformat(bundle.manifest.trained_on.test)
    evaluation = judge(project, tables, bundle, date)
    slices = None
    if question.by:
        scorer = Scorer(bundle.known_at(date))
        snapshot = build_snapshots(tables, bundle.manifest.churn_definition, [date])
        test, _ = answered(scorer, snapshot)
        likely = scorer.score(test.rows).probability
        said = Said(test.rows.customer_ids, test.churned, likely)
        groups = groups_of(question.by, test.rows, tables, bundle)
        slices = _slices(project, question.by, said, groups)
    if as_json:
        _print_json(evaluation, slices)
        return
    show_evaluation(evaluation, bundle.manifest.currency)
    if slices:
        show_slices(slices)


def _over_origins(project: Project, question: Question, count: int, *, as_json: bool) -> None:
    sample = project.sections.training.sample
    tables = open_project_tables(project, quiet=as_json, sample=sample)
    config = config_of(project)
    splits = origin_splits(config, tables, count)
    with progress() as (tell, _):
        judged = judge_origins(config, tables, splits, tell)
    with progress(config.bootstrap_samples) as (tell, advance):
        tell(f"bootstrap of {len(judged)} origins")
        stability = stability_of(config, judged, advance)
    slices = None
    if question.by:
        said = Said(
            np.concatenate([one.rows.customer_ids for one in judged]),
            np.concatenate([one.panel.outcomes for one in judged]),
            np.concatenate([one.panel.said["model"] for one in judged]),
        )
        groups = np.concatenate([groups_of(question.by, one.rows, tables) for one in judged])
        slices = _slices(project, question.by, said, groups)
    if question.plot:
        # Matplotlib takes most of a second to import; only the picture needs it.
        from training.origins_picture import plot_origins

        plot_origins(stability, question.plot)
    if as_json:
        _print_json(stability, slices)
        return
    show_stability(stability, config.currency)
    if slices:
        show_slices(slices)
    if question.plot:
        say(f"{question.plot}: the figures over origins as a picture")


def _slices(project: Project, by: str, said: Said, groups: Groups) -> Slices:
    settings = project.sections.training
    return slices_of(by, said, groups, settings.bootstrap_samples, settings.seed)


def _print_json(found: Evaluation | Stability, slices: Slices | None) -> None:
    record = asdict(found)
    if slices:
        record["slices"] = {**asdict(slices), "in_words": in_words(slices)}
    out.print_json(json.dumps(record))


def _of_own(project: Project, question: Question, *, as_json: bool) -> None:
    if question != Question():
        raise ProjectError(
            "--as-of, --origins, --by and --plot are made of dated tables; [own_features] is one "
            "table of one day"
        )
    evaluate_own(project, as_json=as_json)


def judge(project: Project, tables: "Tables", bundle: Bundle, date: datetime) -> Evaluation:
    """Evaluate a bundle as of a date, with a progress bar.

    Raises:
        BundleError: The date lies before the labels end that the bundle was made from.
    """
    bundle.refuse_to_flatter(date)
    bundle.refuse_other_texts(tables.text_model)
    settings = project.sections.training
    snapshot = build_snapshots(tables, bundle.manifest.churn_definition, [date])
    with progress(settings.bootstrap_samples) as (tell, advance):
        tell(f"bootstrap of {len(snapshot):,} customers")
        return evaluate(
            bundle,
            snapshot,
            samples=settings.bootstrap_samples,
            seed=settings.seed,
            capacity=capacity_of(project),
            advance=advance,
        )
