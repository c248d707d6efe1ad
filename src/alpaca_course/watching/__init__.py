"""Grading hand-ins as they come: `alpaca watch`."""
