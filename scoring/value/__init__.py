"""Remaining customer value: what a customer may still be expected to bring."""
