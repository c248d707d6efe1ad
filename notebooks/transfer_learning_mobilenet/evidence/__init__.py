"""Collectors and probes of the lab; they run beside students' code and know nothing of what is
right. :mod:`seen` says what evidence looks like, on both sides.
"""
