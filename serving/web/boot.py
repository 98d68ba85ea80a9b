"""What a worker starts from: paths and limits, which can be sent to another process."""

from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from features.sources.postgres_address import PostgresAddress
from scoring.shelf import Shelf
from serving.access.boot import Guarding
from serving.last_good import LastGood
from serving.limits import Limits
from serving.online import OnlineCustomers, OnlineSettings
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from serving.web.requests import logger


@dataclass(frozen=True)
class Boot:
    """Calling it makes the application; uvicorn does so in each worker.

    Attributes:
        bundles: The shelf's folder.
        last_good: Where a copy of the bundle that answers is kept.
        store: The store's file, or its database.
        limits: Of each worker.
        guarding: Who may ask.
        online: What the project maps; None where it brings features of its own.
    """

    bundles: Path
    last_good: Path
    store: Path | PostgresAddress
    limits: Limits
    guarding: Guarding
    online: OnlineSettings | None = None

    def model(self) -> ServedModel:
        """Load the model.

        Raises:
            BundleError: There is none that can be trusted.
        """
        return ServedModel.load(Shelf(self.bundles), LastGood(self.last_good))

    def __call__(self) -> FastAPI:
        """Load what is needed and make the application."""
        gate = self.guarding.gate()
        online = OnlineCustomers(self.online) if self.online else None
        store = Store(self.store)
        parts = Parts(self.model(), store, self.limits, log=logger(), gate=gate, online=online)
        return create_app(parts, documented=self.guarding.local)
