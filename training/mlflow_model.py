"""The bundle as an MLflow pyfunc model: the code that MLflow stores and runs to load it."""

from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from features.build import FeatureRows
from scoring.bundle import Bundle
from scoring.churn import probability


class BundleModel(PythonModel):
    """Churn probability of feature rows, by the bundle logged beside this code."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load and verify the bundle."""
        self.bundle = Bundle.load(Path(context.artifacts["bundle"]))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: object = None
    ) -> pd.DataFrame:
        """Score rows of features.

        Args:
            context: Unused; MLflow passes it.
            model_input: One float64 column per feature of the bundle, NaN for null.
            params: Unused; MLflow passes it.

        Returns:
            One column, churn_probability, in the rows' order.
        """
        del context, params
        names = self.bundle.manifest.feature_names
        values = model_input[list(names)].to_numpy(dtype=np.float64)
        log_odds = self.bundle.parts.churn.log_odds(FeatureRows.of_nobody(values, names))
        return pd.DataFrame({"churn_probability": probability(log_odds)})


mlflow.models.set_model(BundleModel())
