"""Retinue's speed and memory beside the same work written by hand, timed in the same run."""
