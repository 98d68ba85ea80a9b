"""`retinue train`: make, judge, save and register a model."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from features.sources.digest import hash_of_data
from retinue.commands.configuring import attributes_of, config_of
from retinue.commands.opening import open_project_tables
from retinue.commands.own_train import train_own_model
from retinue.commands.searching import Searching, show_tuned
from retinue.commands.succeeding import into_service, say_registered
from retinue.console import RULE_NAMES, out, progress, say
from retinue.console_evaluation import show_evaluation
from retinue.project import Project
from scoring.segments.clusters import Clustering, ClusterSettings
from scoring.segments.segmentation import Segmentation
from scoring.shelf import Shelf
from training.clustering.pictures import plot_choice, plot_profiles
from training.config import TrainingConfig
from training.model_card import model_card
from training.plots import plot_calibration
from training.plots_ranking import plot_beeswarm, plot_gain
from training.sensitive import sensitive_slices
from training.tracking import CARD, CHAMPION, Tracking
from training.train import parameters_of, train

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def run(
    project: Project, minutes: float | None = None, trials: int | None = None, *, as_json: bool
) -> None:
    """Train; the first model becomes champion, a later one challenger."""
    search = None if minutes is trials is None else Searching(minutes, trials)
    if project.own_features is not None:
        train_own_model(project, search, as_json=as_json)
        return
    sample = project.sections.training.sample
    tables = open_project_tables(project, quiet=as_json, sample=sample)
    connection = tables.orders.get_backend()
    config = config_of(project)
    shelf = Shelf(project.bundles)
    with progress() as (tell, _):
        result = train(
            config,
            tables,
            data_hash=hash_of_data(project.sources, connection),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            champion=shelf.champion() if shelf.sound_champion_id() else None,
            search=search.within(tell) if search else None,
            tell=tell,
        )
        tell("saving the bundle and recording the run in MLflow")
        folder = shelf.add(result.bundle)
        picture = plot_calibration(
            result.bundle, result.test, project.output / "plots" / "calibration.png"
        )
        tell("figures by sensitive group")
        sensitive = sensitive_slices(result, tables, attributes_of(project))
        card = model_card(result.bundle, result.evaluation, sensitive)
        (project.output / CARD).write_text(card, encoding="utf-8")
        share = result.bundle.manifest.trained_on.customer_share
        parameters = {**parameters_of(result.config), "customer_share": str(share)}
        registered = Tracking(project.mlruns).record(
            result.bundle,
            folder,
            parameters=parameters,
            artifacts={
                CARD: card,
                "plots": picture,
                "plots/gain.png": plot_gain(result.bundle, result.test),
                "plots/beeswarm.png": plot_beeswarm(result.bundle, result.test),
                **_cluster_plots(result.bundle.parts.segments, config),
            },
            served=shelf.sound_champion_id(),
        )
        if registered.alias == CHAMPION:
            into_service(project, result.bundle.manifest.bundle_id)
    if as_json:
        out.print_json(
            json.dumps(
                {
                    **asdict(result.evaluation),
                    "registered": asdict(registered),
                    "tuned": asdict(search.found) if search and search.found else None,
                },
                default=str,
            )
        )
        return
    show_evaluation(result.evaluation, config.currency)
    if too_few := result.bundle.manifest.trained_on.too_few:
        rule = RULE_NAMES[result.bundle.parts.churn.blend.rule]
        say(f"Nothing was boosted: {too_few}. The {rule} answers, and its intervals are wide.")
    if search and search.found:
        show_tuned(search.found)
    say_registered(project, registered, folder, picture)


def _cluster_plots(segments: Segmentation, config: TrainingConfig) -> "dict[str, Path | Figure]":
    found = segments.fitted.get("cluster")
    if not isinstance(found, Clustering):
        return {}
    settings = config.segments["cluster"]
    if not isinstance(settings, ClusterSettings):
        raise TypeError(f"expected settings of clusters, found {settings!r}")
    return {
        "clusters/profiles.png": plot_profiles(found),
        "clusters/choice.png": plot_choice(found, settings),
    }
