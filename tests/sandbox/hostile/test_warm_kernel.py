"""Kernels in sandboxes are Jupyter kernels: what notebooks rely on works, with TensorFlow too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.course import Course
from alpaca_course.execution.sources import lab_modules
from alpaca_course.execution.warm import WarmKernelSource
from alpaca_course.sandbox.probe import ProbeResult
from alpaca_course.sandbox.sandbox import Sandbox, Setup
from tests.sandbox.hostile.driving import CHALLENGE, REPOSITORY, run

pytestmark = pytest.mark.sandbox

LAB = Course.load(REPOSITORY).lab()
COLLECTORS = EvidenceCode(LAB.name, LAB.evidence)

TRAIN = """
import keras, numpy as np, random
print(random.random(), np.random.rand())
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Input((8, 8, 3)), keras.layers.Conv2D(4, 3),
                          keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)])
model.compile("adam", "mse")
history = model.fit(np.ones((16, 8, 8, 3)), np.zeros((16, 1)), epochs=2, verbose=0)
print(history.history["loss"])
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[InputMount, ...]:
    """A folder of pictures and one of weights, where the lab has them."""
    folder = tmp_path_factory.mktemp("inputs")
    folder.chmod(0o755)
    dataset, models = folder / "pictures", folder / "weights"
    for path in (dataset / "alpaca", dataset / "not alpaca", models):
        path.mkdir(parents=True)
    (dataset / "alpaca" / "a.png").write_bytes(b"picture")
    (models / "weights.h5").write_bytes(b"weights")
    return (
        InputMount(dataset, "work/dataset"),
        InputMount(models, "keras/models", ("KERAS_HOME", "keras")),
    )


@pytest.fixture(scope="module")
def warm(isolation: ProbeResult) -> Iterator[WarmKernelSource]:
    """As the repository's lab is graded: TensorFlow and the lab's collectors are imported."""
    setup = Setup(environment=LAB.kernel.environment, hidden=(REPOSITORY,), bwrap=isolation.bwrap)
    source = WarmKernelSource(setup, lab_modules(LAB))
    yield source
    source.close()


def test_tensorflow_trains_in_every_fork_and_seeds_come_from_the_challenge(
    warm: WarmKernelSource, inputs: tuple[InputMount, ...]
) -> None:
    texts = [
        run(warm, TRAIN, challenge=challenge, inputs=inputs, evidence=COLLECTORS).text()
        for challenge in (CHALLENGE, CHALLENGE, "f" * 32)
    ]
    assert texts[0] == texts[1]
    assert texts[0].splitlines()[0] != texts[2].splitlines()[0]
    assert texts[0].splitlines()[1] == texts[2].splitlines()[1]


def test_pictures_and_weights_are_where_the_lab_looks_and_read_only(
    warm: WarmKernelSource, inputs: tuple[InputMount, ...]
) -> None:
    ran = run(
        warm,
        "import os; print(sorted(os.listdir('dataset/')), open('dataset/alpaca/a.png').read())",
        "home = os.environ['KERAS_HOME']\n"
        "print(os.access(home, os.W_OK), os.listdir(home + '/models'))",
        "import keras; print(keras.utils.get_file(origin='http://127.0.0.1:9/weights.h5',"
        " cache_subdir='models'))",
        "open('dataset/alpaca/a.png', 'w')",
        "open(home + '/models/weights.h5', 'w')",
        "os.unlink('dataset/alpaca/a.png')",
        inputs=inputs,
        evidence=COLLECTORS,
    )
    assert ran.text(0) == "['alpaca', 'not alpaca'] picture\n"
    assert ran.text(1) == "True ['weights.h5']\n"
    assert ran.text(2) == "/run/lab/keras/models/weights.h5\n"
    for index in (3, 4, 5):
        assert "Read-only file system" in ran.text(index) or "Permission denied" in ran.text(index)


def test_a_library_with_a_signal_handler_does_not_open_process_1(isolation: ProbeResult) -> None:
    """GNU readline handles SIGWINCH once it is imported; what starts is a tight sandbox."""
    Sandbox(Setup(bwrap=isolation.bwrap, preload=("readline",))).kill()


def test_other_inputs_get_another_sandbox(
    isolation: ProbeResult, inputs: tuple[InputMount, ...]
) -> None:
    source = WarmKernelSource(Setup(bwrap=isolation.bwrap))
    look = "import os; print(os.path.exists('dataset'))"
    try:
        assert run(source, look, inputs=inputs).text() == "True\n"
        assert run(source, look).text() == "False\n"
    finally:
        source.close()


def test_the_warm_process_has_imported_tensorflow_and_the_collector(
    warm: WarmKernelSource, inputs: tuple[InputMount, ...]
) -> None:
    ran = run(
        warm,
        f"import sys; print({set(lab_modules(LAB))!r} <= set(sys.modules))",
        inputs=inputs,
        evidence=COLLECTORS,
    )
    assert ran.text() == "True\n"


def test_notebook_conveniences(warm: WarmKernelSource, inputs: tuple[InputMount, ...]) -> None:
    ran = run(
        warm,
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "!echo from a shell",
        "%timeit -n1 -r1 pass",
        "import helper; print(helper.VALUE)",
        "from IPython.display import HTML, display; display(HTML('<b>rich</b>'))",
        "%%writefile made.py\nX = 3",
        "from made import X; print(X)",
        "1 / 0",
        "_ = 5\n_",
        files={"helper.py": b"VALUE = 7", "data/more.txt": b"more"},
        inputs=inputs,
        evidence=COLLECTORS,
    )
    assert "image/png" in ran.notebook.cells[0].outputs[0].data
    assert ran.text(1) == "from a shell\r\n"
    assert "per loop" in ran.text(2)
    assert ran.text(3) == "7\n"
    assert ran.notebook.cells[4].outputs[0].data["text/html"] == "<b>rich</b>"
    assert ran.text(6) == "3\n"
    assert ran.text(7).startswith("ZeroDivisionError")
    assert ran.notebook.cells[8].outputs[0].data["text/plain"] == "5"


def test_importing_writes_nothing_to_stderr(
    warm: WarmKernelSource, inputs: tuple[InputMount, ...]
) -> None:
    ran = run(
        warm,
        "import tensorflow as tf\ntf.constant(1) + 1; None",
        inputs=inputs,
        evidence=COLLECTORS,
    )
    assert ran.notebook.cells[0].outputs == []


def test_names_of_helper_files_cannot_lead_out(warm: WarmKernelSource) -> None:
    for name in ("../x", "/tmp/x", "", "a/../../x"):
        with pytest.raises(ValueError, match="working folder"):
            run(warm, "1", files={name: b""})
