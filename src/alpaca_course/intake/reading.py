"""From the bytes of a submitted file to its cells, whatever wrote the file. Pure."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from alpaca_course.contract.states import Note, SubmissionRefused, safe

MAX_BYTES = 40 * 1024 * 1024
"""Of a file. Reading it takes up to six times as much memory: once as it is, once decoded, and a
string with a single letter beyond the first plane four times."""
MAX_CELLS = 2000
MAX_SOURCE = 1024 * 1024
MAX_VALUES = 500_000
"""Values in a notebook, those of its outputs included: each takes up to 250 bytes once it is read,
and one that takes 3 bytes in the file takes 64."""
MAX_ATTACHMENTS = 50
# JSON knows whole numbers that no float can hold.
_MOST_POINTS = 1e9
_LARGE = 8 * 1024 * 1024
# In UTF-8, beyond the 256 characters that Python keeps in one byte each.
_WIDE = re.compile(rb"[\xc4-\xf4][\x80-\xbf]{1,3}")
# A string, of which the last may be cut off, or what separates values; linear in the text.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|([\[{,])', re.DOTALL)
_UNDECODED = re.compile("[\udc80-\udcff]+")
# A picture in a note, as Colab keeps it in the text and Jupyter beside it.
_PICTURE = re.compile(r"data:image/[a-z.+-]{1,20};base64,[A-Za-z0-9+/=]*")
_AGAIN = "Open your notebook in JupyterLab, save it (File > Save), and hand that file in again."


@dataclass(frozen=True)
class SubmittedCell:
    """What is taken of a student's cell: its kind and text, and what helps to recognise it.

    Attributes:
        kind: "code", "markdown" or "raw".
        source: with line feeds only, and no character that UTF-8 cannot write.
        id: cell id; empty where it has none.
        grade_id: nbgrader's id; empty where it has none.
        nbgrader: the rest of nbgrader's metadata, to tell whether they were edited.
        tags: its tags.
        checksum: nbgrader's, of the text and settings that it was handed out with; may be forged.
    """

    kind: str
    source: str
    id: str = ""
    grade_id: str = ""
    nbgrader: tuple[tuple[str, Any], ...] = ()
    tags: tuple[str, ...] = ()
    checksum: str = ""

    @property
    def as_handed_out(self) -> bool:
        """Whether a test cell is one that some version of the lab was released with."""
        settings = dict(self.nbgrader)
        parts = [self.source, self.kind, "True", "False", "True", self.grade_id]
        parts.append(str(float(settings.get("points", 0))))
        graded = settings.get("grade") is True and not settings.get("solution")
        found = hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
        return graded and found == self.checksum


@dataclass(frozen=True)
class SubmittedNotebook:
    """A submitted notebook as data; ``notes`` says what had to be repaired to read it."""

    cells: tuple[SubmittedCell, ...]
    lab_version: str = ""
    notes: tuple[Note, ...] = ()


def read_notebook(data: bytes) -> SubmittedNotebook:
    """Read a submitted file.

    Raises:
        SubmissionRefused: it is no notebook; the reason says what the student can do.
    """
    notes: list[Note] = []
    if len(data) > MAX_BYTES:
        raise SubmissionRefused(
            "file.too_large",
            f"The file has more than {MAX_BYTES // 2**20} MiB, and no larger one is taken. "
            "Clear the outputs (Edit > Clear Outputs of All Cells), save, and hand it in again.",
        )
    text = _decode(data, notes)
    notebook = _parse(text, notes)
    raw = _raw_cells(notebook)
    cells = _cells(notebook, notes) if len(raw) <= MAX_CELLS else []
    total = sum(map(_size, cells))
    if len(raw) > MAX_CELLS or total > MAX_SOURCE:
        said = f" with {total} characters" if cells else ""
        raise SubmissionRefused(
            "notebook.too_large",
            f"The notebook has {len(raw)} cells{said}; at most {MAX_CELLS} "
            f"cells and {MAX_SOURCE} characters are taken. Remove what does not belong to your "
            "answer and hand it in again.",
        )
    if any("\r" in _joined(cell.get("source")) for cell in raw):
        notes.append(
            Note("encoding.crlf", "Line ends in the style of Windows were turned into line feeds.")
        )
    metadata = notebook.get("metadata")
    course = metadata.get("alpaca_course") if isinstance(metadata, dict) else None
    version = course.get("lab_version") if isinstance(course, dict) else None
    return SubmittedNotebook(
        cells=tuple(cells),
        lab_version=version if isinstance(version, str) else "",
        notes=tuple(notes),
    )


def _decode(data: bytes, notes: list[Note]) -> str:
    if not data.strip():
        raise SubmissionRefused("file.empty", f"The file is empty. {_AGAIN}")
    if data.startswith(b"PK\x03\x04"):
        raise SubmissionRefused(
            "file.archive", "The file is a zip archive. Hand in the notebook itself (.ipynb)."
        )
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            notes.append(
                Note("encoding.bom", "The file began with a byte-order mark, which was removed.")
            )
            return _decoded(data, encoding, notes)
    return _decoded(_narrow(data), "utf-8", notes)


def _narrow(data: bytes) -> bytes:
    """A large file with its letters beyond Latin-1 as JSON writes them in ASCII.

    A single one would make Python keep every character of the file in four bytes.
    """
    if len(data) <= _LARGE:
        return data
    narrow = _WIDE.sub(_escaped, data, count=MAX_VALUES)
    if _WIDE.search(narrow):
        raise SubmissionRefused(
            "file.too_large",
            f"The file has {len(data) // 2**20} MiB and over {MAX_VALUES} letters beyond those of "
            "Western Europe. Clear the outputs (Edit > Clear Outputs of All Cells), save, and "
            "hand it in again.",
        )
    return narrow


def _escaped(found: re.Match[bytes]) -> bytes:
    try:
        return json.dumps(found.group().decode("utf-8"))[1:-1].encode("ascii")
    except UnicodeDecodeError:
        return found.group()


def _decoded(data: bytes, encoding: str, notes: list[Note]) -> str:
    if data[:2] in (b"{\0", b"\0{"):
        encoding = "utf-16-le" if data[0] else "utf-16-be"
        notes.append(Note("encoding.other", "The file was in UTF-16, and was read as that."))
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if not data.lstrip().startswith(b"{"):
            raise SubmissionRefused(
                "file.encoding", f"The file is not text in UTF-8, so it is no notebook. {_AGAIN}"
            ) from None
    notes.append(
        Note(
            "encoding.other",
            "The file is not text in UTF-8. Letters such as ä or é were read as those of Western "
            "Europe; look whether they are right.",
        )
    )
    text = data.decode("utf-8", "surrogateescape")
    return _UNDECODED.sub(lambda found: _western(found.group()), text)


def _western(undecoded: str) -> str:
    return undecoded.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _parse(text: str, notes: list[Note]) -> dict[str, Any]:
    text = text.lstrip()
    if _has_more_values(text, MAX_VALUES):
        raise SubmissionRefused(
            "file.too_large",
            f"The notebook holds more than {MAX_VALUES} values. Clear the outputs "
            "(Edit > Clear Outputs of All Cells), save, and hand it in again.",
        )
    try:
        notebook, end = json.JSONDecoder(strict=False).raw_decode(text)
    except RecursionError:
        raise SubmissionRefused(
            "file.nesting", f"The file is nested too deeply to be a notebook. {_AGAIN}"
        ) from None
    except ValueError as error:
        raise SubmissionRefused("file.not_json", _why_not_json(text, error)) from None
    if not isinstance(notebook, dict) or not (_raw_cells(notebook) or "nbformat" in notebook):
        raise SubmissionRefused("file.not_a_notebook", f"The file is no notebook. {_AGAIN}")
    rest = text[end:].strip("\0 \t\r\n")
    if '"cell_type"' in rest:
        raise SubmissionRefused(
            "file.not_json", f"The file holds more than one notebook, one after the other. {_AGAIN}"
        )
    if text[end:].strip():
        notes.append(
            Note(
                "file.trailing",
                "After the end of the notebook the file went on with something else, which was "
                "left out.",
            )
        )
    return notebook


def _has_more_values(text: str, most: int) -> bool:
    """Whether JSON holds more values than ``most``, found before any of them is made."""
    if text.count(",") + text.count("[") + text.count("{") <= most:
        return False
    # Some of these are in strings: pages and programs among the outputs.
    found = (token for token in _TOKEN.finditer(text) if token.lastindex)
    return next(islice(found, most, None), None) is not None


def _why_not_json(text: str, error: ValueError) -> str:
    head = text.lstrip()[:200].lower()
    if head.startswith(("<!doctype", "<html")):
        return (
            "The file is a web page, not a notebook. Download the notebook itself "
            "(on GitHub: the download button of the raw file; in Colab: File > Download > .ipynb)."
        )
    if head.startswith("version https://git-lfs"):
        return (
            "The file is a pointer of Git LFS, not the notebook. Download the notebook itself and "
            "hand that in."
        )
    if "<<<<<<<" in text and ">>>>>>>" in text:
        return f"The file holds the marks of an unresolved merge of two versions. {_AGAIN}"
    where = ""
    if isinstance(error, json.JSONDecodeError):
        where = f" (line {error.lineno}, column {error.colno})"
    return (
        f"The file is damaged or was cut off: it is not valid JSON{where}. {_AGAIN} If "
        "JupyterLab cannot open it either, go back to an earlier copy."
    )


def _raw_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of formats 4 and 3 (which had worksheets), without what is no cell."""
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        cells = [
            cell
            for sheet in notebook["worksheets"]
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    if not isinstance(cells, list):
        return []
    return [cell for cell in cells if isinstance(cell, dict)]


def _cells(notebook: dict[str, Any], notes: list[Note]) -> list[SubmittedCell]:
    version = _number(notebook.get("nbformat", 4))
    minor = _number(notebook.get("nbformat_minor", 0))
    if not isinstance(version, int) or version > 4:
        raise SubmissionRefused(
            "notebook.format",
            f"The notebook's format '{safe(str(version))}' is not known here. {_AGAIN}",
        )
    raw = _raw_cells(notebook)
    found = [_cell(cell) for cell in raw]
    ids = [cell.id for cell in found if cell.id]
    old = version < 4 or (isinstance(minor, int) and minor < 5)
    if old:
        notes.append(
            Note(
                "notebook.old_format",
                f"The notebook was saved in the older format {version}.{safe(str(minor))} and "
                "converted.",
            )
        )
    elif len(ids) < len(found) or len(set(ids)) < len(ids):
        notes.append(Note("cells.ids", "Cell ids were missing or not unique, and were made anew."))
    return found


def _number(value: Any) -> Any:
    """A whole number that some tool wrote as text or with a fraction."""
    try:
        return int(value) if isinstance(value, str | float) else value
    except (ValueError, OverflowError):
        return value


def _cell(cell: dict[str, Any]) -> SubmittedCell:
    kind = cell.get("cell_type")
    # Format 3 has headings, and calls a code cell's source its input.
    source = cell["input"] if "source" not in cell and "input" in cell else cell.get("source")
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    tags = metadata.get("tags")
    identity, grade_id = cell.get("id"), nbgrader.get("grade_id")
    return SubmittedCell(
        kind=kind if kind in ("code", "raw") else "markdown",
        source=_with_attachments(_clean(_joined(source)), cell.get("attachments")),
        id=identity if isinstance(identity, str) else "",
        grade_id=grade_id if isinstance(grade_id, str) else "",
        nbgrader=tuple(
            (name, nbgrader[name])
            for name in ("grade", "solution", "locked", "task", "points")
            if isinstance(nbgrader.get(name), bool | int | float)
            and abs(nbgrader[name]) <= _MOST_POINTS
        ),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        checksum=str(nbgrader.get("checksum", "")),
    )


def _with_attachments(source: str, attachments: Any) -> str:
    """Text with the pictures in it that Jupyter keeps beside it, under names."""
    if not isinstance(attachments, dict) or "attachment:" not in source:
        return source
    longest_first = sorted(attachments.items(), key=lambda each: -len(each[0]))
    for name, forms in longest_first[:MAX_ATTACHMENTS]:
        for kind, data in forms.items() if isinstance(forms, dict) else ():
            picture = f"data:{kind};base64,{''.join(_joined(data).split())}"
            if name and _PICTURE.fullmatch(picture):
                for spelled in (name, quote(name, errors="replace")):
                    # Once, so that a file cannot grow without bounds by what it repeats.
                    source = source.replace(f"attachment:{spelled}", picture, 1)
                break
    return source


def _size(cell: SubmittedCell) -> int:
    """Characters of a cell; those of pictures in a note are not what a student wrote."""
    text = cell.source if cell.kind == "code" else _PICTURE.sub("", cell.source)
    return len(text)


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _clean(source: str) -> str:
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    # JSON can name half of a surrogate pair, which no file in UTF-8 can hold.
    return source.encode("utf-8", "replace").decode("utf-8")
