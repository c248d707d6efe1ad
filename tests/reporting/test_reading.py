"""Records of the class from a real gradebook and real records."""

from __future__ import annotations

import json

import pytest

from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.judging.result import Result
from alpaca_course.reporting.reading import NothingGraded, read_class
from tests.reporting.conftest import ASSIGNMENT, NOTEBOOK, POINTS, enter, gradebook, passed


def submissions(course: Course) -> dict[str, Result]:
    return {s.student: s for s in read_class(course, course.lab()).submissions}


def test_points_states_and_titles(graded: Course) -> None:
    record = read_class(graded, graded.lab())
    assert [(e.id, e.title, e.max_points) for e in record.exercises] == [
        ("data_augmenter", "Augmentation", 20),
        ("alpaca_model", "The model", 50),
        ("fine_tuning", "Tuning", 30),
    ]
    assert {s.student: (s.total, s.state) for s in record.submissions} == {
        "ada": (100, State.GRADED),
        "bob": (87, State.GRADED),
        "cleo": (95, State.REPAIRED),
        "dan": (0, State.GRADED),
        "eve": (100, State.NEEDS_PERSON),
        "fay [red]": (0, State.REFUSED),
    }
    assert record.missing == ("zoe",)
    assert record.submissions[0].name == "Ada"


@pytest.mark.usefixtures("nobody_may_enter")
def test_folders_that_may_not_be_read_cost_no_more_than_a_link(
    graded: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = submissions(graded)
    closed = graded.root / "locked" / "file"
    for name in ("page_of", "autograded_notebook"):
        monkeypatch.setattr(f"alpaca_course.reporting.reading.{name}", lambda *_: closed)
    assert submissions(graded) == before
    assert {each.page for each in read_class(graded, graded.lab()).about.values()} == {None}


def test_progress_is_reported(graded: Course) -> None:
    seen: list[tuple[int, int]] = []
    read_class(graded, graded.lab(), lambda done, total: seen.append((done, total)))
    assert seen == [(n, 6) for n in range(1, 7)]


def test_without_a_gradebook_none_is_made(course: Course) -> None:
    (course.root / "gradebook.db").unlink()
    with pytest.raises(NothingGraded, match="alpaca grade"):
        read_class(course, course.lab())
    assert not (course.root / "gradebook.db").exists()


def test_a_gradebook_without_the_assignment(course: Course) -> None:
    with gradebook(course) as book:
        book.remove_assignment(ASSIGNMENT)
    with pytest.raises(NothingGraded, match=ASSIGNMENT):
        read_class(course, course.lab())


def test_a_person_has_the_last_word(graded: Course) -> None:
    with gradebook(graded) as book:
        for exercise in POINTS:
            grade = book.find_grade(f"test_{exercise}", NOTEBOOK, ASSIGNMENT, "eve")
            grade.manual_score, grade.needs_manual_grade = 10, False
    eve = submissions(graded)["eve"]
    assert (eve.total, eve.state, eve.reasons) == (30, State.GRADED, ())
    assert all(score.by_hand for score in eve.scores.values())


def test_graded_again_after_a_person(graded: Course) -> None:
    with gradebook(graded) as book:
        grade = book.find_grade("test_fine_tuning", NOTEBOOK, ASSIGNMENT, "ada")
        grade.manual_score, grade.needs_manual_grade = 12, True
    ada = submissions(graded)["ada"]
    assert ada.state is State.NEEDS_PERSON
    assert "formgrader" in ada.reasons[0].text


def test_late_penalty_never_goes_below_zero(graded: Course) -> None:
    with gradebook(graded) as book:
        for student, penalty in (("ada", 7.5), ("dan", 5)):
            notebook = book.find_submission_notebook(NOTEBOOK, ASSIGNMENT, student)
            notebook.late_submission_penalty = penalty
    found = submissions(graded)
    assert (found["ada"].total, found["dan"].total) == (92.5, 0)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"student": "bob"}', json.dumps({"format": 9})]
)
def test_a_damaged_record_hides_no_other(graded: Course, content: str) -> None:
    RecordStore(graded, graded.lab()).path("bob").write_text(content)
    found = submissions(graded)
    assert found["bob"].state is State.NEEDS_PERSON
    assert "grade it again" in found["bob"].reasons[0].text
    assert found["ada"].state is State.GRADED


def test_sources_that_disagree(course: Course) -> None:
    (course.submitted / "only_judged" / ASSIGNMENT).mkdir(parents=True)
    RecordStore(course, course.lab()).store(
        Record("only_judged", State.GRADED, (), (), passed("fine_tuning"))
    )
    with gradebook(course) as book:
        enter(book, Record("only_booked", State.GRADED, (), (), passed("fine_tuning")))
    found = submissions(course)
    assert found["only_judged"].state is State.NEEDS_PERSON
    assert found["only_booked"].verdicts == {}
    assert found["only_booked"].scores["fine_tuning"].points == 30


def test_who_left_the_course_is_history(graded: Course) -> None:
    with gradebook(graded) as book:
        book.remove_student("bob")
    record = read_class(graded, graded.lab())
    assert record.dropped == ("bob",)
    assert "bob" not in {each.student for each in record.submissions}
    # With a folder in submitted/ the next `alpaca grade` has the student again.
    (graded.submitted / "bob" / ASSIGNMENT).mkdir(parents=True)
    found = submissions(graded)["bob"]
    assert found.state is State.NEEDS_PERSON
    assert "grade it again" in found.reasons[-1].text
