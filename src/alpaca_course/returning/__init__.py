"""Grades and feedback pages go back into the university's systems."""
