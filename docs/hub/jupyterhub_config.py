"""A hub for one course: students' servers, and formgrader for several graders.

What a site changes stands on top; docs/jupyterhub.md explains the rest.
"""

import os
import sys
from pathlib import Path

COURSE_ID = "alpaca"
STUDENTS = {"ada", "ben"}
GRADERS = {"instructor1", "instructor2"}
# The account that owns the course, and where it lies: a copy of the repository after `make setup`.
GRADER = "grader-alpaca"
COURSE = Path("/home/grader-alpaca/course")
# Of all students' servers, and of nobody else: the folder docs/hub/jupyter.
SETTINGS = Path("/srv/alpaca/jupyter")
FORMGRADER = "http://127.0.0.1:9999"
# Without a shared disk: where ngshare listens, such as "http://127.0.0.1:10101", and its files.
NGSHARE = ""
NGSHARE_FILES = Path("/srv/ngshare")

c = get_config()  # noqa: F821

# Who may come, and who may grade; the sign-in itself is the site's (here the system's accounts).
c.Authenticator.allowed_users = STUDENTS | GRADERS
formgrade = f"formgrade-{COURSE_ID}"  # nbgrader asks for this name
c.JupyterHub.load_groups = {formgrade: {"users": sorted(GRADERS)}}

# The environment of this file is the students' one, too.
programs = Path(sys.executable).parent
c.Spawner.cmd = [str(programs / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": str(SETTINGS),
    # nbgrader calls `alembic`, and a notebook's `python3` must be this one.
    "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
}
c.ConfigurableHTTPProxy.command = [str(programs / "configurable-http-proxy")]

grading = COURSE / ".venv/bin"
c.JupyterHub.services = [
    {
        # Called as the course, so that nbgrader finds it.
        "name": COURSE_ID,
        "url": FORMGRADER,
        "command": [str(grading / "jupyterhub-singleuser")],
        "user": GRADER,
        "cwd": str(COURSE),
        "environment": {
            "JUPYTERHUB_DEFAULT_URL": "/lab",
            "USER": GRADER,
            "PATH": f"{grading}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        },
    }
]
c.JupyterHub.load_roles = [
    {
        "name": formgrade,
        "groups": [formgrade],
        "scopes": [
            f"access:services!service={COURSE_ID}",
            "list:services",
            f"read:services!service={COURSE_ID}",
        ],
    }
]

if NGSHARE:
    c.JupyterHub.services.append(
        {
            "name": "ngshare",
            "url": NGSHARE,
            "command": [
                sys.executable,
                *("-m", "alpaca_course.exchange.ngshare_server"),
                *("--admins", ",".join(sorted(GRADERS))),
                *("--database", f"sqlite:///{NGSHARE_FILES}/ngshare.db"),
                *("--storage", f"{NGSHARE_FILES}/files"),
            ],
            "cwd": str(NGSHARE_FILES),
        }
    )
