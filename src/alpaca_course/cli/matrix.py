"""``alpaca matrix``: the hidden tests' own tests with each supported TensorFlow/Keras pair."""

from __future__ import annotations

from typing import Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, err, out, print_json
from alpaca_course.errors import CourseError


def matrix(
    *,
    pair: Annotated[
        list[str] | None, typer.Option(help="Only the pair with this TensorFlow release.")
    ] = None,
    mutants: Annotated[bool, typer.Option(help="Run the automatic mutants as well.")] = True,
    stored: Annotated[
        bool,
        typer.Option(
            "--stored", help="Judge what earlier runs with the same versions kept, where they did."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Run `alpaca qualify` with each supported pair of TensorFlow and Keras.

    Each pair has an environment of its own below `.alpaca/matrix/`, made the first time (a large
    download). A run over all pairs writes `docs/matrix.md`.
    """
    from alpaca_course.qualification.matrix import page, read_pairs, run_pair

    here = course()
    pairs, loosened = read_pairs(here.root / "pyproject.toml")
    wanted = [each for each in pairs if not pair or each.tensorflow in pair]
    if not wanted:
        known = ", ".join(each.tensorflow for each in pairs)
        raise CourseError(f"No such pair. TensorFlow releases in pyproject.toml: {known}.")
    options = [*([] if mutants else ["--no-mutants"]), *(["--stored"] if stored else [])]
    results = [run_pair(here, each, loosened, options, err.print) for each in wanted]
    if not pair and mutants:
        (here.root / "docs" / "matrix.md").write_text(page(results), encoding="utf-8")
    if json:
        print_json([{"pair": each.pair.name, **each.found} for each in results])
    else:
        out.print(page(results))
    if not all(each.holds for each in results):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add ``alpaca matrix``."""
    app.command("matrix")(matrix)
