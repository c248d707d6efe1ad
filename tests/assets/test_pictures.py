"""Drawn pictures, pictures from a folder, and what happens to the pictures there before."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from alpaca_course.assets import drawn
from alpaca_course.assets.drawn import Drawn, draw_set
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import LABELS
from alpaca_course.assets.pictures import RECORD, ensure_pictures, pictures_in_use
from alpaca_course.assets.plan import plan_pictures
from alpaca_course.course import Course

from .conftest import MakeCourse

FEW = dict.fromkeys(LABELS, 4)
UNREACHABLE = "http://127.0.0.1:9"
MANIFEST = Path(__file__).parents[2] / "dataset" / "manifest.csv"


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*.jpg")))
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small drawn set, where the number of pictures does not matter."""
    monkeypatch.setattr(drawn, "COUNTS", FEW)


@pytest.fixture
def course(make_course: MakeCourse) -> Course:
    made = make_course(openimages_url=UNREACHABLE)
    made.manifest.write_bytes(MANIFEST.read_bytes())
    return made


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of pictures of one's own: several formats, one large, none broken."""
    folder = tmp_path / "own"
    for label in LABELS:
        (folder / label).mkdir(parents=True)
        Image.new("RGB", (900, 600), (200, 180, 140)).save(folder / label / "large.jpg")
        Image.new("RGBA", (200, 180)).save(folder / label / "a.png")
        Image.new("CMYK", (200, 180)).save(folder / label / "a.jpg")
        (folder / label / "notes.txt").write_text("no picture")
    return folder


def test_same_seed_same_bytes_and_none_depends_on_the_others(tmp_path: Path) -> None:
    draw_set(tmp_path / "one", counts=FEW)
    draw_set(tmp_path / "two", counts=FEW)
    draw_set(tmp_path / "fewer", counts=dict.fromkeys(LABELS, 2))
    draw_set(tmp_path / "other", counts=FEW, seed=1)
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "two")
    assert contents(tmp_path / "fewer").items() <= one.items()
    assert not set(one.values()) & set(contents(tmp_path / "other").values())


def test_drawn_pictures_are_large_enough_varied_and_not_told_apart_by_colour(
    tmp_path: Path,
) -> None:
    draw_set(tmp_path, counts=dict.fromkeys(LABELS, 24))
    colours: dict[str, list[np.ndarray]] = {}
    sizes = set()
    for label in LABELS:
        for path in (tmp_path / label).iterdir():
            with Image.open(path) as image:
                assert image.mode == "RGB"
                assert min(image.size) >= 160
                sizes.add(image.size)
                colours.setdefault(label, []).append(np.asarray(image).mean((0, 1)))
    assert len(sizes) >= 4
    means = {label: np.mean(values, 0) for label, values in colours.items()}
    spread = np.std(colours["alpaca"], 0)
    # Backgrounds are drawn from one distribution: mean colours differ by less than their spread.
    assert np.all(np.abs(means["alpaca"] - means["not alpaca"]) < spread)


def test_without_network_pictures_are_drawn_and_it_says_so(course: Course, few: None) -> None:
    said: list[str] = []
    found = ensure_pictures(course, say=said.append)
    assert (found.source, found.counts) == ("drawn", FEW)
    assert "cannot be fetched" in said[0]
    assert found.details == {"seed": drawn.SEED, "version": drawn.VERSION}
    assert ensure_pictures(course).reused
    assert ensure_pictures(course, "drawn").reused
    assert not ensure_pictures(course, Drawn(seed=5)).reused
    # Keras takes every folder in dataset/ for a class.
    assert sorted(p.name for p in course.dataset.iterdir() if p.is_dir()) == list(LABELS)


def test_an_older_drawing_is_replaced_without_being_told_to(
    course: Course, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_pictures(course, "drawn")
    monkeypatch.setattr(drawn, "VERSION", drawn.VERSION + 1)
    assert not ensure_pictures(course, "drawn").reused


def test_pictures_of_ones_own_are_never_lost_silently(course: Course, few: None, own: Path) -> None:
    said: list[str] = []
    ensure_pictures(course, "drawn")
    found = ensure_pictures(course, own, say=said.append)
    assert "Replacing drawn pictures" in said[0]
    assert found.source == "folder"
    before = contents(course.dataset)
    assert plan_pictures(course, "drawn").action == "refuse"
    with pytest.raises(AssetError, match="--force"):
        ensure_pictures(course, "drawn")
    assert contents(course.dataset) == before
    assert ensure_pictures(course).source == "folder"
    assert ensure_pictures(course, "drawn", force=True).counts == FEW


@pytest.mark.parametrize("change", ["added", "removed", "edited"])
def test_a_drawn_set_that_somebody_changed_is_theirs(
    course: Course, few: None, change: str
) -> None:
    ensure_pictures(course, "drawn")
    first = course.dataset / "alpaca" / "001.jpg"
    if change == "added":
        (course.dataset / "alpaca" / "mine.jpg").write_bytes(first.read_bytes())
    elif change == "removed":
        first.unlink()
    else:
        first.write_bytes(first.read_bytes() + b"\0")
    found = pictures_in_use(course)
    assert found is not None
    assert found.modified
    with pytest.raises(AssetError, match="changed since"):
        ensure_pictures(course, "drawn")
    assert ensure_pictures(course).reused


def test_pictures_without_a_record_are_somebodys(course: Course, few: None) -> None:
    ensure_pictures(course, "drawn")
    (course.dataset / RECORD).unlink()
    assert ensure_pictures(course).source == "unknown"
    with pytest.raises(AssetError, match="unknown origin"):
        ensure_pictures(course, "drawn")


def test_a_folder_is_reduced_and_made_readable_for_tensorflow(course: Course, own: Path) -> None:
    found = ensure_pictures(course, own)
    assert found.complete
    assert found.counts == dict.fromkeys(LABELS, 3)
    sizes = []
    for path in course.dataset.glob("*/*"):
        with Image.open(path) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
            sizes.append(image.size)
    assert (480, 320) in sizes


def test_undecodable_files_are_named_and_the_rest_is_kept(course: Course, own: Path) -> None:
    whole = (own / "alpaca" / "large.jpg").read_bytes()
    (own / "alpaca" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (own / "not alpaca" / "text.png").write_text("no picture")
    found = ensure_pictures(course, own)
    assert set(found.problems) == {"alpaca/cut.jpg", "not alpaca/text.png"}
    assert found.counts == dict.fromkeys(LABELS, 3)


@pytest.mark.parametrize("wrong", ["missing", "one class", "all broken"])
def test_a_folder_that_cannot_serve_is_refused(course: Course, own: Path, wrong: str) -> None:
    if wrong == "missing":
        own = own / "nowhere"
    elif wrong == "one class":
        (own / "not alpaca").rename(own / "llama")
    else:
        for path in (own / "alpaca").iterdir():
            path.write_text("no picture")
    with pytest.raises(AssetError):
        ensure_pictures(course, own)
    assert pictures_in_use(course) is None


def test_an_interrupted_installation_is_finished_by_the_next(
    course: Course, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_pictures(course, "drawn")

    with monkeypatch.context() as patch:
        patch.setattr("alpaca_course.assets.pictures.shutil.move", _interrupt_second())
        with pytest.raises(KeyboardInterrupt):
            ensure_pictures(course, Drawn(seed=5))
    assert pictures_in_use(course) is None
    assert ensure_pictures(course, Drawn(seed=5)).counts == FEW


def _interrupt_second() -> Callable[[Path, Path], None]:
    """Moves as usual, but is interrupted at the second call."""
    move, calls = shutil.move, []

    def moving(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == 2:
            raise KeyboardInterrupt
        move(source, target)

    return moving
