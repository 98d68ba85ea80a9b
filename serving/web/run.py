"""Listen and serve until told to stop."""

import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from serving.errors import PortError

BACKLOG = 2048


def run(app: FastAPI, *, host: str, port: int, listening: Callable[[str], None]) -> None:
    """Serve in this process; SIGINT or SIGTERM finishes what is in flight and returns.

    Args:
        app: The application.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        listening: Called with the server's URL once the port is ours.

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
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        # Uvicorn hands a signal on once it has shut down; it has done its work by then.
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, lambda _number, _frame: None)
        uvicorn.Server(config).run(sockets=[listener])
