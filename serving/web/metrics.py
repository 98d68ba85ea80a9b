"""Prometheus metrics, summed over workers where there are several."""

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # set before workers start, each writes there
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """What is counted; labels never hold a customer's id, nor a path as it was asked for."""

    def __init__(self) -> None:
        """Declare them in a registry of this application's own."""
        self._registry = CollectorRegistry()
        ours = self._registry
        self.requests = Counter(
            "retinue_requests", "Answers.", ("method", "route", "status"), registry=ours
        )
        self.seconds = Histogram(
            "retinue_request_seconds",
            "From the request to its answer's last byte.",
            ("route",),
            buckets=SECONDS,
            registry=ours,
        )
        self.running = Gauge(
            "retinue_requests_running",
            "Requests without their answer yet.",
            multiprocess_mode="livesum",
            registry=ours,
        )
        self.refused = Counter("retinue_requests_refused", "By cause.", ("cause",), registry=ours)
        self.predictions = Counter(
            "retinue_predictions", "Customers answered for.", ("status",), registry=ours
        )
        self.model = Gauge(
            "retinue_model_info",
            "1 for the model that answers, 0 for those that did.",
            ("name", "version"),
            multiprocess_mode="livemax",
            registry=ours,
        )
        self.reloads = Counter("retinue_model_reloads", "By outcome.", ("outcome",), registry=ours)

    def refuse(self, cause: str) -> None:
        """Count a refusal."""
        self.refused.labels(cause).inc()

    def page(self) -> bytes:
        """All of them in Prometheus' text format, those of every worker included."""
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        _forget_the_dead(Path(os.environ[FOLDER]))
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone)  # type: ignore[no-untyped-call] # it has no types
        return generate_latest(everyone)


def _forget_the_dead(folder: Path) -> None:
    """Drop what workers that were killed said they are doing; what they counted stays."""
    for file in folder.glob("gauge_live*.db"):
        if not _lives(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)  # only asks
    except OSError:  # it ended, or its number is another user's by now
        return False
    return True
