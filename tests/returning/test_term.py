"""A class of 24 comes from Canvas, or from Moodle, is graded, and goes back: five commands each.

Names are in five scripts and two of them are the same; some are late, some have two attempts, some
hand in what is no notebook or nothing, and the download has what systems leave beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from alpaca_course.course import Course
from alpaca_course.gradebook.results import read_results
from tests import commands, light
from tests.lms.made import (
    Person,
    canvas_export,
    canvas_file,
    moodle_folder,
    worksheet,
    zipped,
)
from tests.lms.systems import (
    Participant,
    canvas_comments,
    canvas_import,
    moodle_feedback,
    moodle_import,
)

COLUMN = "Lab 1 (7)"
NAMES = [
    ("Ann", "Lee"), ("Sean", "O'Brien"), ("Zoë", "Müller-Lüdenscheidt"), ("José", "Núñez"),
    ("Мария", "Иванова"), ("Пётр", "Сидоров"), ("小明", "王"), ("芳", "李"), ("हरि", "शर्मा"),
    ("आशा", "वर्मा"), ("سارة", "علي"), ("محمد", "حسن"), ("Jan", "de Vries"), ("Ada", "Lovelace"),
    ("Alan", "Turing"), ("Grace", "Hopper"), ("Kim", "Kim"), ("Kim", "Kim"), ("Mary_Ann", "Smith"),
    ("X", "Æ"), ("Bo", "Ng"), ("Li", "Li"), ("Max", "Mustermann"), ("Erika", "Mustermann"),
]  # fmt: skip
CLASS = [
    Person(f"u{at:02d}", first, last, 100 + at, "Monday" if at % 2 else "Tuesday")
    for at, (first, last) in enumerate(NAMES)
]
WRONG, RIGHT = 22, 30
TWO_ATTEMPTS, JUNK, NOTHING, LATE = {0, 1, 2, 3}, {4, 5}, {6}, {7, 8}


def graded_points(at: int) -> float | None:
    """What a student gets; None where that is a person's to say, or nothing was handed in."""
    if at in JUNK | NOTHING:
        return None
    return RIGHT if at % 3 else WRONG


def notebooks(course: Course) -> dict[str, bytes]:
    def data(notebook: NotebookNode) -> bytes:
        return nbformat.writes(notebook).encode()

    return {
        "right": data(light.solved(course)),
        "wrong": data(light.solved(course, double=light.WRONG_DOUBLE)),
        "empty": data(light.released(course)),
    }


def answer(at: int, made: Mapping[str, bytes]) -> bytes:
    return made["right" if at % 3 else "wrong"]


def canvas_download(course: Course, path: Path) -> dict[str, str]:
    """The zip, and the numbers of files with their users."""
    made, files, attachments = notebooks(course), {}, {}
    for at, person in enumerate(CLASS):
        if at in NOTHING:
            continue
        number = 4000 + at
        if at in TWO_ATTEMPTS:
            files[canvas_file(person, number, "light.ipynb")] = made["empty"]
            number += 1000
        name = "light-1.ipynb" if at in TWO_ATTEMPTS else "light.ipynb"
        data = answer(at, made)
        if at in JUNK:
            name, data = "photo.jpg", b"\xff\xd8\xff"
        files[canvas_file(person, number, name, late=at in LATE)] = data
        attachments[str(number)] = str(person.number)
    zipped(path, {**files, "__MACOSX/._x": b"", ".DS_Store": b""})
    return attachments


def moodle_download(course: Course, path: Path) -> None:
    made, files = notebooks(course), {}
    for at, person in enumerate(CLASS):
        if at in NOTHING:
            continue
        data = answer(at, made)
        files[f"{moodle_folder(person)}/" + ("photo.jpg" if at in JUNK else "my lab.ipynb")] = (
            b"\xff\xd8\xff" if at in JUNK else data
        )
        files[f"{moodle_folder(person, 'onlinetext')}/onlinetext.html"] = b"<p>Here it is.</p>"
    zipped(path, {**files, "__MACOSX/._x": b""})


def alpaca(course: Course, *words: str) -> Any:
    done = commands.run(course.root, "alpaca", *words, "--json")
    assert done.returncode in (0, 3), f"{words}: {done.stderr}"
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def id_of(person: Person, course: Course) -> str:
    """Moodle's worksheet has no logins, so addresses are the ids there."""
    return person.email if (course.submitted / CLASS[0].email).is_dir() else person.login


def expected(course: Course) -> dict[str, float]:
    """Points of those whose state is settled, by number in the system."""
    results = read_results(course, course.lab()).results
    by_id = {id_of(person, course): person for person in CLASS}
    return {
        str(by_id[name].number): result.total
        for name, result in results.items()
        if result.state.is_graded
    }


def check_class(course: Course) -> None:
    """Everybody has what their answer is worth, less what lateness costs."""
    results = read_results(course, course.lab())
    ids = [id_of(person, course) for person in CLASS]
    assert {*results.results, *results.missing} == {*ids}
    assert set(results.missing) == {ids[at] for at in NOTHING}
    for at, person in enumerate(CLASS):
        wanted = graded_points(at)
        if wanted is not None:
            result = results.results[ids[at]]
            assert result.total + result.penalty == wanted, person


def test_a_class_from_canvas_goes_back_to_canvas(course: Course, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_bytes(canvas_export(CLASS))
    attachments = canvas_download(course, tmp_path / "submissions.zip")
    alpaca(course, "roster", "import", str(export))
    alpaca(course, "collect", str(tmp_path / "submissions.zip"))
    alpaca(course, "grade")
    alpaca(course, "feedback")
    said = alpaca(
        course, "return", "--to", "canvas", "--grades", str(export), "--column", "Lab 1"
    )  # fmt: skip
    check_class(course)
    wanted = expected(course)
    assert len(wanted) == len(CLASS) - len(JUNK) - len(NOTHING)
    filled, pages = (Path(each).read_bytes() for each in said["written"])
    read = canvas_import(filled)
    took = {user: float(grade) for user, grade in read.grades[COLUMN].items() if grade}
    assert took == wanted
    assert len(filled.splitlines()) == len(export.read_bytes().splitlines())
    got = canvas_comments(pages, attachments)
    assert set(got) == set(wanted)
    for path, data in got.values():
        # Canvas shows it as light.ipynb: it has to be one.
        assert path.endswith(".ipynb")
        page = nbformat.reads(data.decode(), as_version=4)
        nbformat.validate(page)
        assert "points" in page.cells[0].outputs[0].data["text/html"]
    # Twice the same is no change.
    again = tmp_path / "again.csv"
    again.write_bytes(filled)
    said = alpaca(course, "return", "--to", "canvas", "--grades", str(again),
                  "--column", "Lab 1", "--dry-run")  # fmt: skip
    assert [row for row in said["rows"] if row["fate"] == "changes"] == []


def test_what_would_be_done_is_told_when_there_is_a_roster_and_nothing_else(
    course: Course, tmp_path: Path
) -> None:
    """A roster makes a gradebook that does not know the assignment."""
    (course.root / "gradebook.db").unlink()
    export = tmp_path / "export.csv"
    export.write_bytes(canvas_export(CLASS))
    alpaca(course, "roster", "import", str(export))
    light.hand_in(course, CLASS[0].login, light.solved(course))
    assert alpaca(course, "grade", "--dry-run")["plan"] == {CLASS[0].login: "execute"}


def test_a_class_from_moodle_goes_back_to_moodle(course: Course, tmp_path: Path) -> None:
    sheet = tmp_path / "Grades-worksheet.csv"
    times = {
        person.login: f"{'Monday, 2' if at in LATE else 'Sunday, 1'} November 2026, 10:{at:02d} AM"
        for at, person in enumerate(CLASS)
        if at not in NOTHING
    }
    sheet.write_bytes(worksheet(CLASS, times))
    moodle_download(course, tmp_path / "lab.zip")
    course.deadlines.write_text(
        f'zone = "Europe/Berlin"\n[labs.{light.ASSIGNMENT}]\ndue = 2026-11-01T23:59:00\n'
        "penalty = { points = 2.0 }\n"
    )
    alpaca(course, "roster", "import", str(sheet))
    alpaca(course, "collect", str(tmp_path / "lab.zip"), "--times", str(sheet))
    alpaca(course, "grade")
    alpaca(course, "feedback")
    said = alpaca(course, "return", "--to", "moodle", "--grades", str(sheet))
    check_class(course)
    wanted = expected(course)
    late = {str(CLASS[at].number) for at in LATE}
    assert {wanted[number] for number in late} <= {RIGHT - 2.0, WRONG - 2.0}
    filled, pages = (Path(each).read_bytes() for each in said["written"])
    participants = {str(person.number): Participant() for person in CLASS}
    assert moodle_import(filled, participants, 30.0) == wanted
    got = moodle_feedback(pages, set(participants))
    assert set(got) == set(wanted)
    assert all(data.startswith(b"<!DOCTYPE html>") for _, data in got.values())
    assert len({path for path, _ in got.values()}) == 1
