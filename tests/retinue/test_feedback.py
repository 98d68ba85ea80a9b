"""`retinue feedback fit`: what it learns from, what it writes and what it says."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from features.errors import TableError
from features.sentiment.model import SentimentModel
from retinue.commands.feedback import read_own_texts, run
from retinue.project import Project
from training.errors import TrainingError

PROJECT = """
name = "shop"
currency = "EUR"

[churn]
silent_days = 60
horizon_days = 28

[training]
bootstrap_samples = 100

[tables.orders]
source = "orders.parquet"

[tables.orders.columns]
customer_id = "who"
ordered_at = "at"
amount = "amount"
"""
FEEDBACK = """
[tables.feedback]
source = "feedback.parquet"

[tables.feedback.columns]
customer_id = "who"
given_at = "given"
score = "stars"
text = "said"
scale = { sql = "'stars_1_5'" }
"""
JANUARY = datetime(2024, 1, 1)
JULY = datetime(2024, 7, 1)


def project(folder: Path, rows: int = 600, *, tables: str = FEEDBACK, jargon: bool = True) -> Path:
    """A shop whose customers praise and blame in words of their own; they write one a quarter."""
    random = np.random.default_rng(1)
    stars = random.choice([1, 2, 3, 4, 5], rows)
    telling = {True: ["wazzy", "zupi"], False: ["blurg", "knarz"]}
    said = []
    for star in stars:
        high = bool(star > 3) if jargon else bool(random.random() < 0.5)
        said.append(" ".join(random.permutation([*telling[high], "order", "came", "again"])))
    table = {
        "who": [f"c{place // 2}" for place in range(rows)],
        "given": [JANUARY + timedelta(hours=7 * place) for place in range(rows)],
        "stars": stars,
        "said": said,
    }
    parquet.write_table(pa.table(table), folder / "feedback.parquet")
    (folder / "retinue.toml").write_text(PROJECT + tables, encoding="utf-8")
    return folder


def test_a_better_model_is_written_with_its_facts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Project.read(project(tmp_path))

    run(shop, JULY, as_json=False)

    printed = capsys.readouterr().out
    assert "The model is kept: its log loss on customers it never saw is 0." in printed
    model = SentimentModel.read(shop.sentiment)
    assert model.learned_until == JULY
    assert model.predict(["wazzy zupi"]).label.tolist() == ["positive"]
    facts = json.loads(shop.sentiment.with_suffix(".json").read_text(encoding="utf-8"))
    assert facts["kept"] is True
    assert facts["learned_until"] == "2024-07-01T00:00:00"
    assert facts["own"]["accuracy"] > facts["shipped"]["accuracy"]
    assert sum(facts["left_out"].values()) + facts["texts"] + facts["held_out_texts"] == 600


def test_a_model_that_is_no_better_is_not_written_and_replaces_an_earlier_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Project.read(project(tmp_path))
    run(shop, JULY, as_json=True)
    project(tmp_path, jargon=False)
    capsys.readouterr()

    run(shop, JULY, as_json=True)

    facts = json.loads(capsys.readouterr().out)
    assert facts["kept"] is False
    assert "not kept" in facts["why"]
    assert not shop.sentiment.exists()


def test_texts_of_later_are_not_learned_from(tmp_path: Path) -> None:
    shop = Project.read(project(tmp_path))
    end = JANUARY + timedelta(hours=70)

    found = read_own_texts(shop, SentimentModel.shipped(), end)

    assert len(found.texts) + sum(found.left_out.values()) == 10


def test_texts_not_yet_known_are_not_learned_from(tmp_path: Path) -> None:
    late = FEEDBACK + 'known_at = { sql = "given + INTERVAL 14 HOUR" }\n'
    shop = Project.read(project(tmp_path, tables=late))

    found = read_own_texts(shop, SentimentModel.shipped(), JANUARY + timedelta(hours=70))

    assert len(found.texts) + sum(found.left_out.values()) == 9


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    shop = Project.read(project(tmp_path))
    run(shop, JULY, as_json=True)
    first = shop.sentiment.read_bytes()
    rows = parquet.read_table(tmp_path / "feedback.parquet")
    parquet.write_table(
        rows.take(np.random.default_rng(2).permutation(600)), tmp_path / "feedback.parquet"
    )

    run(shop, JULY, as_json=True)

    assert shop.sentiment.read_bytes() == first


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    shop = Project.read(project(tmp_path, tables=""))
    with pytest.raises(TableError, match=r"there is no \[tables.feedback\]"):
        run(shop, JULY, as_json=True)
    unscaled = FEEDBACK.replace("scale", "channel")
    shop = Project.read(project(tmp_path, tables=unscaled))
    with pytest.raises(TableError, match=r"columns \['scale'\] are not mapped"):
        run(shop, JULY, as_json=True)
    wordy = FEEDBACK.replace('"stars"', '"said"')
    shop = Project.read(project(tmp_path, tables=wordy))
    with pytest.raises(TableError, match="a value does not fit its column"):
        run(shop, JULY, as_json=True)
    shop = Project.read(project(tmp_path))
    with pytest.raises(TrainingError, match="0 positive and 0 negative texts to learn from"):
        run(shop, JANUARY, as_json=True)


def test_the_command_has_a_help_text_with_an_example() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "from retinue.cli import main; main()", "feedback", "fit", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Example: retinue feedback fit" in shown.stdout
