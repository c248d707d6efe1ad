"""Write a term into one file, look at such a file, and unpack it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from alpaca_course.archiving import gradebook
from alpaca_course.archiving.anonymous import (
    Anonymous,
    mapping,
    people,
    pseudonyms_for,
    still_there,
)
from alpaca_course.archiving.contents import Item, contents
from alpaca_course.archiving.manifest import (
    GRADEBOOK,
    NAME,
    ArchiveError,
    Entry,
    Manifest,
    about,
)
from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.database_url import without_passwords
from alpaca_course.files import ignore_progress, staged
from alpaca_course.lms.pseudonyms import Person

_PIECE = 1024 * 1024
_MOST_TOLD = 50
_LARGEST_MANIFEST = 256 * _PIECE
Advance = Callable[[int, int], None]
_OWN_GRADEBOOK = f"""
# Unpacked from an archive: the gradebook is the file beside this one, wherever it was before.
from alpaca_course.database_url import file_url
c.CourseDirectory.db_url = file_url(Path(__file__).resolve().parent / "{GRADEBOOK}")
"""


@dataclass(frozen=True)
class Written:
    """An archive that was written.

    Attributes:
        manifest: what it says of itself.
        who: ids by pseudonym, where it has pseudonyms.
        doubtful: files in which somebody's whole name or address still stands.
    """

    manifest: Manifest
    who: Mapping[str, str]
    doubtful: tuple[str, ...] = ()


def write(
    course: Course, path: Path, *, anonymous: bool = False, advance: Advance = ignore_progress
) -> Written:
    """Write the term of ``course`` to ``path``, for its owner's eyes alone; whole or not at all.

    Args:
        course: the course; nobody should be grading in it.
        path: the zip archive.
        anonymous: with pseudonyms, and without what cannot be read for names.
        advance: is told how many files are done, and of how many.

    Raises:
        CourseError: the gradebook or the roster cannot be read, or names cannot be kept.
        OSError: a file cannot be read, or the archive not be written.
    """
    found = contents(course)
    _check_names((*(item.name for item in found.items), *found.others))
    known = people(course, found) if anonymous else {}
    hidden = pseudonyms_for(course, known) if anonymous else None
    veil = Anonymous(course, hidden) if hidden else None
    path.parent.mkdir(parents=True, exist_ok=True)
    with staged(path) as new:
        new.touch(mode=0o600)
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            packing = _Packing(archive, veil, known)
            for number, item in enumerate(found.items, start=1):
                packing.add(item)
                advance(number, len(found.items))
            said, students = packing.add_gradebook(course)
            facts = about(course)
            manifest = Manifest(
                made=facts.made,
                anonymous=anonymous,
                versions=facts.versions,
                labs=facts.labs,
                students=students,
                gradebook=said,
                left_out=(*found.others, *packing.left_out) if not anonymous else (),
                files=packing.files,
            )
            archive.writestr(NAME, manifest.model_dump_json(indent=1))
    who = mapping(hidden, known) if hidden else {}
    return Written(manifest, who, tuple(packing.doubtful))


class _Packing:
    """Puts files into an archive, and keeps what has to be said of them."""

    def __init__(
        self, archive: zipfile.ZipFile, veil: Anonymous | None, known: Mapping[str, Person]
    ) -> None:
        self._archive, self._veil, self._known = archive, veil, known
        self.files: dict[str, Entry] = {}
        self.left_out: list[str] = []
        self.doubtful: list[str] = []

    def add(self, item: Item) -> None:
        if item.name == CONFIG_FILE:
            self._bytes(item.name, without_passwords(item.path.read_bytes()))
            return
        if self._veil is None or not item.of_term:
            with item.path.open("rb") as stream:
                self._stream(item.name, stream.read)
            return
        data = self._veil.content(item, item.path.read_bytes())
        if data is None:
            self.left_out.append(item.name)
            return
        name = self._free(self._veil.name(item.name))
        self._look(name, data)
        self._bytes(name, data)

    def add_gradebook(self, course: Course) -> tuple[str, int]:
        """What it says, as a digest, and how many students it has."""
        with gradebook.snapshot(course) as copy:
            if copy is None:
                return "", 0
            if self._veil is not None:
                gradebook.rewrite(copy, self._veil.student, self._veil.text)
                self._look(GRADEBOOK, copy.read_bytes())
            with copy.open("rb") as stream:
                self._stream(GRADEBOOK, stream.read)
            return gradebook.said(copy), len(gradebook.students(copy))

    def _look(self, name: str, data: bytes) -> None:
        if still_there(data, self._known.values()):
            self.doubtful.append(name)

    def _free(self, name: str) -> str:
        """Two files may come to the same name once names are gone from theirs."""
        path, number = PurePosixPath(name), 1
        while name in self.files:
            number += 1
            name = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
        return name

    def _bytes(self, name: str, data: bytes) -> None:
        pieces = iter((data, b""))
        self._stream(name, lambda _: next(pieces))

    def _stream(self, name: str, read: Callable[[int], bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self._archive.open(info, "w", force_zip64=True) as target:
            while piece := read(_PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.files[name] = Entry(size=size, sha256=digest.hexdigest())


def _check_names(names: Iterable[str]) -> None:
    """All that an archive cannot keep is told at once, up to the part that has to be renamed.

    Raises:
        ArchiveError: there is something.
    """
    wrong = dict.fromkeys(filter(None, map(_up_to_no_letter, names)))
    if not wrong:
        return
    one = len(wrong) == 1
    said = f"The name of {', '.join([*wrong][:_MOST_TOLD])}"
    said += f" and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
    raise ArchiveError(
        f"{said} is in no encoding that is known, so it cannot be kept: rename "
        f"{'it' if one else 'each of them'}."
    )


def _up_to_no_letter(name: str) -> str:
    """A path as far as its first part that is no UTF-8, escaped; empty where all of it is."""
    path = PurePosixPath(name)
    for part in (*reversed(path.parents), path):
        escaped = str(part).encode("utf-8", "backslashreplace").decode()
        if escaped != str(part):
            return escaped
    return ""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive and what it says of itself.

    Raises:
        ArchiveError: it is none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(NAME)
            if info.file_size > _LARGEST_MANIFEST:
                raise ArchiveError(f"{path}: what it says of itself is too long.")
            yield archive, Manifest.parse(archive.read(info))
    except KeyError:
        raise ArchiveError(f"{path} is no archive of a course: it has no {NAME}.") from None
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{path} cannot be read: {error}") from None


def check(path: Path, *, advance: Advance = ignore_progress) -> Manifest:
    """Read an archive to its end.

    Raises:
        ArchiveError: it is none, or damaged; the text names the first file that is.
    """
    with opened(path) as (archive, manifest):
        for number, (name, entry) in enumerate(manifest.files.items(), start=1):
            for _ in _pieces(archive, name, entry):
                pass
            advance(number, len(manifest.files))
        return manifest


def unpack(path: Path, folder: Path, *, advance: Advance = ignore_progress) -> Manifest:
    """Unpack an archive into a new folder: all of it, or nothing.

    Raises:
        ArchiveError: it is none, or damaged, or the folder is there already.
        OSError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveError(f"{folder} is there already: choose a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with opened(path) as (archive, manifest):
        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            for number, (name, entry) in enumerate(manifest.files.items(), start=1):
                _unpack_one(archive, name, entry, new)
                advance(number, len(manifest.files))
            if GRADEBOOK in manifest.files:
                _use_own_gradebook(new / CONFIG_FILE)
            if folder.exists():
                folder.rmdir()
            new.rename(folder)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        return manifest


def _use_own_gradebook(settings: Path) -> None:
    """Have a course that was unpacked work on the gradebook beside it, and not on the living one.

    Its settings, or the environment, may name a database in which a later term is by now.
    """
    with settings.open("a", encoding="utf-8") as file:
        file.write(_OWN_GRADEBOOK)


def _unpack_one(archive: zipfile.ZipFile, name: str, entry: Entry, folder: Path) -> None:
    parts = PurePosixPath(name).parts
    # Elsewhere than on Windows these are letters, which students may have in names of files.
    drive = os.name == "nt" and ("\\" in name or ":" in name)
    if not parts or name.startswith("/") or ".." in parts or drive:
        raise ArchiveError(f"A file of the archive would lie elsewhere: {name!r}.")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        for piece in _pieces(archive, name, entry):
            stream.write(piece)


def _pieces(archive: zipfile.ZipFile, name: str, entry: Entry) -> Iterator[bytes]:
    """The content of a file, no more of it than it should have.

    Raises:
        ArchiveError: it is another one.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                if size > entry.size:
                    break
                yield piece
    except (KeyError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise ArchiveError(f"The archive is damaged at {name}: {error}") from None
    if (size, digest.hexdigest()) != (entry.size, entry.sha256):
        raise ArchiveError(f"The archive is damaged: {name} is not what was put in.")
