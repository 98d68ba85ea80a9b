"""Listen and serve until told to stop, in one process or in several."""

import os
import signal
import socket
import tempfile
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from serving.errors import PortError
from serving.web.metrics import FOLDER

BACKLOG = 2048
# A worker answers its parent only once it has loaded all that it needs: on a busy machine it would
# be taken for hung, and killed, before it was up.
WORKER_PATIENCE_S = 60
Application = FastAPI | Callable[[], FastAPI]


def run(
    app: Application, *, host: str, port: int, listening: Callable[[str], None], workers: int = 1
) -> None:
    """Serve; SIGINT or SIGTERM finishes what is in flight and returns.

    Args:
        app: The application, or what makes one in each worker and can be sent there.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        listening: Called with the server's URL once the port is ours.
        workers: Processes that answer; one that dies is replaced.

    Raises:
        PortError: The address cannot be listened on.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            raise PortError(
                f"cannot listen on {host}:{port}: {error.strerror}; stop what listens there, "
                "or choose another port with --port"
            ) from error
        shown = f"[{host}]" if ":" in host else host
        listening(f"http://{shown}:{listener.getsockname()[1]}")
        # No access log: its lines would hold customer ids.
        config = uvicorn.Config(
            app,
            factory=not isinstance(app, FastAPI),
            log_level="warning",
            access_log=False,
            workers=workers,
            timeout_worker_healthcheck=WORKER_PATIENCE_S,
        )
        if workers > 1:
            _several(config, listener)
            return
        # Uvicorn hands a signal on once it has shut down; it has done its work by then.
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, lambda _number, _frame: None)
        uvicorn.Server(config).run(sockets=[listener])


def _several(config: uvicorn.Config, listener: socket.socket) -> None:
    """Workers are spawned, not forked: a forked process would hang in LightGBM's threads."""
    with tempfile.TemporaryDirectory(prefix="retinue-metrics-") as folder:
        os.environ[FOLDER] = folder
        try:
            Multiprocess(config, sockets=[listener]).run()
        finally:
            del os.environ[FOLDER]
