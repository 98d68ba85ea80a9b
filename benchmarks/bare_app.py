"""The least that serves the same booster: FastAPI, LightGBM, and features by id in a dict.

What it leaves out is what the comparison is about: no store, calibration, segments, reasons,
limits, keys, metrics or log. It predicts on the event loop, which is the quickest for one customer.

    .venv/bin/python -m uvicorn --factory benchmarks.bare_app:make

Two environment variables name the files: BARE_BOOSTER the booster's text, BARE_ROWS the features.
"""

import os
from math import exp
from pathlib import Path

import lightgbm
import numpy as np
import orjson
from fastapi import FastAPI, Response
from pydantic import BaseModel

BOOSTER, ROWS = "BARE_BOOSTER", "BARE_ROWS"


class Question(BaseModel):
    """Whom it asks about."""

    customer_id: str


def make() -> FastAPI:
    """The application; uvicorn calls it in each worker."""
    booster = lightgbm.Booster(model_file=os.environ[BOOSTER])
    with np.load(Path(os.environ[ROWS])) as held:
        rows = dict(zip(held["ids"].tolist(), held["values"], strict=True))
    app = FastAPI()

    @app.post("/predict")
    async def predict(question: Question) -> Response:
        row = rows[question.customer_id].reshape(1, -1)
        margin = np.asarray(booster.predict(row, raw_score=True, num_threads=1)).item()
        answer = {"customer_id": question.customer_id, "probability": 1 / (1 + exp(-margin))}
        return Response(orjson.dumps(answer), media_type="application/json")

    return app
