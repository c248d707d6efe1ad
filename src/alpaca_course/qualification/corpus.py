"""Load the corpus that lies beside the hidden tests, in the trusted process only."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from alpaca_course.course import Course

if TYPE_CHECKING:
    from grader_tests.transfer_learning_mobilenet.corpus import Case
    from grader_tests.transfer_learning_mobilenet.corpus.mutants import Mutant

PACKAGE = "grader_tests"


class CorpusError(Exception):
    """The corpus cannot be used; the text names the file and what is wrong."""


def load_cases(course: Course) -> list[Case]:
    """All named cases of the course.

    Raises:
        CorpusError: a case file is not complete.
    """
    corpus = _module(course, "corpus")
    try:
        return list(corpus.load_cases())
    except corpus.HeaderError as error:
        raise CorpusError(str(error)) from error


def load_mutants(course: Course, reference: dict[str, str]) -> tuple[list[Mutant], dict[str, str]]:
    """All mutants of the reference's graded cells, and the reasons of the equivalent ones.

    Raises:
        CorpusError: the list of equivalent mutants is not complete.
    """
    module = _module(course, "corpus.mutants")
    try:
        return list(module.mutants(reference)), dict(module.load_equivalent())
    except (ValueError, OSError) as error:
        raise CorpusError(str(error)) from error


def _module(course: Course, name: str) -> ModuleType:
    # The folder of the hidden tests is deliberately on no path: it is found by where it lies.
    if PACKAGE not in sys.modules:
        package = ModuleType(PACKAGE)
        package.__path__ = [str(course.rules)]
        sys.modules[PACKAGE] = package
    return importlib.import_module(f"{PACKAGE}.{name}")
