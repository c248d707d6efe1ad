"""nbgrader's *Validate* button without a standstill.

nbgrader runs the whole notebook inside the server's event loop: for as long as that takes nobody
can save, and no kernel is heard. This server extension answers the same address, with the same
validator, from a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from nbgrader.apps import NbGrader
from nbgrader.server_extensions.validate_assignment.handlers import (
    NbGraderVersionHandler,
    ValidateAssignmentHandler,
)
from nbgrader.validator import Validator
from tornado import web

# Each run holds as much memory as an open notebook: one at a time.
_one_at_a_time = asyncio.Lock()


class ValidateInProcessHandler(ValidateAssignmentHandler):
    """``POST …/assignments/validate``, as nbgrader's handler of that name."""

    @web.authenticated
    async def post(self) -> None:
        body = self.get_json_body() or {}
        path = body.get("path") or self.get_argument("path")
        root = Path(self.root_dir).resolve()
        notebook = (root / path).resolve()
        if not notebook.is_relative_to(root):
            raise web.HTTPError(403, "Access denied: path outside allowed directory")
        async with _one_at_a_time:
            self.finish(await _validate_elsewhere(notebook))


async def _validate_elsewhere(notebook: Path) -> str:
    """The answer for the front end, made by this module's :func:`main` in another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        str(notebook),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await process.communicate()
    if process.returncode:
        return json.dumps(
            {"success": False, "value": f"Validation ended with code {process.returncode}."}
        )
    return answer.decode()


def validate(notebook: Path) -> dict[str, Any]:
    """nbgrader's validation of a notebook: ``success``, and results or an error as ``value``."""
    app = NbGrader()
    app.load_config_file()
    try:
        return {"success": True, "value": Validator(config=app.config).validate(str(notebook))}
    except Exception:
        return {"success": False, "value": traceback.format_exc()}


def main() -> None:
    """Validate the notebook named on the command line; the answer is all of stdout."""
    # The kernel inherits stdout: what a notebook's programs print there must not mix with it.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as stdout:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        json.dump(validate(Path(sys.argv[1])), stdout)


def load_jupyter_server_extension(server: Any) -> None:
    """Answer nbgrader's addresses; called by Jupyter Server."""
    application = server.web_app
    application.settings["root_dir"] = server.root_dir
    base = application.settings["base_url"]
    application.add_handlers(
        ".*$",
        [
            (url_path_join(base, "/assignments/validate"), ValidateInProcessHandler),
            (url_path_join(base, "/nbgrader_version"), NbGraderVersionHandler),
        ],
    )


if __name__ == "__main__":
    main()
