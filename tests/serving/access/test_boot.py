"""What must be safe before a server starts."""

from pathlib import Path

import pytest

from serving.access.boot import check_settings, is_loopback
from serving.access.errors import UnsafeSettingError


@pytest.fixture
def access(tmp_path: Path) -> Path:
    file = tmp_path / "access.db"
    file.touch(0o600)
    return file


@pytest.fixture
def store(tmp_path: Path) -> Path:
    file = tmp_path / "store.db"
    file.touch(0o600)
    return file


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_this_machine_alone_is_told_from_others(host: str) -> None:
    assert is_loopback(host)


EVERYWHERE = "0.0.0.0"  # noqa: S104 - it is refused


@pytest.mark.parametrize(
    "host", [EVERYWHERE, "::", "", "192.168.1.2", "example.org", "localhost.example.org", "127.0.0"]
)
def test_others_are_told_from_this_machine_alone(host: str, access: Path, store: Path) -> None:
    assert not is_loopback(host)
    with pytest.raises(UnsafeSettingError, match=r"no API key exists.*`retinue keys create "):
        check_settings(host, any_key=False, access=access, store=store)
    (warning,) = check_settings(host, any_key=True, access=access, store=store)
    assert "without TLS" in warning


def test_on_this_machine_a_server_without_keys_warns(access: Path, store: Path) -> None:
    (warning,) = check_settings("127.0.0.1", any_key=False, access=access, store=store)
    assert "anyone on this machine may ask anything; `retinue keys create`" in warning
    assert check_settings("127.0.0.1", any_key=True, access=access, store=store) == []


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_keys_that_others_may_write_are_refused(access: Path, store: Path, mode: int) -> None:
    access.chmod(mode)
    with pytest.raises(UnsafeSettingError, match=r"make themselves a key; run `chmod 600 /"):
        check_settings("127.0.0.1", any_key=True, access=access, store=store)


def test_files_that_every_user_may_read_are_warned_of(access: Path, store: Path) -> None:
    access.chmod(0o644)
    store.chmod(0o644)
    warnings = check_settings("::1", any_key=True, access=access, store=store)
    assert [warning.partition(":")[0] for warning in warnings] == [str(access), str(store)]
    assert all("every user of this machine may read" in warning for warning in warnings)


def test_files_that_are_not_there_yet_are_no_fault(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    assert check_settings("::1", any_key=True, access=absent, store=absent) == []
