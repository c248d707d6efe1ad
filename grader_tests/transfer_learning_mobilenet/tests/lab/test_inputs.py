"""Pictures and weights as they lie on students' disks: sentences with names, before training."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import run_with_helpers

pytestmark = pytest.mark.timeout(900)
RUNNER = Path(__file__).with_name("inputs_runner.py")
BOTH = ["alpaca", "not alpaca"]
FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{}_no_top.h5"


@pytest.fixture(scope="module")
def found(environment: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = run_with_helpers(RUNNER, environment)
    return result


def test_clean_pictures_are_used_where_they_lie(found: dict[str, Any]) -> None:
    assert found["clean"] == {
        "said": "Pictures: 12 pictures (6 alpaca, 6 not alpaca)\n",
        "unchanged": True,
        "classes": BOTH,
        "read": 12,
    }


def test_folders_that_are_no_class_are_named_and_left_out(found: dict[str, Any]) -> None:
    extra = found["extra"]
    for name in ("__MACOSX", "alpaca copy", "my results"):
        assert f"Left out: the folder '{name}'" in extra["said"]
    assert ".cache" not in extra["said"]
    assert (extra["classes"], extra["read"]) == (BOTH, 12)


def test_files_that_are_no_pictures_are_named_and_left_out(found: dict[str, Any]) -> None:
    said = found["unreadable"]["said"]
    assert "Pictures: 12 pictures (6 alpaca, 6 not alpaca)" in said
    for line in (
        "alpaca/zzz.jpg, which is empty (0 bytes)",
        "alpaca/._0.jpg, which is a note that a Mac made",
        "alpaca/bb.jpg, HEIC or the like under another name: open it and save it as JPEG",
        "not alpaca/IMG_1.HEIC, HEIC: open it and save it as JPEG",
        "not alpaca/cut.jpg, which is damaged or no picture",
    ):
        assert f"Left out: {line}." in said
    assert "Thumbs" not in said
    assert (found["unreadable"]["classes"], found["unreadable"]["read"]) == (BOTH, 12)


def test_what_tensorflow_reads_is_kept(found: dict[str, Any]) -> None:
    assert "17 pictures (11 alpaca, 6 not alpaca)" in found["unusual"]["said"]
    assert "Left out" not in found["unusual"]["said"]
    assert (found["unusual"]["unchanged"], found["unusual"]["read"]) == (True, 17)


def test_other_places_and_empty_ones(found: dict[str, Any]) -> None:
    assert found["one too deep"]["read"] == 12
    assert "'alpaca' holds no picture that can be used" in found["empty class"]["said"]
    assert "No pictures found" in found["none"]["said"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("weights cut", f"HERE/keras/models/{FILE.format(160)} is cut off: 1,000,000 of "),
        ("weights are a page", f"HERE/keras/models/{FILE.format(160)} (27 bytes) holds something"),
        ("weights one up", f"HERE/keras/{FILE.format(96)} lies in the wrong folder"),
        ("weights one up, KERAS_HOME", f"HERE/keras/{FILE.format(96)} lies in the wrong folder"),
        ("weights one down", f"HERE/keras/models/models/{FILE.format(96)} lies in the wrong"),
        ("weights gone", f"{FILE.format(96)} is not in"),
        ("one file gone", f"{FILE.format(160)} is not in HERE/keras/models"),
    ],
)
def test_what_is_wrong_with_weights_is_said_with_the_files_name(
    found: dict[str, Any], name: str, words: str
) -> None:
    assert found["weights"] == ""
    assert words in found[name]
    assert "then restart the kernel" in found[name]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fetched without network", "no way to the network"),
        ("fetched past a firewall", "certificate of the server was not accepted"),
    ],
)
def test_right_code_is_not_blamed_for_missing_weights(
    found: dict[str, Any], name: str, words: str
) -> None:
    said = found[name]
    assert "This is not about your code." in said
    assert f"{FILE.format(96)} is not in HERE/keras/models" in said
    assert words in said
    assert "Compare" not in said
    assert "URL fetch" not in said
    lesson = found["lesson without network"]
    assert "the exercises do not need it" in lesson
    assert f"{FILE.format(96)} is not in HERE/keras/models" in lesson
