"""What a worker gets of a lab, once: helper files, collectors, pictures and weights.

A bundle is known by the digest of its manifest, which names every file with its own digest. There
is nothing of the hidden tests, the gradebook or the submissions in it: it is what kernels see.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.errors import CourseError
from alpaca_course.execution.bytecode import with_bytecode
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.units import MIB

MANIFEST = "bundle.json"
FORMAT = 1
LARGEST = 1024 * MIB
KEPT = 3  # bundles in a worker's folder
_FILES, _INPUTS, _EVIDENCE = "files", "inputs", "evidence"
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that zip files know
_COMPRESSED = {".jpg", ".jpeg", ".png", ".gif", ".h5", ".npz"}


class BundleError(CourseError):
    """These bytes are not the bundle that they should be, or one cannot be made."""


@dataclass(frozen=True)
class Bundle:
    """A zip file's bytes, and the digest that it is known by: 64 hexadecimal digits."""

    digest: str
    data: bytes


def pack(spec: RunSpec) -> Bundle:
    """The bundle of what every kernel of ``spec`` gets.

    Raises:
        BundleError: it is larger than workers take.
    """
    sources = {name: data for name, data in spec.files.items() if not _is_left_behind(name)}
    members: dict[str, Path | bytes] = {f"{_FILES}/{n}": data for n, data in sources.items()}
    for number, mount in enumerate(spec.inputs):
        members |= {f"{_INPUTS}/{number}/{name}": p for name, p in _files_in(mount.source)}
    if spec.evidence is not None:
        members |= {f"{_EVIDENCE}/{name}": path for name, path in _files_in(spec.evidence.folder)}
    content = {n: m if isinstance(m, bytes) else m.read_bytes() for n, m in sorted(members.items())}
    if sum(map(len, content.values())) > LARGEST:
        raise BundleError(
            f"What this lab's kernels need is larger than {LARGEST // MIB} MiB, which is what a "
            "cluster's workers take: fewer or smaller pictures are needed."
        )
    manifest = _manifest(spec, content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in {MANIFEST: manifest, **content}.items():
            stored = PurePosixPath(name).suffix.lower() in _COMPRESSED
            kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name, _DATE), data, kind)
    return Bundle(_digest(manifest), packed.getvalue())


def unpack(bundle: Bundle, folder: Path) -> Path:
    """Have ``bundle`` below ``folder``, whole or not at all; what is there is used again.

    Returns:
        the folder of this bundle.

    Raises:
        BundleError: the bytes are not this bundle.
        OSError: they cannot be written.
    """
    place = folder / bundle.digest
    if not is_whole(place):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
        try:
            _write(bundle, unfinished)
            shutil.rmtree(place, ignore_errors=True)
            try:
                unfinished.replace(place)
            except OSError:
                if not is_whole(place):  # as where another worker with this folder was faster
                    raise
                shutil.rmtree(unfinished, ignore_errors=True)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    os.utime(place)
    _forget_old(folder)
    return place


def is_whole(place: Path) -> bool:
    """Whether every file of the bundle whose digest ``place`` is named after is there unchanged."""
    try:
        text = (place / MANIFEST).read_bytes()
        return _digest(text) == place.name and all(
            _digest((place / name).read_bytes()) == digest
            for name, digest in json.loads(text)["members"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def spec_of(place: Path) -> RunSpec:
    """What every kernel gets of the unpacked bundle in ``place``; without a challenge."""
    told = json.loads((place / MANIFEST).read_bytes())
    inputs = (
        InputMount(place / _INPUTS / str(number), each["place"], _variable(each["variable"]))
        for number, each in enumerate(told["inputs"])
    )
    files = place / _FILES
    return RunSpec(
        challenge="",
        files=with_bytecode({name: path.read_bytes() for name, path in _files_in(files)}),
        inputs=tuple(inputs),
        evidence=EvidenceCode(told["lab"], place / _EVIDENCE) if told["lab"] else None,
    )


def _manifest(spec: RunSpec, content: Mapping[str, bytes]) -> bytes:
    told = {
        "format": FORMAT,
        "lab": spec.evidence.lab if spec.evidence else "",
        "inputs": [{"place": each.place, "variable": each.variable} for each in spec.inputs],
        "members": {name: _digest(data) for name, data in content.items()},
    }
    return json.dumps(told, sort_keys=True, indent=1).encode()


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files by their path below ``folder``; none of what tools leave behind."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not _is_left_behind(name):
            yield name, path


def _is_left_behind(name: str) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in name.split("/"))


def _write(bundle: Bundle, folder: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(bundle.data)) as file:
            text = file.read(MANIFEST) if file.getinfo(MANIFEST).file_size <= 64 * MIB else b""
            if _digest(text) != bundle.digest:
                raise BundleError("the bundle is another one than was announced")
            told = json.loads(text)
            if set(file.namelist()) != {MANIFEST, *told["members"]} or _size(file) > LARGEST:
                raise BundleError("the bundle holds something else than its manifest says")
            _put(folder, MANIFEST, text)
            for name, digest in told["members"].items():
                data = file.read(name)
                if _digest(data) != digest:
                    raise BundleError(f"{name} in the bundle is damaged")
                _put(folder, name, data)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise BundleError(f"this is no bundle: {error}") from error
    for number in range(len(told["inputs"])):
        _folder(folder, f"{_INPUTS}/{number}")
    _folder(folder, _EVIDENCE)
    _folder(folder, _FILES)
    folder.chmod(0o755)


def _put(folder: Path, name: str, data: bytes) -> None:
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or not relative.parts or "\\" in name:
        raise BundleError(f"the bundle holds {name!r}, which leads elsewhere")
    _folder(folder, str(relative.parent))
    path = folder / relative
    path.write_bytes(data)
    # As root a sandbox has a user id of its own, which reads this whatever the umask is.
    path.chmod(0o644)


def _folder(folder: Path, name: str) -> None:
    for part in (*reversed(PurePosixPath(name).parents[:-1]), PurePosixPath(name)):
        path = folder / part
        path.mkdir(exist_ok=True)
        path.chmod(0o755)


def _forget_old(folder: Path) -> None:
    found = [path for path in folder.iterdir() if path.is_dir() and path.name[:1] != "."]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _size(file: zipfile.ZipFile) -> int:
    return sum(each.file_size for each in file.infolist())


def _variable(found: Any) -> tuple[str, str] | None:
    return None if found is None else (str(found[0]), str(found[1]))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
