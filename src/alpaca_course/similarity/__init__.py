"""Graded cells that are unusually alike: shown to a person, and never scored."""
