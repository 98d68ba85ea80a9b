"""Spark computes what DuckDB computes: the same rows, to 1e-9, on every feature."""
