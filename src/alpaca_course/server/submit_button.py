"""nbgrader's *Submit*, with what it lacks: whether it arrived, which bytes, and how far it is.

nbgrader takes an exchange's silence for success and shows a traceback for a failure, and after a
hand-in its list has no more than the time. This server extension looks whether there is a new
hand-in, says in a sentence why there is none, and answers ``GET …/alpaca/hand-ins?course_id=…``
with the receipts, which ``labextensions/alpaca-hand-in`` shows.

Of nbgrader 0.9.6 it uses ``AssignmentList`` of its assignment list's server extension.
"""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from nbgrader.exchange import ExchangeFactory
from nbgrader.server_extensions.assignment_list.handlers import AssignmentList
from tornado import web

from alpaca_course.server.hand_ins import hand_ins

_SAFE = "Your work is as it was. Press Submit again, and tell your instructor if that goes on."
_NOT_THERE = f"nothing has arrived in the exchange. {_SAFE}"
_nbgraders_submit = AssignmentList.submit_assignment


def submit(manager: AssignmentList, course_id: str, assignment_id: str) -> dict[str, Any]:
    """nbgrader's ``submit_assignment``, with a success that is one and a failure in words."""
    before = _times(manager, course_id, assignment_id)
    answer: dict[str, Any] = _nbgraders_submit(manager, course_id, assignment_id)
    if not answer["success"]:
        return {"success": False, "value": f"{in_words(answer['value'])} {_SAFE}"}
    after = _times(manager, course_id, assignment_id)
    if before is not None and after is not None and after <= before:
        return {"success": False, "value": _NOT_THERE}
    return answer


def in_words(trace: str) -> str:
    """What an exception says, of its traceback's text."""
    lines = trace.strip().splitlines()
    for at in range(len(lines) - 1, -1, -1):
        said = re.match(r"[A-Za-z_][\w.]*: (.*)", lines[at])
        if said:
            text = " ".join([said[1], *lines[at + 1 :]]).strip()
            return text if text.endswith((".", "!", "?")) else f"{text}."
    return f"{lines[-1]}." if lines else ""


def _listed(manager: AssignmentList, course_id: str) -> list[dict[str, Any]] | None:
    answer = manager.list_submitted_assignments(course_id=course_id)
    return answer["value"] if answer["success"] else None


def _times(manager: AssignmentList, course_id: str, assignment_id: str) -> set[str] | None:
    """When this assignment was handed in; None where nbgrader cannot list it."""
    listed = _listed(manager, course_id)
    if listed is None:
        return None
    return {
        each["timestamp"]
        for assignment in listed
        if assignment["assignment_id"] == assignment_id
        for each in assignment["submissions"]
    }


def told(manager: AssignmentList, course_id: str, now: datetime) -> dict[str, Any]:
    """The answer for the front end: the folder of the course's assignments, and the receipts."""
    root = Path(manager.root_dir)
    with manager.get_assignment_dir_config() as config:
        lister = ExchangeFactory(config=config).List(config=config)
        place = Path.cwd()  # nbgrader goes to the folder of the assignments for this
    if lister.path_includes_course:
        place /= course_id
    # An exchange of another kind has no such folder.
    exchange = getattr(lister, "root", "")
    feedback = Path(exchange, course_id, "feedback") if exchange else None
    found = hand_ins(_listed(manager, course_id) or [], root, feedback)
    return {
        "folder": os.path.relpath(place, root.resolve()).replace(os.sep, "/"),
        "hand_ins": [each.to_json(now) for each in found],
    }


class HandInsHandler(JupyterHandler):
    """``GET …/alpaca/hand-ins?course_id=…``."""

    @web.authenticated
    def get(self) -> None:
        manager = self.settings.get("assignment_list_manager")
        if manager is None:
            raise web.HTTPError(404, "nbgrader's assignment list is switched off")
        course_id = self.get_argument("course_id")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(told(manager, course_id, datetime.now(UTC))))


def load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter Server; nbgrader's own extension may be loaded before or after."""
    AssignmentList.submit_assignment = submit
    application = server.web_app
    address = url_path_join(application.settings["base_url"], "/alpaca/hand-ins")
    application.add_handlers(".*$", [(address, HandInsHandler)])
