"""Start the lab: JupyterLab in this folder, with the weights that lie beside this file.

    python start_lab.py                          opens JupyterLab
    python start_lab.py --check                  only says whether everything is there
    python start_lab.py --no-browser --port N    any option of JupyterLab's own

Needs Python 3.11 to 3.13 and, once, with network: python -m pip install -r requirements.txt
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

SETTINGS = "start_lab.json"


def problems(folder: Path, settings: dict[str, Any]) -> list[str]:
    """What keeps the lab from running, each with what to do.

    Args:
        folder: where this file lies.
        settings: ``modules`` that must be installed, ``files`` that must be there, and ``bytes``,
            sizes of files that a broken copy makes smaller.
    """
    found = []
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        found.append(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}.")
    missing = [name for name in settings["modules"] if importlib.util.find_spec(name) is None]
    if "tensorflow" in missing and (machine := without_tensorflow()):
        found.append(
            f"There is no TensorFlow of the version that this lab needs for {machine}. Work in a "
            "browser instead: on your course's JupyterHub, on Colab or on Binder."
        )
    elif missing:
        found.append(
            f"Not installed: {', '.join(missing)}. With network, once: "
            f"{sys.executable} -m pip install -r requirements.txt"
        )
    absent = [name for name in settings["files"] if not (folder / name).exists()]
    if absent:
        found.append(f"Not in {folder}: {', '.join(absent)}. Unpack the whole zip file again.")
    else:
        found += damaged(folder, settings["bytes"])
    if (folder / "keras").is_dir() and not os.access(folder / "keras", os.W_OK):
        # Keras ignores a KERAS_HOME that it cannot write, and would try a download.
        found.append(f"{folder / 'keras'} cannot be written: unpack into a folder of your own.")
    return found


def damaged(folder: Path, sizes: dict[str, int]) -> list[str]:
    """Which files are not where they belong, or only in part; one sentence for each."""
    found = []
    for name, size in sizes.items():
        path = folder / name
        there = path.stat().st_size if path.is_file() else None
        if there is None:
            other = next(folder.glob(f"keras/**/{path.name}"), folder / path.name)
            found.append(
                f"{other} lies in the wrong folder: move it to {path}."
                if other.is_file()
                else f"{path} is not there. Unpack the whole zip file again."
            )
        elif there < size:
            found.append(
                f"{path} is cut off: {there:,} of {size:,} bytes. Unpack the whole zip file again."
            )
    return found


def without_tensorflow() -> str:
    """What this machine is, where no TensorFlow of the pinned version can be installed; or ""."""
    if sysconfig.get_platform() == "win-arm64":
        return "Windows on ARM"
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        return "a Mac with an Intel processor (on an Apple one: install a Python for Apple silicon)"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--check", action="store_true", help="only say whether everything is there")
    # JupyterLab says itself which options it does not know.
    asked, options = parser.parse_known_args()
    folder = Path(__file__).resolve().parent
    if (folder / SETTINGS).is_file():
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        found = problems(folder, settings)
    else:
        settings = {}
        found = [f"Not in {folder}: {SETTINGS}. Unpack the whole zip file again."]
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        return 1
    if asked.check:
        if options:
            parser.error(f"--check takes no other option: {' '.join(options)}")
        print("Everything is there.")
        return 0
    environment = {**os.environ, "KERAS_HOME": str(folder / "keras")}
    command = [sys.executable, "-m", "jupyterlab", settings["notebook"], *options]
    return subprocess.call(command, cwd=folder, env=environment)


if __name__ == "__main__":
    sys.exit(main())
