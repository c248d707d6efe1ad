"""Notebooks are executed: runner, kernels of several sources, cache."""
