"""``alpaca weights``: pretrained weights under the course's own ``KERAS_HOME``."""

from __future__ import annotations

from typing import Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, err, out, print_json, progress


def register(app: typer.Typer) -> None:
    app.command("weights")(weights)


def weights(
    source: Annotated[
        str | None,
        typer.Option(
            help="'official', 'standin' or a weights file. Without it: what is there already, "
            "else the official files, else the stand-in.",
            metavar="official|standin|FILE",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Fetch again.")] = False,
    json: JsonOption = False,
) -> None:
    """Get the pretrained weights that `weights='imagenet'` loads, and say which they are."""
    from alpaca_course.assets.progress import ticking
    from alpaca_course.assets.weights import ensure_weights

    place = course()
    with progress() as bar:
        found = ensure_weights(
            place,
            source,
            force=force,
            say=err.print,
            tick=ticking(bar),
        )
    if json:
        print_json({**found.to_json(), "reused": found.reused, "keras_home": str(place.keras_home)})
        return
    verb = "Reused" if found.reused else "Ready"
    out.print(f"{verb}: {found.description}.")
    out.print(f"KERAS_HOME={place.keras_home}", soft_wrap=True)
    for digest in dict.fromkeys(found.sha256.values()):
        sizes = ", ".join(size for size, value in found.sha256.items() if value == digest)
        out.print(f"sha256 {digest} (input sizes {sizes})", soft_wrap=True)
