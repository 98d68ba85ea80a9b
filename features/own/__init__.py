"""Features that a project brings itself: one row per customer, and no dates."""
