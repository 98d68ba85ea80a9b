"""How models are made: labels, snapshots, splits, fit, evaluation and MLflow."""
