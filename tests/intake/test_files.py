"""Whatever lies in a folder: a notebook in it is found, and what is none is named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import nbformat
import pytest

from alpaca_course.contract.states import SubmissionRefused
from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import take_in_folder
from alpaca_course.intake.taking_in import Intake
from alpaca_course.intake.timestamp import read_timestamp
from alpaca_course.opened import RELATIVE
from tests import light

NAME = f"{light.NOTEBOOK}.ipynb"


@pytest.fixture
def solved(pristine: Course) -> bytes:
    return nbformat.writes(light.solved(pristine)).encode()


def packed(*entries: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def take(folder: Path, released: ReleasedLab, **files: bytes) -> Intake:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return take_in_folder(folder, released)


def refusal(folder: Path, released: ReleasedLab, **files: bytes) -> str:
    with pytest.raises(SubmissionRefused) as refused:
        take(folder, released, **files)
    return refused.value.note.text


def codes(intake: Intake) -> list[str]:
    return [note.code for note in (*intake.repairs, *intake.doubts)]


@pytest.mark.parametrize(
    "name",
    [
        f"{NAME} (1)",
        f"{NAME}(1)",
        f"{NAME} (1).ipynb",
        f"{NAME}.txt",
        f"{NAME}.json",
        f"{NAME}.ipynb",
        f"{light.NOTEBOOK} (2).ipynb",
        f"{light.NOTEBOOK}.IPYNB",
        f" {NAME} ",
        f"{NAME}.txt\N{NO-BREAK SPACE}",
        f"{light.NOTEBOOK}.json ",
        f"{light.NOTEBOOK}.json",
        f"{light.NOTEBOOK}.txt",
        light.NOTEBOOK,
        f"{NAME}.crdownload",
        f"a/b/c/d/e/{NAME}",
    ],
)
def test_a_notebook_by_another_name(
    name: str, tmp_path: Path, released: ReleasedLab, solved: bytes
) -> None:
    intake = take(tmp_path, released, **{name: solved})
    assert codes(intake) == ["file.renamed"]
    assert intake.answered == {"double", "total"}


def test_a_zip_with_one_notebook(tmp_path: Path, released: ReleasedLab, solved: bytes) -> None:
    archive = packed(
        ("lab/dataset/", b""),
        ("lab/dataset/a.jpg", b"x" * 100),
        ("__MACOSX/lab/._x.ipynb", b"x"),
        ("lab/.ipynb_checkpoints/x.ipynb", b"{"),
        (f"lab/{NAME}", solved),
    )
    intake = take(tmp_path, released, **{"submission.zip": archive})
    assert codes(intake) == ["file.renamed"]
    assert "lay in 'lab' in 'submission.zip'" in intake.repairs[0].text


@pytest.mark.parametrize("name", ["inner.zip", "../../inner.zip", "C:\\x\\inner.zip", "/inner.zip"])
def test_a_zip_in_a_zip_once(
    name: str, tmp_path: Path, released: ReleasedLab, solved: bytes
) -> None:
    inner = packed((f"../../{NAME}", solved))
    assert take(tmp_path / "in", released, **{"a.zip": packed((name, inner))}).answered
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.zip"]


def test_a_third_zip_is_not_opened(tmp_path: Path, released: ReleasedLab, solved: bytes) -> None:
    archive = packed((NAME, solved))
    for name in ("c.zip", "b.zip"):
        archive = packed((name, archive))
    assert "no notebook in it" in refusal(tmp_path, released, **{"a.zip": archive})


def test_several_notebooks_in_a_zip(
    tmp_path: Path, released: ReleasedLab, solved: bytes, pristine: Course
) -> None:
    other = nbformat.writes(light.solved(pristine, double=light.WRONG_DOUBLE)).encode()
    empty = nbformat.writes(light.released(pristine)).encode()
    two = take(tmp_path, released, **{"a.zip": packed(("x.ipynb", solved), ("y.ipynb", empty))})
    assert codes(two) == ["file.renamed"]
    assert two.answered
    three = take(tmp_path, released, **{"a.zip": packed(("x.ipynb", solved), ("y.ipynb", other))})
    assert "file.several" in codes(three)


def locked(solved: bytes) -> bytes:
    """A zip whose directory says that its file is encrypted."""
    data = bytearray(packed((NAME, solved)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def test_zips_that_cannot_be_taken(tmp_path: Path, released: ReleasedLab, solved: bytes) -> None:
    whole = packed((NAME, solved))
    bomb = packed((NAME, b" " * 50_000_000))
    for archive, words in (
        (packed(("main.py", b"print(1)")), "no notebook in it"),
        (whole[: len(whole) // 2], "damaged or was cut off"),
        (whole.replace(b"PK\x01\x02", b"PK\x01\x07"), "damaged or was cut off"),
        (bomb, "is too large"),
        (packed(*((f"{n}.ipynb", b"{") for n in range(5001))), "too large to be opened"),
        (locked(solved), "asks for a password"),
    ):
        said = refusal(tmp_path, released, **{"submission.zip": archive})
        assert said.startswith("You handed in submission.zip: a zip archive, and")
        assert words in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lab.py", "lab.py: a Python file"),
        ("lab.html", "lab.html: a web page"),
        ("lab.pdf", "lab.pdf: a PDF"),
        ("lab.ipynb.crdownload", "lab.ipynb.crdownload: a download that was not finished"),
        ("lab.rar", "lab.rar: an archive of another kind than zip"),
        ("lab.zip", "lab.zip: a zip archive that cannot be opened"),
        ("lab.docx", "lab.docx: a document"),
        ("lab", "You handed in lab."),
    ],
)
def test_what_was_handed_in_instead_is_named(
    name: str, words: str, tmp_path: Path, released: ReleasedLab
) -> None:
    said = refusal(tmp_path, released, **{name: b"something else", "timestamp.txt": b"2026-01-01"})
    assert words in said
    assert "timestamp" not in said
    assert NAME in said


def test_many_other_files_are_counted(tmp_path: Path, released: ReleasedLab) -> None:
    said = refusal(tmp_path, released, **{f"{n}.jpg": b"x" for n in range(9)})
    assert "0.jpg: a picture, 1.jpg: a picture, 2.jpg: a picture and 6 files more" in said


def test_other_files_do_not_hide_the_notebook(
    tmp_path: Path, released: ReleasedLab, solved: bytes
) -> None:
    many = {f"data/{n:03}.{ending}": b"{}" for n in range(200) for ending in ("txt", "json", "zip")}
    assert take(tmp_path, released, **many, **{"z/zz.ipynb": solved}).answered


def test_a_damaged_notebook_of_another_name_is_named(tmp_path: Path, released: ReleasedLab) -> None:
    said = refusal(tmp_path, released, **{"mine.ipynb": b'{"cells": ['})
    assert said.startswith("You handed in 'mine.ipynb'. The file is damaged")


@pytest.mark.parametrize(
    ("data", "when"),
    [
        (b"2026-03-01 10:00:00.5 UTC\n", "2026-03-01 10:00:00.500000"),
        (b"2026-03-01 10:00:00 America/Los_Angeles", "2026-03-01 18:00:00"),
        (b"2026-03-01T10:00:00+02:00", "2026-03-01 08:00:00"),
        (b"\xef\xbb\xbf2026-03-01 10:00", "2026-03-01 10:00:00"),
    ],
)
def test_times_as_nbgrader_reads_them(data: bytes, when: str, tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").write_bytes(data)
    stamp = read_timestamp(tmp_path)
    assert stamp.time is not None
    assert str(stamp.time.replace(tzinfo=None)) == when
    assert stamp.note is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"yesterday evening",
        b"\xff\xfe2026",
        b"99999999999999999999 10:00",
        b"2026-13-45 10:00",
        b"x" * 5000,
        b"0001-01-01 00:00:00 Asia/Tokyo",
    ],
)
def test_a_time_that_cannot_be_read_is_said(
    data: bytes, tmp_path: Path, released: ReleasedLab, solved: bytes
) -> None:
    intake = take(tmp_path, released, **{NAME: solved, "timestamp.txt": data})
    assert codes(intake) == ["time.unreadable"]


def test_a_folder_in_the_place_of_the_time(
    tmp_path: Path, released: ReleasedLab, solved: bytes
) -> None:
    (tmp_path / "timestamp.txt").mkdir()
    assert codes(take(tmp_path, released, **{NAME: solved})) == ["time.unreadable"]


@pytest.mark.skipif(not RELATIVE, reason="looks through other functions there")
@pytest.mark.usefixtures("nobody_may_enter")
def test_a_folder_that_may_not_be_read_is_named_where_nothing_lies_outside(
    tmp_path: Path, released: ReleasedLab, solved: bytes
) -> None:
    assert "The folder 'locked' of this" in refusal(tmp_path, released, **{f"locked/{NAME}": b""})
    assert codes(take(tmp_path, released, **{NAME: solved})) == []
    with pytest.raises(SubmissionRefused, match="may not be read by whoever grades"):
        take_in_folder(tmp_path / "locked", released)
