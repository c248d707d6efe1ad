"""Right and honest work of the corpus is plain code, but for what docs/gate.md names."""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from packaging.requirements import Requirement

from alpaca_course.course import Course
from alpaca_course.execution.slicing import not_executed
from alpaca_course.gate.check import Code, Finding, findings
from alpaca_course.gate.policy import installed, read_list
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.assessment import Submission
from alpaca_course.qualification.case import Case, load_cases
from alpaca_course.qualification.plan import Facts, case_task

ROOT = Path(__file__).resolve().parents[3]
LAB = "transfer_learning_mobilenet"
_MAKE = """
import json, sys
from pathlib import Path
from alpaca_course.authoring.attributes import in_sources
from alpaca_course.authoring.listing import make_list
from alpaca_course.course import Course
from alpaca_course.gate.attributes import packed
lab = Course.load(Path(sys.argv[1])).lab(sys.argv[2])
made = make_list(lab)
others, versions = in_sources(lab.kernel.libraries)
json.dump({"made": made, "others": packed(others), "versions": versions}, sys.stdout)
"""
HONEST = ("alternative", "habit", "demo", "wrong")


@pytest.fixture(scope="module")
def lab() -> ReleasedLab:
    return ReleasedLab.load(Course.load(ROOT).lab(LAB))


@pytest.fixture(scope="module")
def taken(lab: ReleasedLab) -> dict[str, tuple[Case, Submission]]:
    facts: Facts = {"execute_all": False}
    cases = load_cases(lab.lab)
    return {case.name: (case, case_task(case, lab, facts).submission) for case in cases}


def test_of_honest_work_only_what_the_page_names_is_stopped(
    taken: dict[str, tuple[Case, Submission]],
) -> None:
    page = (ROOT / "docs" / "gate.md").read_text()
    named = set(re.findall(r"`((?:alternative|habit|demo|wrong)/\w+)`", page))
    stopped = {
        name
        for name, (case, submission) in taken.items()
        if case.header.kind in HONEST and submission.findings
    }
    assert stopped == named


def test_attacks_are_not_executed_or_are_findings_or_lose_their_points(
    taken: dict[str, tuple[Case, Submission]],
) -> None:
    """But for those on the notebook around the cells, which intake puts right.

    What is plain and pretends, such as a model that looks like the right one, is the rules' matter.
    """
    neither = {
        name
        for name, (case, submission) in taken.items()
        if case.header.kind == "hostile"
        and not (case.header.notebook or case.header.files)
        and not submission.findings
        and not not_executed(submission.intake.notebook)
        and not case.header.fails
    }
    assert neither == set()


def test_the_released_notebook_is_plain_itself(lab: ReleasedLab) -> None:
    given = [cell.source for cell in lab.notebook.cells if cell.cell_type == "code"]
    own = [Code(name, source) for name, source in lab.reference.items()]
    assert findings(given, own, lab.policy) == ()


def _pinned() -> dict[str, str]:
    """Versions that constraints.txt asks for with this Python, by package."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    wanted = [Requirement(line) for line in lines if "==" in line and line.lstrip()[0] != "#"]
    return {
        each.name: str(each.specifier).removeprefix("==")
        for each in wanted
        if each.marker is None or each.marker.evaluate()
    }


@pytest.fixture(scope="module")
def anew() -> dict[str, Any]:
    """What `alpaca gate --write-list` would write, made in a process of its own.

    Keras closes the standard error of the process that imports it, and what this one has imported
    besides changes what modules have.
    """
    command = [sys.executable, "-c", _MAKE, str(ROOT), LAB]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return dict(json.loads(done.stdout))


def test_the_list_is_the_one_of_the_pinned_versions(lab: ReleasedLab, anew: dict[str, Any]) -> None:
    made = anew["made"]
    pinned = _pinned()
    if any(pinned.get(name, version) != version for name, version in made["versions"].items()):
        pytest.skip("other versions of the libraries are installed than constraints.txt pins")
    kept = json.loads(lab.lab.public_names.read_text())
    assert kept["versions"] == made["versions"], "run `alpaca gate --write-list`"
    assert kept["modules"] == made["modules"], "run `alpaca gate --write-list`"
    if kept["sources"]["python"] == platform.python_version():
        # What the language's own objects have, another Python may have more of.
        assert kept["attributes"] == made["attributes"], "run `alpaca gate --write-list`"


def test_the_names_in_sources_are_those_of_the_pinned_versions(
    lab: ReleasedLab, anew: dict[str, Any]
) -> None:
    kept = json.loads(lab.lab.public_names.read_text())["sources"]
    pinned = _pinned()
    others = {
        name: (version, pinned[name])
        for name, version in kept.items()
        if pinned.get(name, version) != version
    }
    assert not others, "constraints.txt pins other versions: run `alpaca gate --write-list`"
    if anew["versions"] != kept:
        pytest.skip("other versions of what is read are installed than the list was made from")
    assert lab.lab.known_attributes.read_text() == anew["others"], "run `alpaca gate --write-list`"


# Attributes by which a value would lead to files, machinery, memory or other modules.
WAYS = {
    "what draws a model's graph runs programs": (
        "d = tf.keras.utils.model_to_dot(model2)\nd.create(prog='sh')"
    ),
    "the same by a writer": "d = tf.keras.utils.model_to_dot(model2)\nd.write_raw('x.py')",
    "the state of a generator": "g = (x for x in [1])\ng.gi_suspended",
    "a frame of a generator of a later Python": "g.f_generator",
    "the address of an array": "a = model2.get_weights()[0]\na.ctypes.data_as(int)",
    "a pointer of a kernel's stream": "x.pub_socket",
    "the context of a socket": "x.underlying",
    "the loop of a server": "x.io_loop.add_callback(print)",
    "a message of its own": "x.send_multipart([b'a'])",
    "an input that IPython keeps": "x.run_line_magic('sx', 'id')",
    "its history": "x.history_manager",
    "events of a shell": "x.events.trigger('a')",
    "a process": "x.Popen(['id'])",
    "a program that is run": "x.check_output(['id'])",
    "what a module was loaded by": "x.exec_module(model2)",
    "a codec that runs code": "x.find_class('os', 'system')",
    "a selector's map": "x.get_map()",
    "a debugger": "x.set_trace()",
    "a profile of all calls": "x.runcall(print)",
    "a name that a class of its own has too": "class A:\n    send_multipart = 1\n"
    "model2.send_multipart([b'a'])",
    "the same by a method that is called with another object": "class A:\n"
    "    def __init__(self):\n        self.io_loop = 1\n"
    "    def f(self):\n        return self.io_loop\nA.f(model2)",
    "the same by a keyword": "d = dict(io_loop=1)\nmodel2.io_loop",
    "an object of a class that a decorator replaced": "def other(c):\n    return model2\n"
    "@other\nclass A:\n    io_loop = 1\nA().io_loop",
    "an object of a class on a library's": "class N(tf.keras.Model):\n    pass\nN().io_loop",
    "a name that may be an own object": "class A:\n    pass\na = A()\n"
    "for a in [model2]:\n    a.io_loop",
    "by getattr": "getattr(model2, 'io_loop')",
    "by a template": "'{0.io_loop}'.format(model2)",
    "by a pattern": "match model2:\n    case object(io_loop=x):\n        pass",
}


@pytest.mark.parametrize("source", WAYS.values(), ids=WAYS)
def test_attributes_that_only_other_objects_have_are_findings(
    source: str, lab: ReleasedLab
) -> None:
    assert _look(source, lab)


@pytest.mark.parametrize(
    "source",
    [
        "for layer in model2.layers:\n    print(layer.trainble, layer.nmae)",
        "model2.sumary()",
        "model2.layers[0].get_wieghts()",
        "history.hystory['loss']",
        "print(model2.optimizer.lr, getattr(model2.optimizer, 'lr', None))",
        "print(model2.count_params(), model2.input_shape, model2.optimizer.learning_rate)",
        "print([w.shape.as_list() for w in model2.weights], model2.layers[4].output.shape)",
        "print(tf.config.list_physical_devices('GPU'), len(tf.config.list_logical_devices()))",
        "w = model2.get_weights()[0]\nprint(w.mean(), w.T.shape, w.dtype.name, w.tolist())",
        "import numpy as np\nprint(np.zeros(3).astype('float32').reshape(-1).sum().item())",
        "import matplotlib.pyplot as plt\nfig, axes = plt.subplots(1, 2)\n"
        "axes[0].plot([1], label='a')\naxes[0].set_title('a')\naxes[0].legend()\n"
        "axes[1].imshow([[1]])\nfig.suptitle('b')\nfig.tight_layout()",
        "for images, labels in train_dataset.take(1).map(lambda x, y: (x, y)).prefetch(1):\n"
        "    print(images.shape.rank, labels.shape, images.dtype)",
        "import re, json, time, datetime\nprint(re.search('a', 'b').group(0).strip().split(','),\n"
        "    datetime.datetime.now().isoformat(), time.localtime().tm_year)",
        "s = {1}\nd = {'a': [1]}\nfor k, v in d.items():\n    v.append(k.upper())\ns.add(2)",
        "try:\n    1 / 0\nexcept ValueError as e:\n    print(e.args)",
        "class A:\n    def __init__(self):\n        self.io_loop = 1\n"
        "        print(self.io_loop)\na = A()\nprint(a.io_loop, A.io_loop)",
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    io_loop: int = 1\n"
        "a = A()\nb = a\nprint(b.io_loop, A().io_loop)",
        "from collections import namedtuple\nP = namedtuple('P', 'io_loop b')\np = P(1, 2)\n"
        "print(p.io_loop)",
    ],
)
def test_what_models_arrays_figures_and_own_objects_have_is_plain(
    source: str, lab: ReleasedLab
) -> None:
    assert _look(source, lab) == ()


# What this lab's libraries and helper files have under public names.
REACHES = {
    "an object that is shown as it likes": "c = tf.keras.utils.Config(**{'_repr_html_': f})",
    "the same by an item": "c = tf.keras.utils.Config()\nc['_repr_mimebundle_'] = f",
    "memory at any address": "import numpy as np\n"
    "o = tf.keras.callbacks.LambdaCallback(**{'__array_interface__': d})\nnp.asarray(o)[0] = 1",
    "fields of any name": "import numpy as np\nt = np.dtype((np.record, [('_repr_html_', 'O')]))",
    "a library's own tests, with a file of examples": "import numpy as np\n"
    "np.random.test(extra_argv=['--doctest-glob=*.svg', 'x.svg'])",
    "another test of it": "from numpy.linalg import test\ntest()",
    "how all functions run": "tf.config.run_functions_eagerly(True)",
    "the same by the module": "config = tf.config\nconfig.set_visible_devices([])",
    "threads of operations": "from tensorflow.config import threading",
    "what is tried out": "tf.config.experimental.set_memory_growth(gpu, True)",
    "a helper that hands out any module": "import lab_setup\nlab_setup.load('os').write(1, b'a')",
    "the same by its name": "from lab_setup import load\nload('gc')",
}


@pytest.mark.parametrize("source", REACHES.values(), ids=REACHES)
def test_what_reaches_further_than_its_name_is_a_finding(source: str, lab: ReleasedLab) -> None:
    assert _look(source, lab)


def _look(source: str, lab: ReleasedLab) -> tuple[Finding, ...]:
    given = [cell.source for cell in lab.notebook.cells if cell.cell_type == "code"]
    return findings(given, [Code("a cell", source)], lab.policy)


def test_lists_that_are_cut_off_are_said_to_be(lab: ReleasedLab, tmp_path: Path) -> None:
    names, digests = tmp_path / "names.json", tmp_path / "digests.txt"
    names.write_text(lab.lab.public_names.read_text())
    digests.write_text("")
    with pytest.raises(ValueError, match="cut off"):
        read_list(names, digests, (0, 0))


def test_every_module_that_a_kernel_has_loaded_counts_as_installed(lab: ReleasedLab) -> None:
    """What is not found on the path counts as missing, and nothing is asked of its attributes."""
    libraries = ", ".join(lab.lab.kernel.preload)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(f"import sys, {libraries}\nprint(*sys.modules)")]
    )
    NotebookClient(notebook, kernel_name="python3", timeout=300).execute()
    printed = [each.text for each in notebook.cells[0].outputs if each.get("name") == "stdout"]
    roots = {name.partition(".")[0] for name in "".join(printed).split()}
    assert {"pydevd", "cython_runtime"} & roots
    assert {name for name in roots if name.isidentifier() and not installed(name)} == set()
