"""The benchmark of churn models on a table without dates, over a drawn one."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from benchmarks.model_judging import Refused
from benchmarks.model_own import JudgedByCustomer, OwnSet, judge_by_customer
from benchmarks.model_report import add_to, page
from tests.own_tables import lines, source_of, write
from training.config import ModelSettings

SETTINGS = ModelSettings(learning_rate=0.2, min_data_in_leaf=20, most_rounds=20, patience=5)
BASELINES = {"plain_lightgbm", "logistic_regression", "base_rate"}


def judged(rows: list[dict[str, str]], folder: Path) -> JudgedByCustomer | Refused:
    source = source_of(write(rows, folder / "members.csv"))
    return judge_by_customer(OwnSet("Members", source, SETTINGS), None, samples=20)


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> JudgedByCustomer:
    found = judged(lines(400), tmp_path_factory.mktemp("members"))
    assert isinstance(found, JudgedByCustomer)
    return found


def test_baselines_that_apply_are_judged_and_the_others_named(members: JudgedByCustomer) -> None:
    assert set(members.rules) == {"model", *BASELINES}
    assert set(members.model_minus) == BASELINES

    shown = page([members], {"Members": "the command"})

    assert "Not applicable are recency rule, three-term logistic, BG/NBD" in shown
    verdict = next(line for line in shown.splitlines() if line.startswith("| Members |"))
    assert verdict.count("does not apply") == 2
    assert all(name in shown for name in ("one-hot logistic", "plain LightGBM", "prior rate"))


def test_a_set_takes_its_own_place_and_leaves_others_and_their_commands(
    members: JudgedByCustomer, tmp_path: Path
) -> None:
    add_to(tmp_path, [Refused("A", "too few")], {"A": "first"})
    add_to(tmp_path, [members], {"Members": "second"})
    add_to(tmp_path, [Refused("A", "too many")], {"A": "third"})

    raw = json.loads((tmp_path / "models.json").read_text(encoding="utf-8"))
    assert raw["commands"] == {"A": "third", "Members": "second"}
    assert [one["name"] for one in raw["sets"]] == ["A", "Members"]
    assert raw["sets"][0]["why"] == "too many"
    read = TypeAdapter(JudgedByCustomer).validate_python(raw["sets"][1])
    assert read == members
    told = (tmp_path / "models.md").read_text(encoding="utf-8")
    assert "    # A\n    third\n    # Members\n    second\n" in told


def test_a_table_that_nothing_can_be_learned_from_is_told_so(tmp_path: Path) -> None:
    found = judged(lines(80), tmp_path)
    assert isinstance(found, Refused)
    assert "80 customers" in found.why
