"""``alpaca archive``: the term in one file, and a clean course after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, err, out, print_json, progress
from alpaca_course.errors import CourseError
from alpaca_course.units import MIB

if TYPE_CHECKING:
    from alpaca_course.archiving.archive import Advance
    from alpaca_course.archiving.manifest import Manifest
    from alpaca_course.course import Course


def register(app: typer.Typer) -> None:
    app.command("archive")(archive)


def archive(
    file: Annotated[
        Path | None, typer.Argument(help="The archive.", show_default="COURSE-DATE.zip above")
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="With pseudonyms instead of ids and names.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option(help="Where to write who is who, of an anonymous one.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Read FILE to its end, and say what is in it.")
    ] = False,
    unpack: Annotated[Path | None, typer.Option(help="Unpack FILE into this new folder.")] = None,
    clean: Annotated[
        bool,
        typer.Option("--clean", help="Say what could be removed, since FILE holds it all."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --clean: remove it.")] = False,
    json: JsonOption = False,
) -> None:
    """Write the term into one file: lab, rules, versions, hand-ins, gradebook, evidence, pages.

    `alpaca regrade` works in the folder into which it is unpacked. With --anonymous it is for
    research. --clean removes what an archive holds from the course, for the next term.
    """
    if sum([check, clean, unpack is not None, anonymous]) > 1:
        raise CourseError("Only one of --anonymous, --check, --unpack and --clean at a time.")
    if (check or clean or unpack is not None) and file is None:
        raise CourseError("Name the archive.")
    try:
        if clean and file is not None:
            _clean(course(), file, yes=yes, json=json)
        elif file is not None and (check or unpack is not None):
            _read(file, unpack, json=json)
        else:
            _write(course(), file, anonymous=anonymous, key=key, json=json)
    except OSError as error:
        raise CourseError(f"It did not work: {error}") from error


@contextmanager
def _advancing(what: str) -> Iterator[Advance]:
    with progress() as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _write(
    place: Course, file: Path | None, *, anonymous: bool, key: Path | None, json: bool
) -> None:
    from datetime import date

    from alpaca_course.archiving.archive import write
    from alpaca_course.archiving.contents import term_folders
    from alpaca_course.files import json_text, write_atomically
    from alpaca_course.sole_writer import sole_writer

    what = "-anonymous" * anonymous
    path = file or place.root.parent / f"{place.root.name}-{date.today().isoformat()}{what}.zip"
    if path.exists():
        raise CourseError(f"{path} is there already.")
    if any(path.resolve().is_relative_to(folder) for folder in term_folders(place)):
        raise CourseError(f"{path} would be a part of the term itself: choose another place.")
    with sole_writer(place), _advancing("archiving") as advance:
        written = write(place, path, anonymous=anonymous, advance=advance)
    if key is not None and anonymous:
        write_atomically(key, json_text(dict(written.who)).encode())
    if json:
        facts = {"file": str(path), "doubtful": list(written.doubtful)}
        print_json({**facts, **written.manifest.model_dump(exclude={"files"})})
        return
    _say(f"Wrote {path}: {_told(written.manifest)}, {path.stat().st_size / MIB:.1f} MiB.")
    if written.manifest.left_out:
        _say(f"Left out, since they are no files: {', '.join(written.manifest.left_out)}.")
    if written.doubtful:
        err.print(
            "An address or a whole name still stands in these; look at them before you give the "
            f"archive away: {', '.join(written.doubtful)}.",
        )
    if anonymous and key is None:
        _say("Who is who is written nowhere (--key FILE would).")


def _read(file: Path, folder: Path | None, *, json: bool) -> None:
    from alpaca_course.archiving.archive import check, unpack

    with _advancing("reading") as advance:
        manifest = unpack(file, folder, advance=advance) if folder else check(file, advance=advance)
    if json:
        print_json(manifest.model_dump(exclude={"files"}))
        return
    _say(f"{file}: {_told(manifest)}, whole and as it was written on {manifest.made}.")
    for name, version in manifest.versions.items():
        _say(f"  {name} {version}")
    if folder:
        _say(f"Unpacked into {folder}. `alpaca regrade --dry-run` there judges it again.")


def _clean(place: Course, file: Path, *, yes: bool, json: bool) -> None:
    from alpaca_course.archiving.clean import clean, plan
    from alpaca_course.sole_writer import sole_writer

    with sole_writer(place):
        planned = plan(place, file)
        if yes:
            clean(planned)
    folders = [str(each.relative_to(place.root)) for each in (*planned.folders, *planned.caches)]
    beside = sorted(each.name for each in planned.files if each.parent == place.root)
    count = len(planned.files) + len(planned.others)
    if json:
        print_json({"removed": yes, "files": count, "folders": folders, "beside": beside})
        return
    _say(f"{file} holds all of it, as it is now.")
    _say(
        f"{'Removed' if yes else 'Would be removed'}: {count} files: "
        + "".join(f"{each}, " for each in beside)
        + f"those in {', '.join(folders)}"
        + ", and the gradebook" * bool(planned.gradebook or planned.database)
        + "."
    )
    if not yes:
        _say("Nothing was removed. `alpaca archive --clean FILE --yes` does.")


def _told(manifest: Manifest) -> str:
    labs = ", ".join(manifest.labs) or "no lab"
    who = "pseudonyms" if manifest.anonymous else "students"
    return f"{len(manifest.files)} files, {manifest.students} {who}, {labs}"


def _say(text: str) -> None:
    out.print(text, soft_wrap=True)
