"""Models of features that a project brings itself, judged by customer instead of time."""
