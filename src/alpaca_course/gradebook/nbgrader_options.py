"""nbgrader's settings for building the release; ``nbgrader_config.py`` applies them."""

from __future__ import annotations

from traitlets.config import Config

from alpaca_course.contract.regions import HIDDEN_TESTS, SOLUTION

STUB = "# Write your code here"


def configure(c: Config) -> None:
    """Set what ``nbgrader generate_assignment`` and ``alpaca build`` share."""
    # A fresh clone has release/ but no gradebook: without this nbgrader would skip the
    # assignment, leave the gradebook empty, and fail at the first autograde.
    c.GenerateAssignment.force = True
    # nbgrader's own stub raises NotImplementedError, which hides the visible checks' messages.
    c.ClearSolutions.code_stub = {"python": STUB}
    c.ClearSolutions.begin_solution_delimeter = SOLUTION.begin
    c.ClearSolutions.end_solution_delimeter = SOLUTION.end
    c.ClearHiddenTests.begin_test_delimeter = HIDDEN_TESTS.begin
    c.ClearHiddenTests.end_test_delimeter = HIDDEN_TESTS.end
