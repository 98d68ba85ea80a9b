"""Companies to judge churn models on: their tables, what churn means there, and the last test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.value_sets import cdnow_tables, online_retail_tables, project_tables
from features.tables import Tables
from retinue.commands.configuring import config_of
from retinue.project import Project
from scoring.churn_definition import Inactivity
from training.config import TrainingConfig

CDNOW_TEST = datetime(1997, 12, 30)  # noqa: DTZ001 - our times are UTC without a zone
RETAIL_TEST = datetime(2010, 9, 10)  # noqa: DTZ001 - likewise


@dataclass(frozen=True)
class ModelSet:
    """One company.

    Attributes:
        name: For the table.
        files: What its tables are read from.
        tables: Opens its tables.
        config: What churn means, the last test date and the dates to learn from.
        horizons: Days ahead to judge at earlier dates. A year of data holds no earlier test of
            its own long horizon, so that settings are chosen on shorter ones there.
    """

    name: str
    files: tuple[Path, ...]
    tables: Callable[[], Tables]
    config: TrainingConfig
    horizons: tuple[int, ...]


def model_sets(data: Path | None, journey: Path, simulated: Path) -> dict[str, ModelSet]:
    """Every set with dates by the name it is asked for; nothing is opened yet.

    Args:
        data: Folder of the public data; without it the examples are left alone.
        journey: The example's folder.
        simulated: Likewise.
    """
    examples = {
        "complete_journey": _example("Complete Journey", journey),
        "simulated": _example("Simulated", simulated),
    }
    return examples if data is None else {**_public(data), **examples}


def _public(data: Path) -> dict[str, ModelSet]:
    """Orders and nothing else, of a shop and of a wholesaler."""
    cdnow, retail = data / "cdnow_master.csv", data / "online_retail_2009_2010.parquet"
    return {
        "cdnow": ModelSet(
            "CDNOW",
            (cdnow,),
            partial(cdnow_tables, data),
            TrainingConfig(
                name="cdnow",
                currency="USD",
                # Everyone is judged, as in the papers: 365 days are the data's whole past.
                churn=Inactivity(silent_days=365, horizon_days=182),
                test_as_of=CDNOW_TEST,
                warm_up=timedelta(days=91),  # the last of the customers came then
            ),
            horizons=(182, 60, 30),
        ),
        "online_retail": ModelSet(
            "Online Retail",
            (retail,),
            partial(online_retail_tables, data),
            TrainingConfig(
                name="online_retail",
                currency="GBP",
                churn=Inactivity(silent_days=182, horizon_days=90),
                test_as_of=RETAIL_TEST,
                warm_up=timedelta(days=60),
            ),
            horizons=(90, 30),
        ),
    }


def _example(name: str, folder: Path) -> ModelSet:
    """One of ours, configured by its own project file."""
    config = config_of(Project.read(folder))
    files = (folder / "retinue.toml", *sorted(folder.glob("**/*.parquet")))
    horizons = (config.churn.horizon_days,)
    return ModelSet(name, files, partial(project_tables, folder), config, horizons)
