"""Handing out and collecting through nbgrader's exchange."""
