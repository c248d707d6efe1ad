"""What a server of each role is told: configuration files, environment, command line.

Files are written anew at each start into the course's working folder and found through
``JUPYTER_CONFIG_PATH``, so a person's own settings of JupyterLab stay in force. What must hold
whatever a person has set (the address, the folder) stands on the command line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.exchange.options import STUDENTS_SIDE
from alpaca_course.exchange.publishing import course_id, ensure_exchange
from alpaca_course.server.workspace import Workspace

ADDRESS = "127.0.0.1"
TEMPLATES = Path(__file__).parent / "templates"
LAB_EXTENSIONS = Path(__file__).parent / "labextensions"
# Seconds for one cell when a student presses Validate; nbgrader's default of 30 stops a training.
VALIDATION_TIMEOUT = 600
_NBGRADER = "nbgrader.server_extensions"


class Role(StrEnum):
    """Whose server it is."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


# Server extensions on and off, and JupyterLab's plugins off: what each side has no use for.
_SERVER_EXTENSIONS = {
    Role.STUDENT: {
        f"{_NBGRADER}.formgrader": False,
        f"{_NBGRADER}.course_list": False,
        # The same button, answered without a standstill.
        f"{_NBGRADER}.validate_assignment": False,
        "alpaca_course.server.validate_button": True,
        # What *Submit* and the list of hand-ins lack.
        "alpaca_course.server.submit_button": True,
        # An author's tool: it would open the helper files beside the notebook as notebooks.
        "jupyterlab_jupytext": False,
    },
    Role.INSTRUCTOR: {f"{_NBGRADER}.assignment_list": False},
}
_LAB_PLUGINS = {
    Role.STUDENT: [
        "@jupyter/nbgrader:formgrader",
        "@jupyter/nbgrader:course-list",
        "@jupyter/nbgrader:create-assignment",
        "jupyterlab-jupytext",
    ],
    Role.INSTRUCTOR: ["@jupyter/nbgrader:assignment-list"],
}
# Asks at the first start whether news may be fetched: a dialog in front of the lesson.
_ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"


@dataclass(frozen=True)
class ServerPlan:
    """One server to start.

    Attributes:
        role: whose it is.
        folder: what its file browser shows, and its working folder.
        page: where it begins, below its address.
        settings: the folder of its configuration files.
        files: those files, by path below ``settings``.
    """

    role: Role
    folder: Path
    page: str
    settings: Path
    files: dict[str, str]

    def write(self) -> None:
        """Write the configuration files."""
        for name, text in self.files.items():
            path = self.settings / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def command(self, port: int, *, open_browser: bool) -> list[str]:
        """The command line of the server on ``port`` of this machine alone."""
        arguments = [
            f"--ServerApp.ip={ADDRESS}",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.folder}",
            f"--ServerApp.open_browser={open_browser}",
            f"--LabApp.default_url={self.page}",
            "--LabApp.extension_manager=readonly",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--ServerApp.allow_root=True")
        return [sys.executable, "-m", "jupyterlab", *arguments]

    def environment(
        self, course: Course, token: str, base: Mapping[str, str] = os.environ
    ) -> dict[str, str]:
        """The environment of the server and of the kernels it starts.

        The token is no argument, since those can be read by everybody on the machine.
        """
        programs = str(Path(sys.executable).parent)
        return {
            **base,
            # nbgrader calls `alembic`, and `python3` of the kernel must be this one.
            "PATH": _joined(programs, base.get("PATH")),
            "JUPYTER_CONFIG_PATH": _joined(str(self.settings), base.get("JUPYTER_CONFIG_PATH")),
            "JUPYTER_TOKEN": token,
            "KERAS_HOME": str(course.keras_home),
            "ALPACA_DATASET": str(course.dataset),
        }


def _joined(first: str, rest: str | None) -> str:
    return os.pathsep.join([first, *([rest] if rest else [])])


def student_server(course: Course, workspace: Workspace, *, open_notebook: bool) -> ServerPlan:
    """The server of one student; it begins with the lab's notebook, or with an empty launcher."""
    page = f"/lab/tree/{workspace.lab.name}/{workspace.lab.file_name}" if open_notebook else "/lab"
    return ServerPlan(
        Role.STUDENT,
        workspace.folder,
        page,
        course.state / "lab" / f"{Role.STUDENT}-{workspace.student}",
        {
            **_jupyter_files(
                Role.STUDENT,
                {
                    "LabApp": {"extra_labextensions_path": [str(LAB_EXTENSIONS)]},
                    **export_options(),
                },
            ),
            "nbgrader_config.py": render(nbgrader_options(course, workspace)),
        },
    )


def instructor_server(course: Course) -> ServerPlan:
    """The server with formgrader; nbgrader reads the course's own ``nbgrader_config.py``."""
    return ServerPlan(
        Role.INSTRUCTOR,
        course.root,
        "/lab",
        course.state / "lab" / Role.INSTRUCTOR,
        _jupyter_files(Role.INSTRUCTOR, {}),
    )


def export_options() -> dict[str, dict[str, object]]:
    """Options of nbconvert for *File > Save and Export Notebook As*: the lab's own page.

    Only on a student's side: formgrader chooses templates of its own through the same options.
    """
    return {
        "HTMLExporter": {
            "template_name": "alpaca_lab",
            "extra_template_basedirs": [str(TEMPLATES)],
        },
        # A kind of HTMLExporter, too, which would inherit the name.
        "SlidesExporter": {"template_name": "reveal"},
    }


def _jupyter_files(role: Role, options: Mapping[str, object]) -> dict[str, str]:
    extensions = {"ServerApp": {"jpserver_extensions": _SERVER_EXTENSIONS[role]}, **options}
    page = {"disabledExtensions": dict.fromkeys([_ANNOUNCEMENTS, *_LAB_PLUGINS[role]], True)}
    return {
        "jupyter_server_config.json": json.dumps(extensions, indent=2),
        "labconfig/page_config.json": json.dumps(page, indent=2),
    }


def nbgrader_options(course: Course, workspace: Workspace) -> dict[str, object]:
    """nbgrader's options on a student's side: nothing of the instructor's configuration."""
    return {
        "CourseDirectory.course_id": course_id(course),
        "CourseDirectory.student_id": workspace.student,
        **STUDENTS_SIDE,
        "Exchange.root": str(ensure_exchange(course)),
        "Exchange.assignment_dir": str(workspace.folder),
        "Exchange.cache": str(workspace.hand_ins),
        **validation_options(),
    }


def validation_options() -> dict[str, object]:
    """nbgrader's options for a student's *Validate*."""
    return {
        "Execute.timeout": VALIDATION_TIMEOUT,
        # As in grading: whatever kernel the notebook names, of whichever machine it last ran on.
        "Execute.kernel_name": "python3",
    }


def render(options: Mapping[str, object]) -> str:
    """A configuration file that sets ``options``, by ``Class.trait``."""
    lines = [f"c.{name} = {value!r}" for name, value in options.items()]
    return "\n".join(["# Written by `alpaca lab` at each start.", "c = get_config()", *lines, ""])
