"""The inputs that a lab may declare: how kernels see them, and what a judge knows of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from alpaca_course.assets.answers import KnownNetwork
from alpaca_course.assets.backbone import LayerWeights, read_layers
from alpaca_course.assets.official import SIZES, file_name
from alpaca_course.assets.pictures import ensure_pictures, pictures_in_use
from alpaca_course.assets.weights import ensure_weights, models_folder, weights_in_use
from alpaca_course.contract.inputs import InputMount
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import Say, Tick, say_nothing, tick_nothing
from alpaca_course.lab import Input


@dataclass(frozen=True)
class CourseInput:
    """One of the course's inputs.

    Attributes:
        mount: as kernels see it; None where it is not there.
        facts: what rules are told of it.
        digest: what executions depend on.
        ensure: have it; what is there is used again. Told whether it is for a demonstration, for
            which nothing large is fetched. Returns a sentence on what there is.
    """

    mount: Callable[[Course], InputMount | None]
    facts: Callable[[Course], Any]
    digest: Callable[[Course], str]
    ensure: Callable[[Course, bool, Say, Tick], str]


def ensure(
    course: Course,
    names: Iterable[Input],
    *,
    demonstration: bool = False,
    say: Say = say_nothing,
    tick: Tick = tick_nothing,
) -> dict[str, str]:
    """Have the inputs ``names``; a sentence on each.

    Raises:
        AssetError: one of them cannot be had.
    """
    return {name: INPUTS[name].ensure(course, demonstration, say, tick) for name in names}


def mounts(course: Course, names: Iterable[Input]) -> tuple[InputMount, ...]:
    """The inputs ``names`` that are there, as kernels see them."""
    found = (INPUTS[name].mount(course) for name in names)
    return tuple(mount for mount in found if mount is not None)


def facts_about(course: Course, names: Iterable[Input]) -> dict[str, Any]:
    """What rules are told of the inputs ``names``.

    Raises:
        CourseError: an input that rules judge by is missing.
    """
    return {name: INPUTS[name].facts(course) for name in names}


def digests(course: Course, names: Iterable[Input]) -> dict[str, str]:
    """What an execution depends on of the inputs ``names``."""
    return {name: INPUTS[name].digest(course) for name in names}


def _folder(path: Path, place: str, variable: tuple[str, str] | None = None) -> InputMount | None:
    return InputMount(path, place, variable) if path.is_dir() else None


def _listing(course: Course) -> str:
    """Names and sizes of the pictures: reading all of them would cost more than it tells.

    Not of what a file browser puts beside them, such as ``.DS_Store``, which no kernel looks at.
    """
    total = hashlib.sha256()
    for path in sorted(course.dataset.glob("[!.]*/[!.]*")):
        total.update(f"{path.parent.name}/{path.name}:{path.stat().st_size}\n".encode())
    return total.hexdigest()


def _weights_digest(course: Course) -> str:
    found = weights_in_use(course)
    text = json.dumps(found.sha256, sort_keys=True) if found else ""
    return hashlib.sha256(text.encode()).hexdigest()


def _known_network(course: Course) -> KnownNetwork:
    found = weights_in_use(course)
    if found is None:
        raise CourseError(
            "The pretrained weights are not ready, so nobody's network could be built: run "
            "`alpaca weights`."
        )
    files = {found.fingerprints[str(size)]: found.folder / file_name(size) for size in SIZES}

    @lru_cache(maxsize=len(SIZES))
    def layers(fingerprint: str) -> Sequence[LayerWeights]:
        return read_layers(files[fingerprint])

    return KnownNetwork(found.fingerprints, layers)


def _ensure_pictures(course: Course, demonstration: bool, say: Say, tick: Tick) -> str:
    source = "drawn" if demonstration and pictures_in_use(course) is None else None
    found = ensure_pictures(course, source, say=say, tick=tick)
    reused = "reused, " if found.reused else ""
    return f"Pictures: {reused}{found.description} in {found.folder}"


def _ensure_weights(course: Course, _demonstration: bool, say: Say, tick: Tick) -> str:
    found = ensure_weights(course, say=say, tick=tick)
    reused = "reused, " if found.reused else ""
    return f"Weights: {reused}{found.description} in {found.folder}"


INPUTS: dict[Input, CourseInput] = {
    "pictures": CourseInput(
        mount=lambda course: _folder(course.dataset, "work/dataset"),
        facts=lambda course: None,
        digest=_listing,
        ensure=_ensure_pictures,
    ),
    "weights": CourseInput(
        # Keras uses KERAS_HOME only if it is writable: the folder is the kernel's own, the models
        # in it are the course's.
        mount=lambda course: _folder(
            models_folder(course), "keras/models", ("KERAS_HOME", "keras")
        ),
        facts=_known_network,
        digest=_weights_digest,
        ensure=_ensure_weights,
    ),
}
