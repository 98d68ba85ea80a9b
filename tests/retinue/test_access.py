"""The commands for keys and the audit log, and a server that will not start unsafely."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from retinue import cli, errors
from retinue.commands import serve
from retinue.project import Project
from serving.access.errors import KeyRequestError, UnsafeSettingError
from serving.access.ring import REVOKED_WITHIN_S
from serving.access.scopes import Scope
from tests.conftest import Trained
from tests.simulation import PROJECT

EVERYWHERE = "0.0.0.0"  # noqa: S104 - it is refused
MAKE = ("keys", "create", "--name", "crm", "--owner", "Sales IT", "--scope", "predict")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "retinue.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def asked(folder: Path, *command: str) -> Result:
    return CliRunner().invoke(cli.app, [*command, "--project", str(folder)])


def told(folder: Path, *command: str) -> Any:
    done = asked(folder, *command, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_key_is_made_listed_rotated_and_revoked(folder: Path) -> None:
    made = told(folder, *MAKE, "--scope", "lists", "--rate", "5")
    assert made["token"].startswith(f"rtn_{made['key_id']}_")
    assert made["scopes"] == ["lists", "predict"]
    assert made["rate"] == {"per_second": 5.0, "burst": 10}

    rotated = told(folder, "keys", "rotate", made["key_id"], "--overlap-hours", "1")
    assert rotated["token"] != made["token"]
    (listed,) = told(folder, "keys", "list")
    assert listed == {name: rotated[name] for name in listed}
    assert (listed["status"], listed["valid_secrets"]) == ("active", 2)

    assert told(folder, "keys", "revoke", made["key_id"])["status"] == "revoked"
    actions = [entry["action"] for entry in told(folder, "audit", "list")]
    assert actions == ["key.revoked", "key.rotated", "key.created"]
    who = {entry["who"] for entry in told(folder, "audit", "list")}
    assert len(who) == 1
    assert who.pop().startswith("cli:")


def test_the_token_alone_goes_to_standard_output(folder: Path) -> None:
    done = asked(folder, *MAKE)
    assert done.stdout.startswith("rtn_")
    assert done.stdout.count("\n") == 1
    assert "the only time that the token is shown" in done.stderr.replace("\n", " ")


def test_people_are_shown_tables(folder: Path) -> None:
    assert "No key was ever made; `retinue keys create`" in asked(folder, "keys", "list").stdout
    key_id = told(folder, *MAKE, "--no-expiry")["key_id"]
    shown = asked(folder, "keys", "list").stdout
    assert all(word in shown for word in (key_id, "active", "crm", "Sales", "predict", "never"))
    within = f"within {REVOKED_WITHIN_S:g} seconds"
    assert within in asked(folder, "keys", "revoke", key_id).stdout
    assert "revoked" in asked(folder, "keys", "list").stdout
    assert "key.created" in asked(folder, "audit", "list").stdout


def test_an_unknown_scope_is_a_usage_error_that_names_the_scopes(folder: Path) -> None:
    done = asked(folder, "keys", "create", "--name", "a", "--owner", "b", "--scope", "all")
    assert done.exit_code == 2
    assert all(scope in done.output for scope in Scope)


def test_an_unknown_key_is_told_in_one_line(folder: Path) -> None:
    for command in (("revoke",), ("rotate",)):
        done = asked(folder, "keys", *command, "nobody")
        assert isinstance(done.exception, KeyRequestError)
        assert "there is no key 'nobody'; `retinue keys list`" in str(done.exception)


def test_a_sound_log_is_told_with_what_to_keep_of_it(folder: Path) -> None:
    assert "empty" in asked(folder, "audit", "verify").stdout
    asked(folder, *MAKE)
    done = asked(folder, "audit", "verify")
    assert done.exit_code == 0
    kept = done.stdout.splitlines()[-1]
    asked(folder, *MAKE)
    assert asked(folder, "audit", "verify", "--kept", kept).exit_code == 0
    other = f"1:{'0' * 64}"
    assert asked(folder, "audit", "verify", "--kept", other).exit_code == 1


def test_a_log_that_was_tampered_with_exits_with_1_and_says_where(folder: Path) -> None:
    for _ in range(3):
        asked(folder, *MAKE)
    connection = sqlite3.connect(folder / "output" / "access.db")
    with connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET who = 'cli:nobody' WHERE sequence = 2")
    connection.close()

    done = asked(folder, "audit", "verify")
    machine = asked(folder, "audit", "verify", "--json")

    assert done.exit_code == machine.exit_code == 1
    assert "entry 2 was altered." in done.stdout
    assert "1 of 3 entries are not as they were written." in done.stdout
    (finding,) = json.loads(machine.stdout)["findings"]
    assert (finding["sequence"], finding["kind"]) == (2, "altered")


@pytest.mark.parametrize("kept", ["", "12", "12:ab", "x:" + "0" * 64])
def test_what_was_kept_must_be_a_number_and_a_hash(folder: Path, kept: str) -> None:
    done = asked(folder, "audit", "verify", "--kept", kept)
    assert isinstance(done.exception, errors.AuditError)
    assert "is not NUMBER:HASH" in str(done.exception)


@pytest.mark.parametrize(
    "command",
    [*(("keys", one) for one in ("create", "rotate", "revoke", "list")), ("audit", "list"),
     ("audit", "verify")],
)  # fmt: skip
def test_every_command_has_a_help_text_with_an_example(command: tuple[str, str]) -> None:
    shown = CliRunner().invoke(cli.app, [*command, "--help"]).output
    assert f"Example: retinue {' '.join(command)}" in shown


def test_a_server_for_others_will_not_start_before_there_is_a_key(folder: Path) -> None:
    project = Project.read(folder)
    with pytest.raises(UnsafeSettingError, match=r"--host 0\.0\.0\.0 .*`retinue keys create"):
        serve.guard(project, EVERYWHERE)
    key_id = told(folder, *MAKE)["key_id"]
    assert not serve.guard(project, EVERYWHERE)[0].gate().is_open()
    asked(folder, "keys", "revoke", key_id)
    assert not serve.guard(project, "127.0.0.1")[0].gate().is_open()


def test_a_server_for_this_machine_starts_open_with_a_warning(folder: Path) -> None:
    guarding, warnings = serve.guard(Project.read(folder), "127.0.0.1")
    assert guarding.gate().is_open()
    assert "no API key exists" in warnings[0]


def test_the_rate_is_the_projects(folder: Path) -> None:
    text = f"{PROJECT}\n[access]\nrequests_per_second = 1\nburst = 1\n"
    (folder / "retinue.toml").write_text(text, encoding="utf-8")
    token = told(folder, *MAKE)["token"]
    gate = serve.guard(Project.read(folder), "127.0.0.1")[0].gate()
    refusals = [gate.decide(token, Scope.PREDICT, "POST /v1/predict").refusal for _ in range(2)]
    assert [refusal is None for refusal in refusals] == [True, False]


def test_an_export_by_command_is_put_on_record_before_it_is_made(own: Trained) -> None:
    folder, list_ = own.project.folder, own.project.folder / "list-of-c7.csv"
    for command in ("at-risk", "score"):
        done = asked(folder, command, "--out", str(list_))
        assert done.exit_code == 0, done.output
    entries = told(folder, "audit", "list")
    assert [entry["action"] for entry in entries] == ["cli.exports", "cli.exports"]
    assert [entry["details"] for entry in entries] == [
        {"command": "score", "format": "csv"},
        {"command": "at-risk", "format": "csv"},
    ]
    assert all(entry["who"].startswith("cli:") for entry in entries)


def test_an_export_that_cannot_be_put_on_record_is_not_made(own: Trained) -> None:
    own.project.access.mkdir()
    list_ = own.project.folder / "list.csv"
    done = asked(own.project.folder, "at-risk", "--out", str(list_))
    assert done.exit_code != 0
    assert not list_.exists()
