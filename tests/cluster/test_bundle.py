"""What a worker gets of a lab: whole or not at all, once, and nothing that leads elsewhere."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from alpaca_course.cluster import bundle as room
from alpaca_course.cluster.bundle import Bundle, BundleError, is_whole, pack, spec_of, unpack
from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.execution.bytecode import with_bytecode
from alpaca_course.execution.kernels import RunSpec


@pytest.fixture
def spec(tmp_path: Path) -> RunSpec:
    pictures, evidence = tmp_path / "pictures", tmp_path / "evidence"
    (pictures / "alpaca").mkdir(parents=True)
    (pictures / "alpaca" / "1.png").write_bytes(b"png")
    (pictures / ".DS_Store").write_bytes(b"nothing")
    evidence.mkdir()
    (evidence / "double.py").write_text("collect = None\n")
    mount = InputMount(pictures, "work/dataset", ("KERAS_HOME", "keras"))
    empty = InputMount(tmp_path / "none", "keras/models")
    return RunSpec(
        "", {"a/helper.py": b"help"}, (mount, empty), EvidenceCode("light_lab", evidence)
    )


def test_what_kernels_get_is_the_same_there(spec: RunSpec, tmp_path: Path) -> None:
    place = unpack(pack(spec), tmp_path / "worker")
    found = spec_of(place)
    # Compiled by the Python that is there.
    assert found.files == with_bytecode(spec.files)
    assert [(m.place, m.variable) for m in found.inputs] == [
        (m.place, m.variable) for m in spec.inputs
    ]
    assert sorted(path.name for path in found.inputs[0].source.rglob("*")) == ["1.png", "alpaca"]
    assert found.inputs[1].source.is_dir()
    assert found.evidence is not None
    assert found.evidence.lab == "light_lab"
    assert (found.evidence.folder / "double.py").read_text() == "collect = None\n"


def test_bytecode_is_not_sent(spec: RunSpec) -> None:
    assert pack(replace(spec, files=with_bytecode(spec.files))) == pack(spec)


def test_the_same_content_is_the_same_bundle_and_another_is_another(
    spec: RunSpec, tmp_path: Path
) -> None:
    first = pack(spec)
    assert pack(spec) == first
    (tmp_path / "pictures" / "alpaca" / "1.png").write_bytes(b"PNG")
    assert pack(spec).digest != first.digest


def test_what_is_there_is_used_again_and_what_is_damaged_made_anew(
    spec: RunSpec, tmp_path: Path
) -> None:
    packed, folder = pack(spec), tmp_path / "worker"
    place = unpack(packed, folder)
    again = unpack(Bundle(packed.digest, b"not looked at"), folder)
    assert again == place
    (place / "evidence" / "double.py").write_text("changed")
    assert not is_whole(place)
    with pytest.raises(BundleError):
        unpack(Bundle(packed.digest, b"not a zip file"), folder)
    assert is_whole(unpack(packed, folder))
    assert [path.name for path in folder.iterdir()] == [packed.digest]


def test_old_bundles_go(spec: RunSpec, tmp_path: Path) -> None:
    folder = tmp_path / "worker"
    for number in range(room.KEPT + 2):
        (tmp_path / "pictures" / "alpaca" / "1.png").write_bytes(bytes([number]))
        last = unpack(pack(spec), folder)
    assert len(list(folder.iterdir())) == room.KEPT
    assert last.is_dir()


def made(members: Mapping[str, bytes], listed: Mapping[str, bytes] | None = None) -> Bundle:
    """A bundle that somebody made by hand."""
    names = members if listed is None else listed
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in names.items()}
    told = json.dumps({"lab": "", "inputs": [], "members": digests}).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in {room.MANIFEST: told, **members}.items():
            file.writestr(name, data)
    return Bundle(hashlib.sha256(told).hexdigest(), packed.getvalue())


@pytest.mark.parametrize(
    "bundle",
    [
        made({"../outside": b"x"}),
        made({"/outside": b"x"}),
        made({"files\\..\\outside": b"x"}),
        made({"files/a": b"x"}, {"files/a": b"y"}),
        made({"files/a": b"x", "files/b": b"x"}, {"files/a": b"x"}),
        made({"files/a": b"x"}, {"files/a": b"x", "files/b": b"x"}),
        Bundle("0" * 64, made({"files/a": b"x"}).data),
        Bundle("0" * 64, b""),
    ],
    ids=["above", "absolute", "backslash", "changed", "more", "less", "another", "empty"],
)
def test_nothing_is_left_of_one_that_is_not_as_announced(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        unpack(bundle, tmp_path / "worker")
    assert list((tmp_path / "worker").iterdir()) == []
    assert not (tmp_path / "outside").exists()


def test_what_is_too_large_for_workers_is_said(
    spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LARGEST", 3)
    with pytest.raises(BundleError, match="larger than"):
        pack(spec)
