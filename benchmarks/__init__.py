"""Measurements beside named baselines; see `python -m benchmarks --help`."""
