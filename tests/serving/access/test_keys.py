"""Keys: what is kept of them, how long they open, and who is told what."""

import json
import stat
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from serving.access import tokens
from serving.access.database import AccessDatabase
from serving.access.errors import KeyRequestError
from serving.access.gate import Gate
from serving.access.keys import LONGEST_TEXT, Wanted
from serving.access.records import Rate
from serving.access.ring import LEARNED_WITHIN_S, REVOKED_WITHIN_S
from serving.access.scopes import Scope, scopes_of
from serving.access.tokens import NOBODY, is_among, new_secret, parse
from tests.serving.access.hands import START, Office


def opens(gate: Gate, token: str | None) -> bool:
    return gate.decide(token, Scope.PREDICT, "POST /v1/predict").refusal is None


def test_a_token_holds_256_random_bits_and_the_keys_id(office: Office) -> None:
    made = [office.make() for _ in range(5)]
    for key, token in made:
        parsed = parse(token)
        assert parsed
        assert parsed[0] == key.key_id
        assert len(bytes.fromhex(parsed[1])) == 32
    assert len({token for _, token in made}) == 5


def test_no_secret_is_kept_where_its_digest_is(office: Office) -> None:
    key, token = office.make()
    second = office.rotate(key, hours=1)
    for shown in (token, second):
        _, secret = parse(shown) or ("", "")
        for file in office.database.path.parent.iterdir():
            kept = file.read_bytes()
            assert secret.encode() not in kept
            assert bytes.fromhex(secret) not in kept


def test_the_file_is_its_owners_alone(office: Office) -> None:
    office.make()
    for file in office.database.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_key_is_read_as_it_was_made(office: Office) -> None:
    key, _ = office.make(Scope.LISTS, Scope.EXPORTS, rate=Rate(2.5, 7))
    assert office.keys.all() == [key]
    assert (key.name, key.owner, key.created_at) == ("crm", "Sales IT", START)
    assert key.scopes == {Scope.LISTS, Scope.EXPORTS}
    assert key.rate == Rate(2.5, 7)


def test_a_key_opens_until_it_expires_and_not_then(office: Office) -> None:
    _, token = office.make(days=1)
    gate = office.gate()

    office.hands.move(hours=24, microseconds=-1)
    assert opens(gate, token)
    office.hands.move(microseconds=1)

    assert not opens(gate, token)


def test_a_key_without_expiry_opens_for_years(office: Office) -> None:
    _, token = office.make(days=None)
    office.hands.move(days=20_000)
    assert opens(office.gate(), token)


def test_a_revoked_key_opens_nothing_after_the_seconds_promised(office: Office) -> None:
    key, token = office.make()
    other, other_token = office.make()
    gate = office.gate()
    assert opens(gate, token)

    office.revoke(key)
    office.hands.move(seconds=REVOKED_WITHIN_S)

    assert not opens(gate, token)
    assert opens(gate, other_token)
    assert [one.revoked_at for one in office.keys.all() if one.key_id == other.key_id] == [None]


def test_a_new_key_opens_within_the_second_promised(office: Office) -> None:
    office.make()
    gate = office.gate()
    assert not opens(gate, None)
    _, token = office.make()

    office.hands.move(seconds=LEARNED_WITHIN_S)

    assert opens(gate, token)


def test_a_rotated_key_opens_with_both_secrets_for_the_overlap(office: Office) -> None:
    key, old = office.make()
    new = office.rotate(key, hours=2)
    gate = office.gate()

    assert opens(gate, old)
    assert opens(gate, new)
    office.hands.move(hours=2, microseconds=-1)
    assert opens(gate, old)
    office.hands.move(microseconds=1)

    assert not opens(gate, old)
    assert opens(gate, new)


def test_a_rotation_without_overlap_ends_the_old_secret_at_once(office: Office) -> None:
    key, old = office.make()
    new = office.rotate(key, hours=0)
    assert not opens(office.gate(), old)
    assert opens(office.gate(), new)


def test_a_rotation_never_lengthens_the_life_of_an_old_secret(office: Office) -> None:
    key, first = office.make(days=1)
    second = office.rotate(key, hours=1)
    office.rotate(key, hours=1000)

    office.hands.move(hours=1)

    assert not opens(office.gate(), first)
    assert opens(office.gate(), second)
    office.hands.move(hours=999)
    assert not opens(office.gate(), second)


def test_a_key_lives_on_with_its_name_and_scopes_when_rotated(office: Office) -> None:
    key, _ = office.make(Scope.LISTS, rate=Rate(2, 4))
    office.rotate(key, hours=1)
    (kept,) = office.keys.all()
    assert (kept.key_id, kept.name, kept.scopes, kept.rate) == (
        key.key_id,
        key.name,
        key.scopes,
        key.rate,
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token: token[:-1],
        lambda token: token + "0",
        lambda token: token.upper(),
        lambda token: f" {token}",
        lambda token: token.replace("rtn_", "rtn-"),
        lambda token: "rtn_000000000000_" + token.rpartition("_")[2],
        lambda token: token.rpartition("_")[2],
        lambda _: "",
        lambda _: "rtn__",
        lambda _: "ключ" * 30,
        lambda _: "0" * 100_000,
    ],
)
def test_a_token_that_is_not_quite_one_opens_nothing(office: Office, spoil: Any) -> None:
    _, token = office.make()
    gate = office.gate()
    assert opens(gate, token)
    assert not opens(gate, spoil(token))


def test_one_keys_secret_does_not_open_another(office: Office) -> None:
    (one, token), (other, _) = office.make(), office.make()
    assert not opens(office.gate(), token.replace(one.key_id, other.key_id))


def test_every_look_up_compares_in_constant_time_whether_a_key_exists_or_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    key, token = office.make()
    gate = office.gate()
    monkeypatch.setattr("hmac.compare_digest", compare)
    expected = {
        token: (True, 2),
        f"rtn_{key.key_id}_{new_secret()}": (False, 2),
        f"rtn_000000000000_{new_secret()}": (False, 1),
        "nonsense": (False, 1),
    }
    for shown, (good, comparisons) in expected.items():
        compared.clear()
        assert opens(gate, shown) == good
        assert compared == [(32, 32)] * comparisons


def test_a_right_digest_is_found_wherever_it_stands() -> None:
    secrets = [new_secret() for _ in range(3)]
    digests = [tokens.digest_of(secret) for secret in secrets]
    assert all(is_among(secret, digests) for secret in secrets)
    assert not is_among(new_secret(), digests)
    assert not is_among("", [NOBODY])


def test_nobody_learns_what_is_wrong_with_a_key(office: Office) -> None:
    key, revoked = office.make()
    office.revoke(key)
    expired = office.make(days=0.001)[1]
    other, _ = office.make()
    office.hands.move(days=1)
    gate = office.gate()
    shown = [None, "nonsense", revoked, expired, f"rtn_{other.key_id}_{new_secret()}"]
    said = {str(gate.decide(one, Scope.PREDICT, "POST /x").refusal) for one in shown}
    assert len(said) == 1


def test_thousands_of_questions_read_the_keys_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = office.make()
    gate, read = office.gate(), Counter[str]()
    reading = AccessDatabase.reading

    def counted(database: AccessDatabase) -> AbstractContextManager[Connection | None]:
        read["times"] += 1
        return reading(database)

    monkeypatch.setattr(AccessDatabase, "reading", counted)
    for _ in range(1000):
        opens(gate, token)
        opens(gate, "rtn_000000000000_" + "0" * 64)

    assert read["times"] == 1


def test_changes_stand_in_the_log_with_who_and_what_and_no_secret(office: Office) -> None:
    key, token = office.make(Scope.LISTS)
    office.rotate(key, hours=2)
    office.revoke(key)

    told = [(one.who, one.action, json.loads(one.details)) for one in office.audit.latest(9)[::-1]]

    about = {"key": key.key_id}
    named = {"name": "crm", "owner": "Sales IT", "scopes": "lists"}
    until = (START + timedelta(hours=2)).isoformat()
    assert told == [
        ("cli:test", "key.created", about | named),
        ("cli:test", "key.rotated", about | {"old_valid_until": until}),
        ("cli:test", "key.revoked", about),
    ]
    assert token.rpartition("_")[2] not in str(told)


def test_what_cannot_be_done_with_a_key_is_told_and_leaves_no_trace(office: Office) -> None:
    key, _ = office.make()
    office.revoke(key)
    before = office.audit.latest(99)

    with pytest.raises(KeyRequestError, match=r"was revoked at 2026-03-01.* and stays so"):
        office.rotate(key, hours=1)
    with pytest.raises(KeyRequestError, match="and stays so"):
        office.revoke(key)
    with pytest.raises(KeyRequestError, match=r"there is no key 'nobody'; `retinue keys list`"):
        office.keys.revoke("nobody", "cli:test", START)
    with pytest.raises(KeyRequestError, match=r"would have expired at .* already"):
        office.make(days=0)

    assert office.audit.latest(99) == before


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "x" * (LONGEST_TEXT + 1)])
@pytest.mark.parametrize("what", ["name", "owner"])
def test_a_key_has_a_name_and_an_owner_that_can_be_read(
    office: Office, what: str, text: str
) -> None:
    good = Wanted("crm", "me", frozenset({Scope.LISTS}), expires_at=None)
    wanted = replace(good, name=text) if what == "name" else replace(good, owner=text)
    with pytest.raises(KeyRequestError, match=f"the {what} is empty, longer"):
        office.keys.create(wanted, "cli:test", START)
    assert office.keys.all() == []


def test_unknown_scopes_are_refused_by_name() -> None:
    with pytest.raises(KeyRequestError, match=r"unknown scopes \['all'\]; name one or more of pre"):
        scopes_of(["predict", "all"])
    with pytest.raises(KeyRequestError, match=r"^no scope; name"):
        scopes_of([])
