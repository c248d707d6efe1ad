"""From a notebook as intake made it to the text of the autograded one, by nbgrader's steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode


class AutogradedExporter(NotebookExporter):
    """nbconvert's exporter, with a notebook that is not copied whole and is checked once.

    nbconvert copies it three times, since a step may change anything, makes ids for cells that have
    none, and checks it again while writing, where what is wrong is logged and written all the same.
    Here a step gives cells other outputs, or makes another notebook, intake gave each cell its id,
    and a notebook that is not valid is an error. It was a third of what writing a submission costs.
    """

    def __init__(self, **traits: Any) -> None:
        self._steps: list[Callable[..., Any]] = []
        super().__init__(**traits)

    def register_preprocessor(self, preprocessor: Any, enabled: bool = False) -> Any:
        """As nbconvert's, which comes back here with what it makes of a name or a class."""
        if not isinstance(preprocessor, str | type):
            self._steps.append(preprocessor)
        return super().register_preprocessor(preprocessor, enabled)

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **_: Any
    ) -> tuple[str, dict[str, Any]]:
        """The text of ``nb`` after all steps.

        Raises:
            nbformat.ValidationError: a step made it an invalid one.
        """
        nb = NotebookNode({**nb, "cells": [NotebookNode(cell) for cell in nb.cells]})
        resources = {**(resources or {}), "output_extension": self.file_extension}
        for step in self._steps:
            nb, resources = step(nb, resources)
        nbformat.validate(nb, relax_add_props=True)
        return f"{nbformat.v4.writes(nb)}\n", resources
