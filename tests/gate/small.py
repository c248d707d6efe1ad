"""A policy that is written here, and the gate over one cell with it."""

from __future__ import annotations

from alpaca_course.gate.check import Code, Finding, findings
from alpaca_course.gate.names import words
from alpaca_course.gate.policy import ModuleNames, Policy

LAYERS = ModuleNames(
    names=frozenset(("Dense", "Dropout", "Layer", "RandomFlip")),
    hidden=frozenset(("TFSMLayer", "deserialize")),
)
MODULES = {
    "keras": ModuleNames(
        names=frozenset(("Model", "Sequential", "Input")),
        modules=frozenset(("layers", "optimizers", "backend")),
        hidden=frozenset(("saving", "src")),
    ),
    "keras.layers": LAYERS,
    "keras.backend": ModuleNames(names=frozenset(("epsilon",))),
    "keras.optimizers": ModuleNames(names=frozenset(("Adam", "SGD"))),
    "numpy": ModuleNames(
        names=frozenset(("array", "mean", "random", "sum")) - {"random"},
        hidden=frozenset(("load", "save", "lib", "ctypeslib")),
    ),
    "lab_models": ModuleNames(names=frozenset(("require",)), hidden=frozenset(("os", "hooks"))),
}
GIVEN = (
    "import keras\nimport numpy as np\nimport keras.layers as tfl\nimport lab_models\n"
    "from keras.layers import RandomFlip\nmodel2 = keras.Model()\nbase_model = model2"
)
INSTALLED = words(
    "sys os builtins ctypes inspect subprocess threading socket pickle importlib types gc operator "
    "IPython ipykernel alpaca_course notebooks codecs code pandas scipy tempfile io logging"
)
POLICY = Policy(MODULES, is_installed=lambda name: name.partition(".")[0] in INSTALLED)


def look(*sources: str) -> tuple[Finding, ...]:
    """What the gate finds in the cells of a student."""
    return findings([GIVEN], [Code(f"'{at}'", text) for at, text in enumerate(sources)], POLICY)
