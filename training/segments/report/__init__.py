"""The page of all classifications, its charts and tables."""
