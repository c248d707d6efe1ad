"""nbgrader on a JupyterHub whose image has this package: its buttons as those of ``alpaca lab``.

Installing the package brings JupyterLab's and the server's part (``data-files`` in
``pyproject.toml``). What nbgrader itself does is set in the hub's ``nbgrader_config.py``, where
students cannot change it::

    from alpaca_course.server import hub

    hub.configure(c)
"""

from __future__ import annotations

import nbgrader.apps.validateapp
import nbgrader.server_extensions.validate_assignment.handlers
from traitlets.config import Config

from alpaca_course.server.settings import validation_options
from alpaca_course.server.validate_button import SpeakingValidator


def configure(c: Config) -> None:
    """Have ``nbgrader validate`` and nbgrader's own *Validate* button take what grading takes.

    With sentences in place of tracebacks, with time enough for a training, and with this
    environment's kernel.
    """
    for name, value in validation_options().items():
        group, _, trait = name.partition(".")
        c[group][trait] = value
    # nbgrader has no option that names its validator; both look the name up when they need it.
    nbgrader.apps.validateapp.Validator = SpeakingValidator
    nbgrader.server_extensions.validate_assignment.handlers.Validator = SpeakingValidator
