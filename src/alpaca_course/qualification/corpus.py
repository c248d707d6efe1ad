"""Load the corpus that lies beside the hidden tests, in the trusted process only."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from alpaca_course.errors import CourseError
from alpaca_course.judging.loading import lab_modules, load_grader_module
from alpaca_course.lab import Lab

if TYPE_CHECKING:
    from grader_tests.transfer_learning_mobilenet.corpus import Case
    from grader_tests.transfer_learning_mobilenet.corpus.mutants import Mutant


def load_cases(lab: Lab) -> list[Case]:
    """All named cases of the lab.

    Raises:
        CourseError: a case file is not complete.
    """
    corpus = _module(lab, "corpus")
    try:
        return list(corpus.load_cases())
    except corpus.HeaderError as error:
        raise CourseError(str(error)) from error


def load_mutants(lab: Lab, reference: dict[str, str]) -> tuple[list[Mutant], dict[str, str]]:
    """All mutants of the reference's graded cells, and the reasons of the equivalent ones.

    Raises:
        CourseError: the list of equivalent mutants is not complete.
    """
    module = _module(lab, "corpus.mutants")
    try:
        return list(module.mutants(reference)), dict(module.load_equivalent())
    except (ValueError, OSError) as error:
        raise CourseError(str(error)) from error


def _module(lab: Lab, name: str) -> ModuleType:
    with lab_modules(lab):
        return load_grader_module(lab, name)
