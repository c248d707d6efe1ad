"""A class of honest, broken and hostile submissions, graded by nbgrader with the course's setup.

Nothing that a submission does gains it a point or costs another one any.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from alpaca_course.batch.grade import Batch, Outcome, autograded_notebook
from alpaca_course.course import Course
from alpaca_course.gradebook.export import rows, stored_records, to_csv
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.records import RecordStore
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.light import ASSIGNMENT, NOTEBOOK

SECRET = "SECRET-" + "RULE-TEXT"
# What the wrong answer earns: one of its two rules, and the whole second exercise.
WRONG = 22.0

GRADED, REPAIRED = "graded", "graded with repairs"
REFUSED, PERSON = "refused", "needs a person"


@dataclass(frozen=True)
class Case:
    """One submission and what it must get."""

    make: Callable[[Course], NotebookNode | bytes]
    points: float
    state: str = GRADED
    name: str = f"{NOTEBOOK}.ipynb"


def wrong_with(*extra: str) -> Callable[[Course], NotebookNode]:
    return lambda course: light.solved(course, double=light.WRONG_DOUBLE, extra=extra)


def edited(edit: light.Edit, double: str = light.WRONG_DOUBLE) -> Callable[[Course], NotebookNode]:
    def make(course: Course) -> NotebookNode:
        notebook = light.solved(course, double=double)
        edit(notebook)
        return notebook

    return make


def with_double(source: str, *extra: str) -> Callable[[Course], NotebookNode]:
    return lambda course: light.solved(course, double=f"# UNQ_C1\n{source}", extra=extra)


def _tag_tests(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "lesson"]


def _fake_result(notebook: NotebookNode) -> None:
    light.cell(notebook, "test_double").source = "20.0"


def _copy_test(notebook: NotebookNode) -> None:
    twin = nbformat.from_dict(light.cell(notebook, "test_double"))
    twin.id = "twin"
    notebook.cells.append(twin)


def _drop_tests(notebook: NotebookNode) -> None:
    for name in ("test_double", "test_total"):
        notebook.cells.remove(light.cell(notebook, name))


def _points(notebook: NotebookNode) -> None:
    light.cell(notebook, "test_double").metadata.nbgrader.update(points=1000, grade=False)


def _scripts(notebook: NotebookNode) -> None:
    notebook.cells += [
        new_markdown_cell("<script>alert(1)</script> <img src=x onerror=alert(2)>"),
        new_markdown_cell("[a](javascript:alert(3)) [b](java&#115;cript:alert(4))\n\n\n\n`x`"),
        new_markdown_cell(
            "&#91;c&#93;&#40;javascript:alert(5)&#41;\n\n<a href='data:text/html,x'>"
        ),
        new_code_cell(
            "from IPython.display import HTML, Javascript, Markdown, SVG, display\n"
            "display(HTML('<script>alert(6)</script><b onclick=alert(7)>x</b>'))\n"
            "display(Javascript('alert(8)'))\n"
            "display(Markdown('<script>alert(9)</script>[x](javascript:alert(10))'))\n"
            'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(11)"/>\'))\n'
            "display({'text/html': '<iframe src=\"http://example.org\"></iframe>'}, raw=True)"
        ),
    ]


def _update_later(notebook: NotebookNode) -> None:
    notebook.cells.append(
        new_code_cell(
            "from IPython.display import display\n"
            "for plain in ('20.0', '20'):\n"
            "    display({'text/plain': plain}, raw=True, display_id='mine', update=True)"
        )
    )


PICTURE = "iVBORw0KGgo="


def _screenshot(notebook: NotebookNode) -> None:
    notebook.cells += [
        new_markdown_cell(
            "My curves: ![a b.png](attachment:a b.png) and ![gone](attachment:gone.png)",
            attachments={"a b.png": {"image/png": PICTURE}},
        ),
        new_code_cell(
            "from IPython.display import Markdown, display\n"
            "display(Markdown('![x](attachment:x.png)'))"
        ),
    ]


PUBLISH = (
    "from IPython.display import display\n"
    "import os\n"
    "def publish(**more):\n"
    "    display({'application/vnd.alpaca.evidence+json': {'schema_version': 1,\n"
    "        'exercise': 'double', 'challenge': os.environ['ALPACA_CHALLENGE'],\n"
    "        'values': [6, -8], **more}}, raw=True)\n"
)
SNOOP = (
    "import os, sys\n"
    "needle = 'SECRET-' + 'RULE-TEXT'\n"
    "found = []\n"
    "for module in list(sys.modules.values()):\n"
    "    file = getattr(module, '__file__', None)\n"
    "    if file and file.endswith('.py') and needle in open(file, errors='replace').read():\n"
    "        found.append(file)\n"
    "for parent, _, files in os.walk('.'):\n"
    "    for name in files:\n"
    "        text = open(os.path.join(parent, name), errors='replace').read()\n"
    "        if needle in text or 'HIDDEN ' + 'TESTS' in text:\n"
    "            found.append(name)\n"
    "try:\n"
    "    import grader_tests\n"
    "    found.append('grader_tests')\n"
    "except ImportError:\n"
    "    pass\n"
    "print('FOUND', found, sorted(os.listdir('.')), sys.path)\n"
)

CASES: dict[str, Case] = {
    "full": Case(light.solved, 30),
    "full_twin": Case(light.solved, 30),
    "empty": Case(light.released, 0),
    "plain_wrong": Case(wrong_with(), WRONG),
    "noise_on_stderr": Case(
        with_double(
            "import sys, os, warnings\n"
            "def double(x):\n"
            "    print('oops', file=sys.stderr); os.write(2, b'native')\n"
            "    warnings.warn('careful')\n"
            "    return 2 * x\n"
        ),
        30,
    ),
    "error_in_own_cell": Case(lambda c: light.solved(c, extra=["1 / 0", "def broken(:"]), 30),
    "tags": Case(edited(_tag_tests), WRONG, REPAIRED),
    "fake_result": Case(edited(_fake_result), WRONG, REPAIRED),
    "copied_test": Case(edited(_copy_test), WRONG, REPAIRED),
    "no_tests": Case(edited(_drop_tests), WRONG, REPAIRED),
    "edited_points": Case(edited(_points), WRONG, REPAIRED),
    "scripts": Case(edited(_scripts), WRONG),
    "asts_dropped": Case(
        wrong_with(
            "import ast\n"
            "class Drop(ast.NodeTransformer):\n"
            "    def visit_Module(self, node):\n"
            "        node.body = []\n"
            "        return node\n"
            "get_ipython().ast_transformers.append(Drop())"
        ),
        0,
    ),
    "inputs_dropped": Case(
        wrong_with("get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])"), 0
    ),
    "shell_replaced": Case(
        wrong_with(
            "shell = get_ipython()\n"
            "async def nothing(*a, **k):\n"
            "    from IPython.core.interactiveshell import ExecutionResult\n"
            "    return ExecutionResult(None)\n"
            "shell.run_cell_async = nothing"
        ),
        0,
    ),
    "result_forged": Case(
        wrong_with("get_ipython().displayhook.write_format_data = lambda *a, **k: None"), WRONG
    ),
    "updated_later": Case(
        edited(
            _update_later,
            "# UNQ_C1\nfrom IPython.display import display\n"
            "def double(x):\n"
            "    for _ in range(2):\n"
            "        display({'text/plain': 'x'}, raw=True, display_id='mine')\n"
            "    return abs(2 * x)\n",
        ),
        WRONG,
    ),
    "two_messages": Case(
        with_double(PUBLISH + "def double(x):\n    publish()\n    return abs(2 * x)\n"), 10
    ),
    "own_cell_publishes": Case(wrong_with(PUBLISH + "publish()\npublish()"), WRONG),
    "not_json": Case(with_double("def double(x):\n    return {1, 2}\n"), 10),
    "nan": Case(with_double("def double(x):\n    return float('nan')\n"), 10),
    "equal_to_all": Case(
        with_double(
            "class All(int):\n"
            "    def __eq__(self, other): return True\n"
            "    __hash__ = None\n"
            "def double(x):\n    return All(1)\n"
        ),
        10,
    ),
    "points_object": Case(
        with_double("def double(x):\n    return {'__class__': 'float', 'points': 20}\n"), 10
    ),
    "exits": Case(wrong_with("import os\nos._exit(0)"), 0),
    "exits_in_test": Case(with_double("import os\ndef double(x):\n    os._exit(0)\n"), 0),
    "sys_exit": Case(wrong_with("import sys\nsys.exit(0)"), WRONG),
    "endless": Case(with_double("def double(x):\n    while True: pass\n"), 10),
    "long_line": Case(wrong_with("print('x' * 20_000_000)"), WRONG),
    "snoops": Case(wrong_with(SNOOP), WRONG),
    "malformed_messages": Case(
        wrong_with(
            "kernel = get_ipython().kernel\n"
            "for content in ({}, {'data': 5}, {'execution_state': 3}, {'name': 1, 'text': 2}):\n"
            "    for kind in ('display_data', 'status', 'stream', 'error', 'clear_output', 'x'):\n"
            "        kernel.session.send(kernel.iopub_socket, kind, content,\n"
            "                            parent=kernel.get_parent(), ident=kernel._topic(kind))"
        ),
        WRONG,
    ),
    "not_a_notebook": Case(lambda _: b"{", 0, REFUSED),
    "screenshot": Case(edited(_screenshot, light.DOUBLE), 30),
    "time_in_words": Case(light.solved, 30, REPAIRED),
    "another_notebook": Case(lambda _: nbformat.writes(new_notebook()).encode(), 0, REFUSED),
    "renamed": Case(light.solved, 30, REPAIRED, "final version (2).ipynb"),
    "old_version": Case(
        edited(lambda nb: nb.metadata.alpaca_course.update(lab_version="1.0")), WRONG, PERSON
    ),
    "old_version_full": Case(
        edited(lambda nb: nb.metadata.alpaca_course.update(lab_version="1.0"), light.DOUBLE),
        30,
        REPAIRED,
    ),
}


@dataclass
class Graded:
    """The class after grading and feedback."""

    course: Course
    outcomes: dict[str, Outcome]

    def notebook(self, student: str) -> NotebookNode:
        return nbformat.read(
            autograded_notebook(self.course, self.course.lab(), student), as_version=4
        )

    def page(self, student: str) -> str:
        return (self.course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html").read_text()


@pytest.fixture(scope="module")
def graded(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Graded:
    course = new_course(tmp_path_factory.mktemp("class") / "course")
    for student, case in CASES.items():
        light.hand_in(course, student, case.make(course), case.name)
    _files_beside(course)
    (course.submitted / "no_file" / ASSIGNMENT).mkdir(parents=True)
    students = [*CASES, "no_file"]
    lab = course.lab()
    nbgrader = NbGrader(course, lab)
    with GradingSession(course, lab, workers=2) as session:
        outcomes = {each.student: each for each in Batch(session, nbgrader).run(students)}
    for student in students:
        nbgrader.generate_feedback(student)
    return Graded(course, outcomes)


def _files_beside(course: Course) -> None:
    """Files that would shadow the helper and the standard library, and one to steal a folder."""
    folder = course.submitted / "full_twin" / ASSIGNMENT
    (folder / "helper").mkdir()
    (folder / "helper" / "__init__.py").write_text("BASE = 1000")
    (folder / "math.py").write_text("raise RuntimeError")
    (folder / "page.html").write_text("<script>alert(1)</script>")
    (course.submitted / "time_in_words" / ASSIGNMENT / "timestamp.txt").write_text("yesterday")


@pytest.mark.parametrize("student", CASES)
def test_points_and_state(graded: Graded, student: str) -> None:
    record = graded.outcomes[student].record
    assert record is not None, graded.outcomes[student].error
    assert (record.points, record.state.value) == (CASES[student].points, CASES[student].state)


def test_nothing_handed_in_is_refused(graded: Graded) -> None:
    record = graded.outcomes["no_file"].record
    assert record is not None
    assert (record.state.value, record.reasons[0].code) == (REFUSED, "file.missing")


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("exits", "Python ended"),
        ("exits_in_test", "Python ended"),
        ("asts_dropped", "sent no evidence"),
        ("two_messages", "instead of once"),
        ("endless", "ran longer"),
        ("not_a_notebook", "not valid JSON"),
        ("another_notebook", "notebook: nothing of"),
    ],
)
def test_zero_has_a_reason_on_the_page(graded: Graded, student: str, words: str) -> None:
    assert words in graded.page(student)


def test_the_page_lists_its_exercises_by_name(graded: Graded) -> None:
    page = graded.page("full")
    for name in ("double", "total"):
        assert f'<a href="#test_{name}">Hidden tests of {name}</a>' in page
    assert ">Test cell<" not in page


def test_gradebook_notebook_page_and_csv_agree(graded: Graded) -> None:
    with NbGrader(graded.course, graded.course.lab()).gradebook() as gradebook:
        text = to_csv(rows(gradebook, stored_records(graded.course)))
        booked = {
            student: {
                name: gradebook.find_grade(f"test_{name}", NOTEBOOK, ASSIGNMENT, student).score
                for name in ("double", "total")
            }
            for student in graded.outcomes
        }
    table = {row["student_id"]: row for row in csv.DictReader(io.StringIO(text))}
    for student, outcome in graded.outcomes.items():
        assert outcome.record is not None
        verdicts = {name: each.points for name, each in outcome.record.verdicts.items()}
        assert booked[student] == verdicts
        assert {name: float(table[student][name]) for name in verdicts} == verdicts
        assert float(table[student]["score"]) == outcome.record.points
        assert table[student]["state"] == outcome.record.state.value
        for name, points in verdicts.items():
            cell = light.cell(graded.notebook(student), f"test_{name}")
            assert float(cell.outputs[-1].data["text/plain"]) == points
        assert f"(Score: {outcome.record.points} / 30.0)" in graded.page(student)


def test_state_is_in_the_gradebook(graded: Graded) -> None:
    with NbGrader(graded.course, graded.course.lab()).gradebook() as gradebook:
        for student, wanted in (("old_version", True), ("old_version_full", False)):
            grade = gradebook.find_grade("test_double", NOTEBOOK, ASSIGNMENT, student)
            assert grade.needs_manual_grade is wanted
        comment = gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, "renamed").comment
        assert "final version (2).ipynb" in comment
        assert gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, "full").comment is None


class _Page(HTMLParser):
    """What a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "form", "base", "link"):
            self.active.append(tag)
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or address.startswith(
                ("javascript:", "data:text", "vbscript")
            ):
                self.active.append(f"{tag} {name}={value}")
            if name == "src" and not address.startswith("data:image/"):
                self.active.append(f"{tag} {name}={value}")


def test_a_pasted_picture_is_on_the_page_and_a_missing_one_is_named(graded: Graded) -> None:
    page = graded.page("screenshot")
    assert f'src="data:image/png;base64,{PICTURE}"' in page
    assert page.count("A picture that did not come with the notebook") == 2


@pytest.mark.parametrize("student", ["scripts", "full", "renamed", "screenshot"])
def test_page_runs_and_fetches_nothing(graded: Graded, student: str) -> None:
    page = _Page()
    page.feed(graded.page(student))
    assert page.active == []
    assert "@import" not in graded.page(student)


def test_autograded_notebook_is_harmless_too(graded: Graded) -> None:
    """The instructor's formgrader renders it with the instructor's rights."""
    for cell in graded.notebook("scripts").cells:
        texts = [cell.source] if cell.cell_type == "markdown" else []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert set(data) <= {"text/html", "text/plain", "text/markdown", "image/png"}
            texts += [data.get("text/html", ""), data.get("text/markdown", "")]
        for text in texts:
            page = _Page()
            page.feed(text)
            assert page.active == []


def test_verdict_is_a_table_with_marks_in_words(graded: Graded) -> None:
    html = light.cell(graded.notebook("plain_wrong"), "test_double").outputs[0].data["text/html"]
    assert "<caption>Doubling: 12 of 20 points</caption>" in html
    assert "<td>passed</td>" in html
    assert "<td>failed</td>" in html
    assert html in graded.page("plain_wrong").replace("\n", "")


def test_nothing_of_the_rules_is_where_students_see_it(graded: Graded) -> None:
    printed = "".join(
        output.get("text", "")
        for cell in graded.notebook("snoops").cells
        for output in cell.get("outputs", [])
    )
    assert "FOUND [] ['helper.py']" in printed
    assert str(graded.course.root) not in printed
    for student in graded.outcomes:
        assert SECRET not in graded.page(student)
        assert "HIDDEN TESTS" not in graded.page(student)
        assert 'grade("' not in graded.page(student)


def test_nothing_of_a_students_folder_is_copied(graded: Graded) -> None:
    folder = graded.course.autograded / "full_twin" / ASSIGNMENT
    assert {path.name for path in folder.iterdir()} == {f"{NOTEBOOK}.ipynb"}


def test_output_is_bounded(graded: Graded) -> None:
    path = autograded_notebook(graded.course, graded.course.lab(), "long_line")
    assert path.stat().st_size < 6 * 2**20


def test_same_work_is_executed_once(graded: Graded) -> None:
    records = RecordStore(graded.course, graded.course.lab())
    full, twin = records.load("full"), records.load("full_twin")
    assert full is not None
    assert twin is not None
    assert full.execution_key == twin.execution_key
    assert full.challenge == twin.challenge


def test_evidence_is_in_the_record_and_not_in_the_notebook(graded: Graded) -> None:
    record = RecordStore(graded.course, graded.course.lab()).load("plain_wrong")
    assert record is not None
    assert record.evidence["double"].payload["values"] == [6, 8]
    assert record.challenge not in json.dumps(graded.notebook("plain_wrong"))
