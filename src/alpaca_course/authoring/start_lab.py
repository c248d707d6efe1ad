"""Start the lab: JupyterLab in this folder, with the weights that lie beside this file.

    python start_lab.py            opens JupyterLab
    python start_lab.py --check    only says whether everything is there

Needs Python 3.11 to 3.13 and, once, with network: python -m pip install -r requirements.txt
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SETTINGS = "start_lab.json"


def problems(folder: Path, settings: dict[str, Any]) -> list[str]:
    """What keeps the lab from running, each with what to do.

    Args:
        folder: where this file lies.
        settings: ``modules`` that must be installed, ``files`` that must be there.
    """
    found = []
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        found.append(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}.")
    missing = [name for name in settings["modules"] if importlib.util.find_spec(name) is None]
    if missing:
        found.append(
            f"Not installed: {', '.join(missing)}. With network, once: "
            f"{sys.executable} -m pip install -r requirements.txt"
        )
    absent = [name for name in settings["files"] if not (folder / name).exists()]
    if absent:
        found.append(f"Not in {folder}: {', '.join(absent)}. Unpack the whole zip file again.")
    elif (folder / "keras").is_dir() and not os.access(folder / "keras", os.W_OK):
        # Keras ignores a KERAS_HOME that it cannot write, and would try a download.
        found.append(f"{folder / 'keras'} cannot be written: unpack into a folder of your own.")
    return found


def main() -> int:
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
    if "--check" in sys.argv[1:]:
        print("Everything is there.")
        return 0
    environment = {**os.environ, "KERAS_HOME": str(folder / "keras")}
    command = [sys.executable, "-m", "jupyterlab", settings["notebook"]]
    return subprocess.call(command, cwd=folder, env=environment)


if __name__ == "__main__":
    sys.exit(main())
