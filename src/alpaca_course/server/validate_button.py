"""nbgrader's *Validate* button without a standstill.

nbgrader runs the whole notebook inside the server's event loop: for as long as that takes nobody
can save, and no kernel is heard. This server extension answers the same address, with the same
validator, from a process of its own.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.utils import url_path_join
from nbclient.exceptions import DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat.notebooknode import NotebookNode
from nbgrader.apps import NbGrader
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError, ValidationError
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
            {
                "success": False,
                "value": f"The notebook's run was ended (code {process.returncode}), as happens "
                "when memory runs out. Shut down other kernels, then press Validate again.",
            }
        )
    return answer.decode()


class LabValidator(Validator):
    """nbgrader's, for every notebook that grading takes, and with sentences for tracebacks.

    Overrides nbgrader's private ``_preprocess`` (0.9.6).
    """

    executed: NotebookNode | None = None

    def _preprocess(self, nb: NotebookNode) -> NotebookNode:
        MetadataValidator().upgrade_notebook_metadata(nb)
        self.executed = super()._preprocess(nb)
        return self.executed

    def validate(self, filename: str) -> dict[str, Any]:
        """What the button shows, as from nbgrader's handler."""
        _read(Path(filename))
        found: dict[str, Any] = super().validate(filename)
        cells = self.executed.cells if self.executed is not None else []
        for failed in found.get("failed", []):
            if "Traceback (most recent call last)" in failed["raw_error"]:
                said = _first_stop(cells) or failed["raw_error"].strip().splitlines()[-1]
                failed |= {"raw_error": said, "error": html.escape(said)}
        return found


class SpeakingValidator(LabValidator):
    """For callers that would show an exception with its traceback: it becomes a result."""

    def validate(self, filename: str) -> dict[str, Any]:
        """As nbgrader's; what cannot be validated is a failed cell that says why."""
        try:
            return super().validate(filename)
        except Exception as error:
            self.log.debug("Not validated: %s", filename, exc_info=True)
            said = in_words(error)
            return {"failed": [{"source": "", "raw_error": said, "error": html.escape(said)}]}


def _first_stop(cells: list[NotebookNode]) -> str:
    """Which cell stopped first, and why: what stands behind all errors below it."""
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                begins = next(iter(cell.source.strip().splitlines()), "")
                said = strip_ansi(f"{output.ename}: {output.evalue}")
                return f"The first cell that stopped begins with “{begins}”. It says: {said}"
    return ""


def validate(notebook: Path) -> dict[str, Any]:
    """nbgrader's validation of a notebook: ``success``, and results or a sentence as ``value``."""
    app = NbGrader()
    app.load_config_file()
    try:
        return {"success": True, "value": LabValidator(config=app.config).validate(str(notebook))}
    except Exception as error:
        traceback.print_exc()  # for the server's log
        return {"success": False, "value": in_words(error)}


class _NoNotebookError(Exception):
    """The file is not a notebook."""


def _read(notebook: Path) -> None:
    try:
        nbformat.read(notebook, as_version=nbformat.current_nbformat)
    except OSError:
        raise
    except Exception as error:  # what is in the file decides which
        raise _NoNotebookError from error


def in_words(error: Exception) -> str:
    """Why a notebook could not be validated, and what to do."""
    fresh = "Fetch the lab again into another folder, and paste your three cells into it."
    match error:
        case FileNotFoundError():
            return "The notebook's file is not there. Save the notebook, then press Validate again."
        case SchemaTooNewError():
            return f"This copy of the lab was made for a newer nbgrader than this server's. {fresh}"
        case ValidationError():
            return f"What nbgrader keeps in the lab's cells is damaged in this copy. {fresh}"
        case _NoNotebookError():
            return "The file is no notebook any more. Restore it (File > Revert to Checkpoint)."
        case DeadKernelError():
            return (
                "The notebook's kernel died, as happens when memory runs out. Shut down other "
                "kernels, then press Validate again."
            )
    first = next(iter(str(error).strip().splitlines()), "")
    return (
        f"The notebook could not be validated ({type(error).__name__}: {first}). Your file is as "
        "it was, and you can submit it."
    )


def main() -> None:
    """Validate the notebook named on the command line; the answer is all of stdout."""
    # The kernel inherits stdout: what a notebook's programs print there must not mix with it.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as stdout:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        json.dump(validate(Path(sys.argv[1])), stdout)


def load_jupyter_server_extension(server: Any) -> None:
    """Answer nbgrader's addresses; called by Jupyter Server.

    Where nbgrader's own extension is switched on as well, which of both is asked depends on the
    order in which they were loaded: so its handler answers as this one.
    """
    ValidateAssignmentHandler.post = ValidateInProcessHandler.post
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
