"""The gate: scope and rate of a key, what is counted, and a server that has no keys."""

import json

import pytest

from serving.access.audit_check import check
from serving.access.errors import ScopeLackingError, TooOftenError, UnidentifiedError
from serving.access.gate import Decision, Gate
from serving.access.rates import Rates
from serving.access.records import Rate
from serving.access.refusals import WINDOW_S
from serving.access.ring import REVOKED_WITHIN_S
from serving.access.scopes import AUDITED, MEANING, Scope
from serving.errors import StoreError
from tests.serving.access.hands import Hands, Office

ROUTE = "GET /v1/at-risk"


def asked(gate: Gate, token: str | None, scope: Scope = Scope.LISTS) -> Decision:
    """Decide and, as a server does, write what is to be written."""
    decision = gate.decide(token, scope, ROUTE)
    gate.record(decision)
    return decision


def logged(office: Office, action: str) -> list[tuple[str, dict[str, object]]]:
    """Who and details of the entries of an action, oldest first."""
    entries = office.audit.latest(1000, [action])[::-1]
    return [(entry.who, json.loads(entry.details)) for entry in entries]


@pytest.mark.parametrize("scope", Scope)
def test_a_key_opens_its_own_scope_and_no_other(office: Office, scope: Scope) -> None:
    _, token = office.make(scope)
    gate = office.gate()
    for other in Scope:
        refusal = gate.decide(token, other, ROUTE).refusal
        if other == scope:
            assert refusal is None
        else:
            assert isinstance(refusal, ScopeLackingError)
            assert f"lacks the scope `{other}`" in str(refusal)


def test_every_scope_says_what_it_is_for() -> None:
    assert set(MEANING) == set(Scope)


@pytest.mark.parametrize("scope", Scope)
def test_exports_and_erasures_are_in_the_log_before_the_answer(
    office: Office, scope: Scope
) -> None:
    key, token = office.make(*Scope)
    decision = office.gate().decide(token, scope, ROUTE)
    told = [(key.key_id, f"http.{scope}", {"route": ROUTE})] if scope in AUDITED else []
    assert decision.entries == told


def test_what_cannot_be_put_on_record_is_not_done(office: Office) -> None:
    _, token = office.make(Scope.EXPORTS)
    gate = office.gate()
    decision = gate.decide(token, Scope.EXPORTS, ROUTE)
    for file in office.database.path.parent.iterdir():
        file.unlink()
    office.database.path.parent.rmdir()
    office.database.path.parent.write_text("a file where the folder was", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        gate.record(decision)


def test_a_key_may_ask_a_burst_and_then_as_often_as_its_rate(office: Office) -> None:
    _, token = office.make(Scope.LISTS)
    gate = office.gate(rate=Rate(per_second=2, burst=3))

    assert [gate.decide(token, Scope.LISTS, ROUTE).refusal for _ in range(3)] == [None] * 3
    refused = gate.decide(token, Scope.LISTS, ROUTE)

    assert isinstance(refused.refusal, TooOftenError)
    assert refused.refusal.wait_s == pytest.approx(0.5)
    office.hands.move(seconds=0.5)
    assert gate.decide(token, Scope.LISTS, ROUTE).refusal is None
    assert gate.decide(token, Scope.LISTS, ROUTE).refusal is not None


def test_a_keys_own_rate_goes_before_the_projects(office: Office) -> None:
    _, slow = office.make(Scope.LISTS, rate=Rate(1, 1))
    _, usual = office.make(Scope.LISTS)
    gate = office.gate(rate=Rate(1, 2))
    for token, allowed in ((slow, 1), (usual, 2)):
        refusals = [gate.decide(token, Scope.LISTS, ROUTE).refusal for _ in range(3)]
        assert refusals.count(None) == allowed


def test_one_keys_haste_does_not_slow_another(office: Office) -> None:
    _, hasty = office.make(Scope.LISTS)
    _, calm = office.make(Scope.LISTS)
    gate = office.gate(rate=Rate(1, 1))
    for _ in range(100):
        gate.decide(hasty, Scope.LISTS, ROUTE)
    assert gate.decide(calm, Scope.LISTS, ROUTE).refusal is None


def test_a_question_without_its_scope_counts_against_the_rate(office: Office) -> None:
    _, token = office.make(Scope.LISTS)
    gate = office.gate(rate=Rate(1, 1))
    assert isinstance(gate.decide(token, Scope.ERASURES, ROUTE).refusal, ScopeLackingError)
    assert isinstance(gate.decide(token, Scope.ERASURES, ROUTE).refusal, TooOftenError)


def test_a_rest_fills_a_bucket_and_no_more() -> None:
    hands = Hands()
    rates = Rates(Rate(10, 20), hands.seconds)
    rates.take("a", None)
    hands.move(days=1)
    assert [rates.take("a", None).left for _ in range(20)] == list(range(19, -1, -1))
    spent = rates.take("a", None)
    assert (spent.left, spent.wait_s, spent.full_in_s) == (0, 0.1, 2)


def test_a_refused_attempt_is_in_the_log_without_the_token(office: Office) -> None:
    key, token = office.make(Scope.PREDICT)
    wrong = token[:-64] + "0" * 64
    gate = office.gate()
    for shown in (None, "rtn_000000000000_" + "0" * 64, wrong, token):
        asked(gate, shown)

    told = {"route": ROUTE, "times": 1}
    assert logged(office, "access.refused") == [
        ("unknown", told | {"reason": "no good key"}),
        ("unknown", told | {"reason": "no good key", "claimed": key.key_id}),
        (key.key_id, told | {"reason": "scope lacking"}),
    ]


def test_a_flood_of_refusals_is_a_few_entries_that_say_how_many(office: Office) -> None:
    office.make()
    gate = office.gate()
    for _ in range(2000):
        asked(gate, None)
    assert [d["times"] for _, d in logged(office, "access.refused")] == [1]

    office.hands.move(seconds=WINDOW_S)
    asked(gate, None)
    asked(gate, None)
    gate.close()

    assert [d["times"] for _, d in logged(office, "access.refused")] == [1, 1999, 1, 1]


def test_a_server_without_keys_asks_for_none_until_there_is_one(office: Office) -> None:
    gate = office.gate(open_until_first_key=True)
    assert asked(gate, None) == Decision(None)

    key, token = office.make(Scope.LISTS)
    office.hands.move(seconds=REVOKED_WITHIN_S)

    assert isinstance(asked(gate, None).refusal, UnidentifiedError)
    assert asked(gate, token).refusal is None
    office.revoke(key)
    for file in office.database.path.parent.iterdir():
        file.unlink()
    office.hands.move(seconds=REVOKED_WITHIN_S)
    assert isinstance(asked(gate, None).refusal, UnidentifiedError)


def test_a_server_that_was_not_told_to_be_open_lets_nobody_in(office: Office) -> None:
    assert isinstance(asked(office.gate(), None).refusal, UnidentifiedError)


def test_keys_that_cannot_be_read_any_more_open_nothing(office: Office) -> None:
    _, token = office.make(Scope.LISTS)
    gate = office.gate()
    assert asked(gate, token).refusal is None
    for file in office.database.path.parent.iterdir():
        file.write_bytes(b"not the pages you look for" * 300)

    office.hands.move(seconds=REVOKED_WITHIN_S)

    with pytest.raises(StoreError, match=r"cannot be read"):
        gate.decide(token, Scope.LISTS, ROUTE)


OFF = [{"hours": -5}, {"hours": 5}, {"days": -3650}, {"days": 3650}]


@pytest.mark.parametrize("off", OFF)
def test_clock_a_rate_holds_and_a_revoked_key_stays_shut_whatever_the_time_of_day(
    office: Office, off: dict[str, float]
) -> None:
    key, token = office.make(Scope.LISTS, days=None)
    gate = office.gate(rate=Rate(per_second=1, burst=2))
    assert gate.decide(token, Scope.LISTS, ROUTE).refusal is None

    office.hands.set_off(**off)

    refusals = [gate.decide(token, Scope.LISTS, ROUTE).refusal for _ in range(2)]
    assert [type(one) for one in refusals] == [type(None), TooOftenError]
    office.hands.move(seconds=REVOKED_WITHIN_S)
    assert gate.decide(token, Scope.LISTS, ROUTE).refusal is None
    office.revoke(key)
    office.hands.set_off()
    office.hands.move(seconds=REVOKED_WITHIN_S)
    assert isinstance(gate.decide(token, Scope.LISTS, ROUTE).refusal, UnidentifiedError)


def test_clock_a_key_expires_by_the_time_of_day_and_opens_again_where_that_is_set_right(
    office: Office,
) -> None:
    _, token = office.make(Scope.LISTS, days=1)
    gate = office.gate()
    for days, opens in ((0, True), (3650, False), (-3650, True), (0, True), (1, False)):
        office.hands.set_off(days=days)
        assert (gate.decide(token, Scope.LISTS, ROUTE).refusal is None) is opens


def test_clock_the_audit_log_is_sound_and_in_order_though_the_clock_went_to_and_fro(
    office: Office,
) -> None:
    _, token = office.make(Scope.EXPORTS, days=None)
    gate = office.gate()
    for off in OFF:
        office.hands.set_off(**off)
        asked(gate, token, Scope.EXPORTS)
        asked(gate, None)
    gate.close()

    entries = office.audit.latest(1000)[::-1]
    assert [one.at for one in entries] != sorted(one.at for one in entries)
    assert [one.sequence for one in entries] == [*range(1, len(entries) + 1)]
    assert check(office.audit).findings == ()
    refused = [details["times"] for _, details in logged(office, "access.refused")]
    assert refused == [1, 3]  # counted for a minute that did not pass
