"""Collectors and probes of the lab; they run beside students' code and know nothing of what is
right. :mod:`seen` says what evidence looks like, on both sides.
"""

from __future__ import annotations

from alpaca_course.keras_probe.steady import settle

__all__ = ["settle"]
