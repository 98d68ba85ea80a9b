"""The project file is read strictly, and mistakes are named where they stand."""

from datetime import datetime
from pathlib import Path

import pytest

from features.sources.postgres_address import PostgresAddress
from features.sources.source import Files, Lookup, SqlExpression
from retinue.errors import ProjectError
from retinue.project import Project
from scoring.churn_definition import Cadence, Event, Inactivity, SubscriptionEnd
from tests.simulation import PROJECT


def read(folder: Path, text: str) -> Project:
    (folder / "retinue.toml").write_text(text, encoding="utf-8")
    return Project.read(folder)


def test_a_folder_or_the_file_itself_may_be_named(tmp_path: Path) -> None:
    by_folder = read(tmp_path, PROJECT)
    by_file = Project.read(tmp_path / "retinue.toml")
    assert by_folder.sections == by_file.sections
    assert by_folder.churn == Inactivity(silent_days=60, horizon_days=28)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    lookup = '[tables.orders]\nlookup = { source = "../l.csv", key = "k" }'
    project = read(tmp_path, PROJECT.replace("[tables.orders]", lookup))

    orders = project.sources["orders"]
    assert orders.place == Files(tmp_path / "orders.parquet")
    assert orders.lookup == Lookup(Files(tmp_path / "../l.csv"), "k")
    assert project.sources["events"].columns["kind"] == SqlExpression("'visit'")
    assert project.store == tmp_path / "output" / "store.db"
    assert project.mlruns == tmp_path / "mlruns"


def test_a_store_may_be_in_a_database_whose_password_is_in_the_environment(tmp_path: Path) -> None:
    def store(url: str, **environment: str) -> Path | PostgresAddress:
        text = f'{PROJECT}\n[store]\nurl = "{url}"\n'
        (tmp_path / "retinue.toml").write_text(text, encoding="utf-8")
        return Project.read(tmp_path, environment).store

    plain = PostgresAddress("postgresql://me@db/crm")
    assert store("postgresql://me@db/crm") == plain
    assert store("postgresql+psycopg://me@db/crm") == plain
    assert store("${STORE}", STORE="postgresql+psycopg://me@db/crm") == plain
    secret = store("postgresql+psycopg://me:${SECRET}@db/crm", SECRET="a/b@c")  # noqa: S106
    assert secret == PostgresAddress("postgresql://me:a%2Fb%40c@db/crm")
    assert str(secret) == str(plain)
    assert "a%2Fb" not in repr(secret)


def test_keys_are_in_a_file_wherever_the_store_is(tmp_path: Path) -> None:
    project = read(tmp_path, f'{PROJECT}\n[store]\nurl = "postgresql://me@db/crm"\n')
    assert project.access == tmp_path / "output" / "access.db"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://me:hunter2@db/crm", r"\[store\]: url holds a password; write \$"),
        ("postgresql://me@db/crm?password=hunter2", r"\[store\]: url holds a password"),
        ("postgresql://me:${SECRET}@db/crm", r"\[store\]: url asks for \$\{SECRET\}; set SECRET"),
        ("mysql://me:hunter2@db/crm", r"\[store\]: url is no address of a PostgreSQL database"),
        ("store.db", r"no address of a PostgreSQL database; write it as postgresql://user@host"),
    ],
)
def test_an_address_of_a_store_that_cannot_be_is_refused_and_not_shown(
    tmp_path: Path, url: str, said: str
) -> None:
    (tmp_path / "retinue.toml").write_text(f'{PROJECT}\n[store]\nurl = "{url}"\n', "utf-8")
    with pytest.raises(ProjectError, match=said) as refused:
        _ = Project.read(tmp_path, {}).store
    assert "hunter" not in str(refused.value)


def test_at_least_one_run_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, PROJECT).sections.store.kept_runs == 3
    with pytest.raises(ProjectError, match=r"\[store\] kept_runs: .*greater than or equal to 1"):
        read(tmp_path, f"{PROJECT}\n[store]\nkept_runs = 0\n")


def test_each_definition_of_churn_has_keys_of_its_own(tmp_path: Path) -> None:
    cadence = 'definition = "cadence"\nusual_gaps = 3\nsilent_days = 60'
    ends = 'definition = "subscription_end"\ngrace_days = 7'
    event = 'definition = "event"\nkind = ["b", "a", "b"]\nmeans = "did"'

    by_pace = read(tmp_path, PROJECT.replace("silent_days = 60", cadence)).churn
    by_end = read(tmp_path, PROJECT.replace("silent_days = 60", ends)).churn

    by_event = read(tmp_path, PROJECT.replace("silent_days = 60", event)).churn

    assert by_event == Event(("a", "b"), "did", horizon_days=28)
    assert by_pace == Cadence(usual_gaps=3, silent_days=60, horizon_days=28)
    assert by_end == SubscriptionEnd(horizon_days=28, grace_days=7)


def test_a_date_becomes_midnight(tmp_path: Path) -> None:
    text = PROJECT.replace("[training]", "[training]\ntest_as_of = 2024-08-01")
    midnight = datetime(2024, 8, 1)
    assert read(tmp_path, text).sections.training.values()["test_as_of"] == midnight


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("silent_days = 60", "silent_dais = 60", r"\[churn\] silent_dais is not a known key"),
        ("silent_days = 60", "", r"\[churn\] silent_days is missing"),
        (
            "silent_days = 60",
            'definition = "event"\nkind = "visit"\nmeans = "did_not"',
            r'\[churn\] means = "did_not" needs recent_days',
        ),
        (
            "silent_days = 60",
            "silent_days = 0",
            r"\[churn\] silent_days: .* greater than 0, found 0",
        ),
        ("silent_days = 60", 'silent_days = "many"', r"silent_days: .* integer.*, found 'many'"),
        (
            "silent_days = 60",
            'definition = "whim"\nsilent_days = 60',
            r"churn: definition must be one of inactivity, cadence, subscription_end, event, found",
        ),
        (
            "silent_days = 60",
            'definition = "cadence"\nsilent_days = 60',
            r"\[churn\] usual_gaps is missing",
        ),
        (
            "silent_days = 60",
            'definition = "subscription_end"\ngap_days = 7',
            r"\[churn\] gap_days is not a known key",
        ),
        ("[churn]", "[chrun]", r"churn is missing; chrun is not a known key"),
        ('currency = "EUR"', 'currency = "euro"', r"currency: .* found 'euro'"),
        (
            "[training]",
            "[segments.risk]\nhigh = 0.6\n[training]",
            r"\[segments.risk\] .*must descend",
        ),
        ("[churn]", "[churn", "cannot be read as TOML: "),
    ],
)
def test_a_mistake_is_named_in_one_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=said) as refused:
        read(tmp_path, PROJECT.replace(old, new, 1))
    assert "\n" not in str(refused.value)
    assert "retinue.toml" in str(refused.value)


def test_a_file_that_is_not_there_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"no project file .*; go to its folder, or .*--project"):
        Project.read(tmp_path)
