"""Classes in which every second submission is hostile or broken, graded as any class is.

Honest submissions get what they get alone, hostile ones gain nothing, nothing outside is read,
written, reached or left behind, the batch ends, and every state has a reason.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from itertools import pairwise

import pytest

from alpaca_course.batch.grade import autograded_notebook
from alpaca_course.contract.states import State
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.records import Record
from tests.batch.hostile_class.canaries import running
from tests.batch.hostile_class.conftest import GradedClass

# The first of them waits until the whole class is graded.
pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(3600)]

MIB = 2**20


def test_the_class_is_large_and_every_second_one_is_hostile(graded: GradedClass) -> None:
    kinds = Counter(member.kind for member in graded.members.values())
    assert kinds.total() >= 50
    assert kinds["honest"] == kinds["hostile"] + kinds["broken"]
    assert kinds["hostile"] >= 25


def test_the_batch_ends_and_every_submission_has_a_state(graded: GradedClass) -> None:
    assert set(graded.rows) == set(graded.members), graded.graded.err
    wrong = {
        student: (row["state"], row["error"])
        for student, row in graded.rows.items()
        if row["state"] not in graded.members[student].states
    }
    assert wrong == {}
    # The exit code says that some were refused, and some need a person.
    assert graded.graded.code == 3
    states = Counter(row["state"] for row in graded.rows.values())
    assert {state: n for state, n in graded.graded.json["counts"].items() if n} == states
    broken = any(member.kind == "broken" for member in graded.members.values())
    assert states.keys() == ({*State} if broken else {State.GRADED, State.NEEDS_PERSON})


def test_honest_submissions_get_what_they_get_alone(graded: GradedClass) -> None:
    honest = {name: each for name, each in graded.members.items() if each.kind == "honest"}
    different = {}
    for student, member in honest.items():
        wanted, found = graded.alone[member.twin], graded.record(student)
        assert wanted.points == sum(member.most.values())
        if (found.state, _verdicts(found)) != (wanted.state, _verdicts(wanted)):
            different[student] = (found.state.value, found.ending, found.points, wanted.points)
    assert different == {}


def test_records_of_honest_submissions_are_as_alone_byte_for_byte(graded: GradedClass) -> None:
    honest = {name: each for name, each in graded.members.items() if each.kind == "honest"}
    different = {
        student: (_kept(graded.record(student)), _kept(graded.alone[member.twin]))
        for student, member in honest.items()
        if _kept(graded.record(student)) != _kept(graded.alone[member.twin])
    }
    assert different == {}


def test_the_grader_stays_small_and_its_writer_goes_on(graded: GradedClass) -> None:
    """Whatever kernels send: the coordinator and both workers together, as the largest sample."""
    times = sorted(
        autograded_notebook(graded.course, graded.lab, student).stat().st_mtime
        for student in graded.members
    )
    pause = max(later - before for before, later in pairwise(times))
    print(f"grader and workers: {graded.graded.memory:.0f} MiB; longest pause: {pause:.1f} s")
    assert graded.graded.memory < 400


def test_hostile_submissions_gain_nothing(graded: GradedClass) -> None:
    gains = {}
    for student, member in graded.members.items():
        points = {name: each.points for name, each in graded.record(student).verdicts.items()}
        if any(points[name] > member.most[name] for name in points) or (
            member.exact and points != member.most
        ):
            gains[student] = (points, dict(member.most))
    assert gains == {}


def test_the_gradebook_holds_the_points_of_the_records(graded: GradedClass) -> None:
    full = sum(each.points for each in ReleasedLab.load(graded.lab).exercises)
    with NbGrader(graded.course, graded.lab).gradebook() as gradebook:
        for student in graded.members:
            booked = gradebook.find_submission(graded.lab.name, student)
            assert booked.score == graded.record(student).points, student
            assert booked.max_score == full
        assert len(gradebook.students) == len(graded.members)


def test_no_secret_is_in_anything_that_grading_made(graded: GradedClass) -> None:
    assert graded.canaries.readers() == []
    for student in graded.members:
        printed = json.dumps([cell.get("outputs", []) for cell in graded.notebook(student).cells])
        for word in ("WROTE", "CHANGED", "CONNECTED", "lowered"):
            assert word not in printed, student


def test_nothing_outside_is_changed_or_reached(graded: GradedClass) -> None:
    assert graded.canaries.changed() == []
    assert graded.canaries.planted() == []
    assert graded.canaries.visitors() == []


def test_nothing_is_left_running_or_lying(graded: GradedClass) -> None:
    assert running() == []
    for run in (graded.graded, graded.again, graded.feedback):
        assert run.left == ()
        assert run.temporary == ()


def test_what_is_kept_is_small(graded: GradedClass) -> None:
    """Attackers print 200 MB and fill disks; what grading keeps of one of them stays small."""
    course = graded.course
    for student in graded.members:
        assert autograded_notebook(course, graded.lab, student).stat().st_size < 6 * MIB, student
    kept = sum(
        path.stat().st_size
        for folder in (course.autograded, course.execution_cache, course.evidence_store)
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert kept < 100 * MIB


def test_nothing_of_a_student_is_in_the_course(graded: GradedClass) -> None:
    """Of the files that were handed in, only the notebook's cells go anywhere."""
    for student in graded.members:
        folder = autograded_notebook(graded.course, graded.lab, student).parent
        assert [path.name for path in folder.iterdir()] == [graded.lab.file_name]


def test_every_state_has_a_reason_everywhere(graded: GradedClass) -> None:
    """JSON, record, gradebook and feedback page say the same, in words for students."""
    lab = graded.lab
    with NbGrader(graded.course, graded.lab).gradebook() as gradebook:
        for student in graded.members:
            record, row = graded.record(student), graded.rows[student]
            notes = [*record.reasons, *record.repairs]
            if student not in graded.starved:
                assert row["reasons"] + row["repairs"] == [note.to_json() for note in notes]
            assert bool(notes) == (record.state is not State.GRADED)
            page = graded.page(student)
            comments = [
                gradebook.find_comment(exercise, lab.notebook, lab.name, student).comment or ""
                for exercise in record.verdicts
            ]
            for note in notes:
                assert len(note.text.split()) >= 4
                assert all(note.text in comment for comment in comments), student
                assert _words(note.text) in _words(page), student


def test_every_missing_point_has_a_reason_on_the_page(graded: GradedClass) -> None:
    for student in graded.members:
        page = _words(graded.page(student))
        for verdict in graded.record(student).verdicts.values():
            if verdict.points == verdict.max_points:
                continue
            said = [verdict.reason] if verdict.reason else []
            said += [each.message.seen for each in verdict.failed if each.message is not None]
            # Told below what kept it from being checked.
            said += [each.title for each in verdict.undecided]
            assert said, student
            assert all(_words(text) in page for text in said), student


def test_the_table_says_it_too_and_a_second_run_grades_nothing_again(graded: GradedClass) -> None:
    assert graded.again.code == 3
    lines = graded.again.out.splitlines()
    for student in graded.members:
        record = graded.record(student)
        line = next(each for each in lines if each.startswith(student))
        assert record.state.value in line
        for note in (*record.reasons, *record.repairs)[:1]:
            assert note.code in line
    # No sandbox was started and nothing executed: records are as the first run wrote them.
    again = {
        student
        for student in graded.members
        if graded.record(student).challenge != graded.challenges[student]
    }
    assert again <= graded.starved
    assert all(graded.members[student].kind == "hostile" for student in graded.starved)


def test_a_person_is_asked_where_one_is_needed_and_nowhere_else(graded: GradedClass) -> None:
    with NbGrader(graded.course, graded.lab).gradebook() as gradebook:
        for student in graded.members:
            needed = graded.record(student).state is State.NEEDS_PERSON
            submission = gradebook.find_submission(graded.lab.name, student)
            assert submission.needs_manual_grade is needed, student


def test_pages_show_no_hidden_test_and_run_nothing(graded: GradedClass) -> None:
    assert graded.feedback.code == 0, graded.feedback.err
    for student in graded.members:
        page = graded.page(student)
        assert "HIDDEN TESTS" not in page
        assert "from alpaca_course.kernel import grade" not in page or _wrote(graded, student)
        assert "<script" not in page


def _wrote(graded: GradedClass, student: str) -> bool:
    """Whether the student's own cells hold that line, which are shown as they are."""
    return "alpaca_course" in json.dumps(
        [content.decode(errors="replace") for content in graded.members[student].files.values()]
    )


def _verdicts(record: Record) -> object:
    """All that a verdict says, but for figures that were drawn or measured in the execution."""
    return {
        exercise: (
            verdict.points,
            [(each.id, each.status, each.points) for each in verdict.results],
            [each.id for each in verdict.advisories],
            verdict.reason,
        )
        for exercise, verdict in record.verdicts.items()
    }


# What another text, another time or another challenge makes different.
_OF_THE_RUN = frozenset(
    ("student", "challenge", "evidence", "execution_key", "fingerprint", "versions", "receipt",
     "seconds", "memory", "way", "grade", "history", "attempts", "followed", "verdicts")
)  # fmt: skip


def _kept(record: Record) -> str:
    """A record as it lies on the disk, but for what is the run's; verdicts as they are compared."""
    same = {name: value for name, value in json.loads(record.text()).items()
            if name not in _OF_THE_RUN}  # fmt: skip
    return json.dumps([same, _verdicts(record)], sort_keys=True)


def _words(text: str) -> str:
    """Letters and digits only, since a page has elements, escapes and line breaks between them."""
    return "".join(filter(str.isalnum, html.unescape(re.sub(r"<[^<>]*>", "", text))))
