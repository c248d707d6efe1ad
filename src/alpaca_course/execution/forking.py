"""A process that imports once and forks one ipykernel after the other, without a sandbox.

``python -m alpaca_course.execution.forking SETUP``, started by :mod:`.forked` and for the course's
own code alone. It imports and forks as process 1 of a sandbox does, but is not shielded from what
it forks, and shares its file system and process ids with the rest of the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

from alpaca_course.sandbox.process_one import kernel as warm
from alpaca_course.sandbox.process_one.template import Template, TemplateError


def main() -> None:
    setup = json.loads(sys.argv[1])
    control = socket.socket(fileno=setup["control"])
    try:
        sys.path.append(setup["import_from"])
        warm.preload(setup["preload"])
        warm.drop_foreign_handlers()
    except Exception:
        warm.send(control, {"ready": False, "error": traceback.format_exc()[-2000:]})
        return
    warm.send(control, {"ready": True})
    warm.detach_output()
    forking = _Forking(control, setup)
    while request := control.recv(warm.MESSAGE_LIMIT):
        forking.answer(json.loads(request))
    forking.end()


class _Forking:
    """One kernel at a time: a fork of this process, or of its template."""

    def __init__(self, control: socket.socket, setup: dict[str, Any]) -> None:
        self._control = control
        self._setup = setup
        self._template: Template | None = None
        self._kernel = 0
        self._from_template = False

    def answer(self, message: dict[str, Any]) -> None:
        if message["do"] == "prepare":
            warm.send(self._control, self._prepare())
        elif message["do"] == "fork":
            self._from_template = bool(message.get("ready"))
            self._fork(message)
        else:
            warm.send(self._control, self.end())

    def _prepare(self) -> dict[str, Any]:
        try:
            if self._template is None:
                self._template = Template(self._setup, self._control)
        except TemplateError as error:
            return {"template": 0, "error": str(error)}
        return {"template": self._template.pid}

    def _fork(self, message: dict[str, Any]) -> None:
        if not self._from_template:
            self._kernel = warm.fork_kernel(self._control, self._setup, message)
            return
        try:
            if self._template is None:
                raise TemplateError("there is none")
            self._kernel = self._template.fork(message)
            warm.tell_forked(self._control, self._kernel)
        except (TemplateError, OSError) as error:
            warm.send(self._control, {"error": f"the template: {error}"})

    def end(self) -> dict[str, Any]:
        """Kill the kernel with all it started; what it used, and what became of the template."""
        kernel, self._kernel = self._kernel, 0
        if not kernel:
            return {"usage": {}}
        # The kernel leads a session of its own.
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(kernel, signal.SIGKILL)
        if not self._from_template:
            _, _, used = os.wait4(kernel, 0)
            return {"usage": warm.usage_of(used)}
        assert self._template is not None
        try:
            return {"usage": self._template.settle() or {}}
        except TemplateError as error:
            self._template.end()
            self._template = None
            return {"usage": {}, "lost": str(error)}


if __name__ == "__main__":
    main()
