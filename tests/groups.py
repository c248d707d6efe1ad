"""Which tests one worker of xdist takes together, and in what order: by the names of tests alone.

xdist's own marks of groups need a worker to change the names of tests, which pytest 9.2 does not
let it do.
"""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

_TESTS = "grader_tests/transfer_learning_mobilenet/tests"
_EVIDENCE = f"{_TESTS}/evidence"
# What rests on the same session's fixtures, which take half a minute and more.
_TOGETHER = {
    **{
        f"tests/browser/test_{name}.py": "tests/browser, the stages of the loop"
        for name in ("exports", "the_lesson", "the_loop")
    },
    **{
        f"{_EVIDENCE}/test_{name}.py": f"{_EVIDENCE}, real Keras"
        for name in ("collect", "grade", "prepared", "shortcuts")
    },
    **{
        f"{_TESTS}/lab/test_{name}.py": f"{_TESTS}/lab, the visible checks"
        for name in ("checks_agree", "visible_checks")
    },
    **{
        f"tests/cluster/test_{name}.py": "tests/cluster, two workers"
        for name in ("faults", "versions")
    },
}
# A class each.
_APART = "tests/batch/hostile_class/test_hostile_class.py"
# Groups that take long, by what `pytest -p tests.costs` says, in the order in which they begin. Of
# three one mostly waits, for limits and for time-outs, so that the others have the processors.
_LONG = (
    f"{_APART} lab",
    "tests/browser, the stages of the loop",
    "tests/sandbox/hostile/test_workers.py",
    f"{_EVIDENCE}, real Keras",
    "tests/browser/test_hostile_pages.py",
    "tests/cluster, two workers",
    f"{_APART} machine",
    f"{_TESTS}/lab, the visible checks",
    "tests/qualification/test_demo.py",
    "tests/batch/test_crash_safety.py",
    "tests/qualification/test_qualify.py",
    "tests/server/test_jupyterhub.py",
    f"{_TESTS}/test_gate.py",
    "tests/browser/test_pages_and_report.py",
    "tests/sandbox/hostile/test_template.py",
    "tests/batch/test_class.py",
    "tests/batch/test_names_and_places.py",
    "tests/sandbox/hostile/test_shared.py",
    "tests/authoring/test_new_lab.py",
    "tests/database/test_commands.py",
    "tests/watching/test_watch.py",
    "tests/execution/test_runner.py",
    "tests/batch/test_spellings.py",
    "tests/sandbox/hostile/test_no_orphans.py",
    f"{_TESTS}/lab/test_run.py",
    "tests/authoring/test_bundle.py",
    "tests/sandbox/hostile/test_limits.py",
    "tests/batch/test_faults.py",
    "tests/sandbox/hostile/test_neighbours.py",
    "tests/batch/test_one_truth.py",
    "tests/browser/test_feedback_while_you_wait.py",
    "tests/batch/test_template.py",
    "tests/qualification/test_rule_mutants.py",
    "tests/watching/test_faults.py",
    "tests/bounded/test_process.py",
)
_PLACE = {group: at for at, group in enumerate(_LONG)}


def group_of(nodeid: str) -> str:
    """The group of a test: its file, where nothing else is said above."""
    file, _, rest = nodeid.partition("::")
    if file == _APART:
        return f"{file} {rest.rpartition('[')[2].rstrip(']')}"
    return _TOGETHER.get(file, file)


def place_of(nodeid: str) -> int:
    """A number by which long groups come first: the last one has a machine to itself."""
    return _PLACE.get(group_of(nodeid), len(_PLACE))


class InGroups(LoadFileScheduling):
    """A worker takes one group at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
