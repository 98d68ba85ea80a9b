"""The driver of load, against servers that answer as told."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from benchmarks.http_connection import request
from benchmarks.http_load import Asked, asked

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
FAILURE = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
QUESTION = (request("GET", "/"),)


@contextmanager
def answering(answer: Callable[[int], bytes]) -> Iterator[str]:
    """A server that answers the nth request as told, over kept connections."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while line := self.rfile.readline():
                while line.strip():
                    line = self.rfile.readline()
                counted.append(0)
                self.wfile.write(answer(len(counted)))
                self.wfile.flush()

    counted: list[int] = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_closed_loop_counts_good_and_bad_answers() -> None:
    with answering(lambda number: FAILURE if number % 4 == 0 else ANSWER) as url:
        found = asked(Asked(url, QUESTION, 2, 0.3, warm_up_seconds=0))
    assert found.requests > 20
    assert found.failed == pytest.approx(found.requests / 4, abs=1)
    assert found.per_second == pytest.approx((found.requests - found.failed) / 0.3, rel=0.2)


def test_an_answer_that_comes_in_pieces_is_one() -> None:
    with answering(lambda _: ANSWER[:20]) as url, pytest.raises(TimeoutError):
        asked_within(Asked(url, QUESTION, 1, 0.1, warm_up_seconds=0))
    long = b"HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n" + b"x" * 300_000
    with answering(lambda _: long) as url:
        assert asked(Asked(url, QUESTION, 1, 0.2, warm_up_seconds=0)).failed == 0


def asked_within(how: Asked, seconds: float = 1.0) -> None:
    """Ask in a thread, which is left behind where it hangs."""
    thread = threading.Thread(target=asked, args=(how,), daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError


def test_in_an_open_loop_what_a_stall_kept_waiting_is_late_from_when_it_was_due() -> None:
    def stalled_once(number: int) -> bytes:
        if number == 10:
            time.sleep(0.5)
        return ANSWER

    with answering(stalled_once) as url:
        found = asked(Asked(url, QUESTION, 1, 1.0, warm_up_seconds=0, rate=100))

    assert found.requests == 100
    # Half a second's requests waited for the one: half of all were late, by a quarter on average.
    assert found.p99_ms == pytest.approx(500, rel=0.2)
    assert found.median_ms > 1
    assert found.late == 0


def test_an_open_loop_asks_at_its_rate_however_quick_the_server_is() -> None:
    with answering(lambda _: ANSWER) as url:
        found = asked(Asked(url, QUESTION, 4, 0.5, warm_up_seconds=0, rate=40))
    assert found.requests == 20
    assert found.per_second == pytest.approx(40, rel=0.1)


def test_a_connection_that_is_cut_is_a_failure() -> None:
    def cut(number: int) -> bytes:
        if number == 3:
            raise ConnectionError
        return ANSWER

    with answering(cut) as url:
        found = asked(Asked(url, QUESTION, 2, 0.2, warm_up_seconds=0))
    assert found.failed == 1
