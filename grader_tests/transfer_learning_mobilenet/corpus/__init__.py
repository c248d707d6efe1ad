"""Named solutions of the lab (right, right in another way, wrong, hostile) and their mutants."""

from grader_tests.transfer_learning_mobilenet.corpus.case import (
    Case,
    load_cases,
    plain_solutions,
)
from grader_tests.transfer_learning_mobilenet.corpus.header import (
    EXERCISES,
    FULL_POINTS,
    Header,
    HeaderError,
)
from grader_tests.transfer_learning_mobilenet.corpus.submission import (
    ExtraCell,
    build_submission,
)

__all__ = [
    "EXERCISES",
    "FULL_POINTS",
    "Case",
    "ExtraCell",
    "Header",
    "HeaderError",
    "build_submission",
    "load_cases",
    "plain_solutions",
]
