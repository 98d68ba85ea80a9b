"""The whole way on real data, as a stranger would go it."""

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.build import build_features
from features.engines import connect
from features.history.before import History
from features.tables import open_tables
from retinue.project import Project
from tests.e2e.conftest import RETINUE, ROOT, Example
from tests.made_once import copy


@contextmanager
def served(example: Example, to: Path) -> Iterator[str]:
    """The example's server on a free port; on leaving, SIGTERM must end it with 0."""
    command = [str(RETINUE), "serve", "--port", "0"]
    folder = copy(example.folder, to)  # the server keeps a copy of the bundle that answers
    with (folder / "retinue.toml").open("a", encoding="utf-8") as file:
        file.write("\n[serving]\ndrain_seconds = 0\n")
    server = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        try:
            yield url
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=30) == 0


def get(url: str, body: object = None) -> Any:
    """The JSON behind a URL on this machine; a POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - our own server, over HTTP
        url, data=data, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - likewise
        return json.load(answer)


@pytest.fixture(scope="module")
def url(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(example, tmp_path_factory.mktemp("served") / "project") as address:
        yield address


def test_the_model_beats_the_recency_rule_out_of_time(example: Example) -> None:
    found = example.json("evaluate", "--as-of", "2017-10-01")

    model, rule = found["rules"]["model"], found["rules"]["recency_rule"]
    assert found["customers"] == 2317
    assert model["roc_auc"]["value"] >= 0.84
    assert model["roc_auc"]["value"] > rule["roc_auc"]["value"] + 0.05
    assert found["model_minus_recency"]["log_loss"]["high"] < 0
    assert model["calibration_error"]["value"] < 0.02


def test_reasons_add_up_on_every_household(example: Example, url: str) -> None:
    everyone = example.json("at-risk", "--top", "5000")
    ids = [line["customer_id"] for line in everyone]
    assert len(ids) == 2326

    for start in range(0, len(ids), 1000):
        body = {"customer_ids": ids[start : start + 1000], "reasons": 4}
        for said in get(f"{url}/v1/predict", body)["predictions"]:
            p = said["churn_probability"]
            parts = said["base_log_odds"] + said["other_contributions"]
            parts += sum(reason["contribution"] for reason in said["reasons"])
            assert parts == pytest.approx(said["log_odds"], abs=1e-6)
            assert np.log(p / (1 - p)) == pytest.approx(said["log_odds"], abs=1e-6)


def test_the_server_answers_what_the_run_stored(example: Example, url: str) -> None:
    line = get(f"{url}/v1/at-risk?limit=1")["customers"][0]
    profile = get(f"{url}/v1/customers/{line['customer_id']}")
    assert profile["prediction"]["churn_probability"] == line["churn_probability"]
    assert get(f"{url}/readyz")["status"] == "ready"
    assert example.json("at-risk", "--top", "1")[0] == line


def test_a_household_alone_gets_the_row_of_the_batch(example: Example) -> None:
    project = Project.read(example.folder)
    tables = open_tables(connect(), project.sources)
    as_of = datetime(2017, 10, 1)
    batch = build_features(History.before(tables, [as_of]))

    for row in (0, 700, len(batch) - 1):
        own = tables.orders.filter(
            tables.orders.customer_id.cast("string") == batch.customer_ids[row]
        )
        alone = replace(tables, rows={**tables.rows, "orders": own})
        values = build_features(History.before(alone, [as_of])).values
        np.testing.assert_array_equal(values, batch.values[row : row + 1])


def test_the_published_card_is_the_one_that_training_writes(example: Example) -> None:
    """`make docs` makes it; where it differs, the page tells of another model."""
    written = (example.folder / "output" / "model_card.md").read_text(encoding="utf-8")
    published = (ROOT / "docs" / "model_card.md").read_text(encoding="utf-8").splitlines()
    del published[1]  # by what it is made
    assert published == written.splitlines()
