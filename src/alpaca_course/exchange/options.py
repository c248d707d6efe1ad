"""nbgrader's exchange inside the course's folder, for one machine and one user.

Both sides read it from here: the instructor's ``nbgrader_config.py`` and the configuration that
:mod:`alpaca_course.server.settings` writes for a student's server.
"""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config

EXCHANGE = ".exchange"
# What lies beside the notebook and is no part of a hand-in: pictures, weights, saved models.
# The first four are nbgrader's own defaults.
NEVER_COPIED = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "dataset",
    "keras",
    "*.h5",
    "*.keras",
]
# Kilobytes. nbgrader adds up a folder's size before it leaves out what is never copied: with its
# default of 100 MB a dataset/ folder beside the notebook would make handing in impossible.
LARGEST_FOLDER = 2_000_000


# What a student's side sets besides the exchange itself.
STUDENTS_SIDE: dict[str, object] = {
    "CourseDirectory.ignore": NEVER_COPIED,
    "CourseDirectory.max_dir_size": LARGEST_FOLDER,
    "ExchangeFactory.submit": "alpaca_course.exchange.submitting.SubmitWhole",
}


def exchange_root(root: Path) -> Path:
    """The exchange of the course in ``root``."""
    return root / EXCHANGE


def configure(c: Config, root: Path) -> None:
    """Set up the exchange of the course in ``root``, unless the configuration names another.

    Args:
        c: nbgrader's configuration.
        root: the course's folder.
    """
    c.CourseDirectory.ignore = NEVER_COPIED
    c.CourseDirectory.max_dir_size = LARGEST_FOLDER
    c.ExchangeFactory.collect = "alpaca_course.exchange.collecting.CollectFiles"
    c.ExchangeFactory.release_feedback = "alpaca_course.exchange.feedback.ReleaseEveryFeedback"
    if "root" in c.Exchange:
        return
    c.Exchange.root = str(exchange_root(root.resolve()))
    # Everybody is the same user here, so the owner of a hand-in says nothing about who made it.
    c.ExchangeCollect.check_owner = False
