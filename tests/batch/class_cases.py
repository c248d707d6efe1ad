"""What the students of ``test_class.py`` hand in, and what each of them must get."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alpaca_course.course import Course
from tests import light
from tests.light import NOTEBOOK

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


# A red, a green and a blue pixel, and who made them, which no page shows.
PIXELS = bytes.fromhex("ff0000 00ff00 0000ff")


def _picture() -> str:
    file, texts = io.BytesIO(), PngInfo()
    texts.add_text("Author", "somebody")
    Image.frombytes("RGB", (3, 1), PIXELS).save(file, "PNG", pnginfo=texts)
    return base64.b64encode(file.getvalue()).decode()


PICTURE = _picture()


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
        PERSON,
    ),
    "error_in_own_cell": Case(lambda c: light.solved(c, extra=["1 / 0", "def broken(:"]), 30),
    "tags": Case(edited(_tag_tests), WRONG, REPAIRED),
    "fake_result": Case(edited(_fake_result), WRONG, REPAIRED),
    "copied_test": Case(edited(_copy_test), WRONG, REPAIRED),
    "no_tests": Case(edited(_drop_tests), WRONG, REPAIRED),
    "edited_points": Case(edited(_points), WRONG, REPAIRED),
    "scripts": Case(edited(_scripts), WRONG, PERSON),
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
        PERSON,
    ),
    "inputs_dropped": Case(
        wrong_with("get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])"),
        0,
        PERSON,
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
        PERSON,
    ),
    "result_forged": Case(
        wrong_with("get_ipython().displayhook.write_format_data = lambda *a, **k: None"),
        WRONG,
        PERSON,
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
        PERSON,
    ),
    "two_messages": Case(
        with_double(PUBLISH + "def double(x):\n    publish()\n    return abs(2 * x)\n"), 10, PERSON
    ),
    "own_cell_publishes": Case(wrong_with(PUBLISH + "publish()\npublish()"), WRONG, PERSON),
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
        PERSON,
    ),
    "points_object": Case(
        with_double("def double(x):\n    return {'__class__': 'float', 'points': 20}\n"), 10
    ),
    "exits": Case(wrong_with("import os\nos._exit(0)"), WRONG, PERSON),
    "exits_in_test": Case(with_double("import os\ndef double(x):\n    os._exit(0)\n"), 0, PERSON),
    "sys_exit": Case(wrong_with("import sys\nsys.exit(0)"), WRONG, PERSON),
    "endless": Case(with_double("def double(x):\n    while True: pass\n"), 10),
    "long_line": Case(wrong_with("print('x' * 20_000_000)"), WRONG),
    "snoops": Case(wrong_with(SNOOP), WRONG, PERSON),
    "malformed_messages": Case(
        wrong_with(
            "kernel = get_ipython().kernel\n"
            "for content in ({}, {'data': 5}, {'execution_state': 3}, {'name': 1, 'text': 2}):\n"
            "    for kind in ('display_data', 'status', 'stream', 'error', 'clear_output', 'x'):\n"
            "        kernel.session.send(kernel.iopub_socket, kind, content,\n"
            "                            parent=kernel.get_parent(), ident=kernel._topic(kind))"
        ),
        WRONG,
        PERSON,
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
