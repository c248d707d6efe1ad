"""The one error whose text is for people."""

from __future__ import annotations


class CourseError(Exception):
    """Something a person can mend: what happened, and what to do about it.

    The command line prints the text as a sentence and ends with code 1. Where nobody can be told,
    as in a test, it is an error like any other. A traceback that a user sees is a bug.
    """
