"""nbgrader on a JupyterHub whose image has this package: its buttons as those of ``alpaca lab``.

Installing the package brings JupyterLab's and the server's part (``data-files`` in
``pyproject.toml``). The rest is set where students cannot change it; ``docs/hub/`` has the files.
In ``nbgrader_config.py``, what nbgrader itself does::

    from alpaca_course.server import hub

    hub.configure(c)

and in ``jupyter_server_config.py``, where pictures and weights lie::

    hub.have_inputs("/srv/alpaca/models", "/srv/alpaca/dataset")
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbgrader.apps.validateapp
import nbgrader.server_extensions.validate_assignment.handlers
from traitlets.config import Config

from alpaca_course.exchange.options import STUDENTS_SIDE
from alpaca_course.server.settings import validation_options
from alpaca_course.server.validate_button import SpeakingValidator

KERAS_HOME = ".keras-lab"


def configure(c: Config) -> None:
    """Have nbgrader's commands and buttons do on a student's side what they do in ``alpaca lab``.

    ``nbgrader validate`` and its own *Validate* button take what grading takes, with sentences in
    place of tracebacks, with time enough for a training, and with this environment's kernel.
    *Submit* leaves pictures out, and a hand-in is in the exchange whole or not at all. What is set
    already stays, such as another exchange.
    """
    for name, value in {**STUDENTS_SIDE, **validation_options()}.items():
        group, _, trait = name.partition(".")
        c[group].setdefault(trait, value)
    # nbgrader has no option that names its validator; both look the name up when they need it.
    nbgrader.apps.validateapp.Validator = SpeakingValidator
    nbgrader.server_extensions.validate_assignment.handlers.Validator = SpeakingValidator


def have_inputs(models: str | Path, dataset: str | Path, home: Path | None = None) -> None:
    """Tell this server's kernels where weights and pictures lie; what is told already stays.

    Keras takes a ``KERAS_HOME`` only if it can write into it, and silently uses another one
    otherwise. So each user has one, and in it a link to the weights of all. It is made by the
    user's own server: a hub that did it would write, with all its rights, where a user may have
    put a link.

    Args:
        models: the weights of all, as Keras' folder ``models`` has them.
        dataset: the pictures of all.
        home: the user's home.
    """
    os.environ.setdefault("ALPACA_DATASET", str(dataset))
    if "KERAS_HOME" in os.environ:
        return
    own = (home or Path.home()) / KERAS_HOME
    link = own / "models"
    try:
        own.mkdir(mode=0o700, exist_ok=True)
        if link.is_symlink() and link.readlink() != Path(models):
            link.unlink()
        if not link.is_symlink() and not link.exists():
            link.symlink_to(models)
    except OSError as error:  # a full disk: the server starts, and the lab's first cell says more
        print(f"No {own}: {error}", file=sys.stderr)
        return
    os.environ["KERAS_HOME"] = str(own)
