"""What a worker starts from: paths and limits, which can be sent to another process."""

from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from features.sources.postgres_address import PostgresAddress
from scoring.shelf import Shelf
from serving.access.boot import Guarding
from serving.limits import Limits
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
    """

    bundles: Path
    last_good: Path
    store: Path | PostgresAddress
    limits: Limits
    guarding: Guarding

    def model(self) -> ServedModel:
        """Load the model.

        Raises:
            BundleError: There is none that can be trusted.
        """
        return ServedModel.load(Shelf(self.bundles), self.last_good)

    def __call__(self) -> FastAPI:
        """Load what is needed and make the application."""
        gate = self.guarding.gate()
        parts = Parts(self.model(), Store(self.store), self.limits, log=logger(), gate=gate)
        return create_app(parts, documented=self.guarding.local)
