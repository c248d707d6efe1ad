"""Photographs over HTTP, with everything that goes wrong on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import LABELS, read_manifest
from alpaca_course.assets.openimages import (
    GIVE_UP_AFTER,
    SPLITS_FILE,
    download_photographs,
    missing_photographs,
)
from alpaca_course.assets.pictures import ensure_pictures, pictures_in_use
from alpaca_course.assets.plan import plan_pictures
from alpaca_course.assets.reduce import SHORTER_SIDE
from alpaca_course.course import Course

from .conftest import Bucket, MakeCourse, serve

Originals = dict[str, list[Path]]


@pytest.fixture
def course(make_course: MakeCourse, bucket: Bucket) -> Course:
    return make_course(openimages_url=bucket.url, download_timeout=30.0)


def test_all_arrive_reduced_from_whichever_split_has_them(
    course: Course, bucket: Bucket, originals: Originals
) -> None:
    serve(bucket, course, originals)
    seen: list[tuple[int, int]] = []
    found = ensure_pictures(
        course, "openimages", tick=lambda _what, done, total: seen.append((done, total))
    )
    assert found.complete
    assert found.counts == dict.fromkeys(LABELS, 6)
    assert seen[0] == (0, 12)
    assert seen[-1] == (12, 12)
    arrived = list(course.dataset.glob("*/*.jpg"))
    assert len(arrived) == 12
    for path in arrived:
        with Image.open(path) as image:
            assert min(image.size) == SHORTER_SIDE
    again = ensure_pictures(course, "openimages")
    assert again.reused
    assert again.digest == found.digest


def test_each_failure_is_named_and_the_rest_is_kept_and_resumed(
    make_course: MakeCourse, bucket: Bucket, originals: Originals
) -> None:
    # Long enough for a busy machine to answer, short enough to wait for twice.
    course = make_course(openimages_url=bucket.url, download_timeout=5.0)
    paths = serve(bucket, course, originals)
    for path, how in zip(paths, ("missing", "wrong", "slow", "cut", "busy once"), strict=False):
        bucket.misbehaviour[path] = how
    found = ensure_pictures(course, "openimages")
    names = [photo.file for photo in read_manifest(course.manifest)]
    assert list(found.problems) == names[:4]
    reasons = list(found.problems.values())
    for reason, word in zip(reasons, ("404", "sha256", "no answer", "cut"), strict=True):
        assert word in reason
    assert found.counts == {"alpaca": 2, "not alpaca": 6}
    recorded = pictures_in_use(course)
    assert recorded is not None
    assert recorded.problems == found.problems
    assert not recorded.modified
    assert sorted(missing_photographs(course)) == sorted(names[:4])

    bucket.misbehaviour.clear()
    bucket.asked.clear()
    mended = ensure_pictures(course, "openimages")
    assert mended.complete
    assert mended.counts == dict.fromkeys(LABELS, 6)
    ids = {path.rsplit("/", 1)[-1] for path in bucket.asked}
    assert ids == {name.rsplit("/", 1)[-1] for name in names[:4]}


def test_splits_are_remembered(course: Course, bucket: Bucket, originals: Originals) -> None:
    paths = serve(bucket, course, originals)
    ensure_pictures(course, "openimages")
    cache = course.state / "pictures" / "openimages"
    assert (cache / SPLITS_FILE).is_file()
    for path in cache.glob("*/*.jpg"):
        path.unlink()
    bucket.asked.clear()
    photographs = read_manifest(course.manifest)
    assert not download_photographs(photographs, cache, url=bucket.url + "/", timeout=2)
    assert bucket.asked == dict.fromkeys(paths, 1)


def test_a_dead_network_ends_soon_and_leaves_the_pictures_alone(
    make_course: MakeCourse, bucket: Bucket, originals: Originals
) -> None:
    course = make_course(openimages_url="http://127.0.0.1:9", download_timeout=1.0)
    serve(bucket, course, {label: files * 10 for label, files in originals.items()})
    photographs = read_manifest(course.manifest)
    assert len(photographs) > GIVE_UP_AFTER
    problems = download_photographs(
        photographs, course.state / "x", url="http://127.0.0.1:9", timeout=1
    )
    assert len(problems) == len(photographs)
    assert "not tried: no connection" in problems.values()
    with pytest.raises(AssetError, match="--source drawn"):
        ensure_pictures(course, "openimages")
    assert not (course.dataset / "alpaca").exists()


def test_a_certificate_that_is_not_accepted_is_named(
    make_course: MakeCourse, bucket: Bucket, originals: Originals, untrusted: str
) -> None:
    course = make_course(openimages_url=untrusted, download_timeout=5.0)
    serve(bucket, course, {label: files * 10 for label, files in originals.items()})
    with pytest.raises(AssetError, match=r"certificate of 127\.0\.0\.1 is not accepted") as caught:
        ensure_pictures(course, "openimages")
    assert "--source drawn" in str(caught.value)
    assert "no connection" not in str(caught.value)


def test_without_a_choice_photographs_come_first(
    course: Course, bucket: Bucket, originals: Originals
) -> None:
    serve(bucket, course, originals)
    assert plan_pictures(course, None).action == "download"
    assert ensure_pictures(course).source == "openimages"
    assert ensure_pictures(course).reused


@pytest.mark.parametrize(
    "row",
    [
        "../../etc/passwd,alpaca,00,1,1,1",
        "0123456789abcdef,llama,00,1,1,1",
        "0123456789abcdef,alpaca,00,many,1,1",
        "0123456789abcdef",
    ],
)
def test_a_wrong_manifest_is_refused(course: Course, row: str) -> None:
    course.manifest.write_text(f"id,label,sha256,bytes,width,height\n{row}\n")
    with pytest.raises(AssetError, match=r"manifest|photograph"):
        read_manifest(course.manifest)


@pytest.mark.timeout(60)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_in_the_place_of_the_manifest_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manifest.csv")
    with pytest.raises(AssetError, match="it is a pipe or a device"):
        read_manifest(tmp_path / "manifest.csv")


PHOTOGRAPHS = Path(__file__).parents[3] / "shared" / "data" / "alpaca_photos"
MANIFEST = Path(__file__).parents[2] / "dataset" / "manifest.csv"


def test_committed_manifest_has_the_labs_photographs() -> None:
    photographs = read_manifest(MANIFEST)
    labels = [photo.label for photo in photographs]
    assert (labels.count("alpaca"), labels.count("not alpaca")) == (142, 185)
    assert len({photo.id for photo in photographs}) == 327
    assert all(len(bytes.fromhex(photo.sha256)) == 32 for photo in photographs)
    assert all(min(photo.width, photo.height) >= SHORTER_SIDE for photo in photographs)


@pytest.mark.photographs
@pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason="the lab's photographs are not here")
def test_the_labs_photographs_over_http(course: Course, bucket: Bucket) -> None:
    files = {label: sorted((PHOTOGRAPHS / label).iterdir()) for label in LABELS}
    paths = serve(bucket, course, files)
    bucket.misbehaviour |= {paths[5]: "wrong", paths[100]: "missing", paths[200]: "cut"}
    found = ensure_pictures(course, "openimages")
    assert len(found.problems) == 3
    assert sum(found.counts.values()) == 324
    bucket.misbehaviour.clear()
    assert ensure_pictures(course, "openimages").counts == {"alpaca": 142, "not alpaca": 185}
    # Small JPEG files pass through byte for byte.
    served = {path.rsplit("/", 1)[-1]: content for path, content in bucket.files.items()}
    for path in course.dataset.glob("*/*.jpg"):
        assert path.read_bytes() == served[path.name]
