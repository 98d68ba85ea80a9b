"""Labelled rows of a set at each test date and the dates before it, kept on disk between runs."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import joblib

from benchmarks.model_sets import ModelSet
from features.build import build_features
from features.history.before import History
from scoring.churn_definition import ChurnDefinition
from scoring.segments.scheme import Off
from scoring.value.model import ValueModel
from training.config import TrainingConfig
from training.errors import TrainingError
from training.snapshots import Snapshots, build_snapshots
from training.splits import TimeSplit, split_dates
from training.value.fit import fit_value

ROOT = Path(__file__).parents[1]
# Whatever decides which rows there are and what is in them; how a model is fitted does not.
CODE = (
    "features",
    "scoring/churn_definition.py",
    "training/labels.py",
    "training/snapshots.py",
    "training/span.py",
    "training/splits.py",
    "training/value",
    "benchmarks/model_sets.py",
    "benchmarks/model_snapshots.py",
)


@dataclass(frozen=True)
class Labelled:
    """What is kept on disk.

    Attributes:
        churn: What the labels mean.
        splits: Of each test date, the latest first.
        snapshots: Rows of every date of every split.
        value: What is still to come of everyone known at the latest test; no label enters it.
    """

    churn: ChurnDefinition
    splits: tuple[TimeSplit, ...]
    snapshots: Snapshots
    value: ValueModel | Off

    def origins(self, config: TrainingConfig) -> "Iterator[Origin]":
        """One test after the other."""
        for split in self.splits:
            yield Origin(
                replace(config, churn=self.churn, test_as_of=split.test),
                split,
                self.snapshots.at(split.dates),
                self.value,
            )


@dataclass(frozen=True)
class Origin:
    """One test date, what may be learned from before it, and what customers are worth."""

    config: TrainingConfig
    split: TimeSplit
    snapshots: Snapshots
    value: ValueModel | Off


def last_origin(one: ModelSet, cache: Path | None = None) -> Origin:
    """The test that figures are published of.

    Raises:
        TrainingError: The data is too short to learn from before it.
    """
    kept = _kept(cache, one, "last", lambda: _labelled(one, [one.config]))
    return next(kept.origins(one.config))


def earlier_origins(one: ModelSet, most: int, cache: Path | None = None) -> list[Origin]:
    """Tests whose labels all end by the last test's date: to choose settings by.

    From the last test's date backwards in steps of a reach, for the longest of the set's horizons
    that leaves anything to learn from before one.

    Raises:
        TrainingError: None does.
    """
    kept = _kept(cache, one, f"{most} earlier", lambda: _earlier(one, most))
    return [*kept.origins(one.config)]


def _earlier(one: ModelSet, most: int) -> Labelled:
    tables = one.tables()
    last = one.config.test_as_of or split_dates(one.config, tables).test
    why = None
    for horizon in one.horizons:
        churn = replace(one.config.churn, horizon_days=horizon)
        configs: list[TrainingConfig] = []
        while len(configs) < most:
            test = last - churn.reach * (len(configs) + 1)
            config = replace(one.config, churn=churn, test_as_of=test)
            try:
                split_dates(config, tables)
            except TrainingError as error:
                why = error
                break
            configs.append(config)
        if configs:
            return _labelled(one, configs)
    raise TrainingError(f"{one.name} has no earlier date to test at: {why}")


def _labelled(one: ModelSet, configs: Sequence[TrainingConfig]) -> Labelled:
    """All dates of all tests in one pass over the tables."""
    tables = one.tables()
    splits = tuple(split_dates(config, tables) for config in configs)
    dates = sorted({date for split in splits for date in split.dates})
    churn = configs[0].churn
    known = build_features(History.before(tables, dates[-1:]))
    value = fit_value(known, configs[0].value)
    return Labelled(churn, splits, build_snapshots(tables, churn, dates), value)


def _kept(cache: Path | None, one: ModelSet, what: str, make: Callable[[], Labelled]) -> Labelled:
    if cache is None:
        return make()
    config = one.config
    asked = (config.churn, config.test_as_of, config.snapshot_every, config.warm_up, one.horizons)
    stats = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in one.files]
    digest = hashlib.sha256(repr((asked, stats, what)).encode())
    for place in CODE:
        for file in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]:
            digest.update(file.read_bytes())
    path = cache / f"{config.name}-{digest.hexdigest()[:16]}.joblib"
    if path.exists():
        kept: Labelled = joblib.load(path)
        return kept
    made = make()
    cache.mkdir(parents=True, exist_ok=True)
    joblib.dump(made, path)
    return made
