"""A widget where there are widgets, and a sentence where there are none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from IPython.display import display

WIDGET = "application/vnd.jupyter.widget-view+json"


def show_or_say(make: Callable[[], Any], plain: str) -> None:
    """Show the widget that ``make`` gives; print ``plain`` where none can be made.

    A page that shows no widgets, such as an exported one, has ``plain`` as well.
    """
    box = None
    # Not every installation has widgets; nobody needs them.
    with contextlib.suppress(Exception):
        box = make()
    if box is None:
        print(plain)
        return
    # As ipywidgets would write it; versions 7 (Colab) and 8 have different methods for that.
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    display({WIDGET: view, "text/plain": plain}, raw=True)
