"""``alpaca data``, ``alpaca weights`` and ``alpaca doctor`` as programs: codes, JSON, errors."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.assets.credits import FILE
from alpaca_course.assets.drawn import draw_set
from alpaca_course.assets.manifest import LABELS, read_manifest
from alpaca_course.assets.official import file_name
from alpaca_course.assets.weights import WeightsInUse, models_folder
from alpaca_course.course import ROOT_VARIABLE, Course
from tests import commands

from .conftest import Bucket, serve
from .test_credits import line, rows, table


@pytest.fixture
def course(tmp_path: Path, bucket: Bucket) -> Course:
    (tmp_path / "dataset").mkdir()
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.AlpacaCourse.openimages_url = {bucket.url!r}\n"
        "c.AlpacaCourse.download_timeout = 30.0\n"
    )
    return Course.load(tmp_path)


def alpaca(course: Course, *arguments: str) -> commands.Done:
    where = {**os.environ, ROOT_VARIABLE: str(course.root), "COLUMNS": "200"}
    return commands.run(Path.cwd(), "alpaca", *arguments, environment=where)


def answer(done: commands.Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_data_names_what_is_missing_and_ends_with_one(
    course: Course, bucket: Bucket, originals: dict[str, list[Path]]
) -> None:
    paths = serve(bucket, course, originals)
    dry = alpaca(course, "data", "--source", "openimages", "--dry-run", "--json")
    assert (dry.returncode, answer(dry)["action"], answer(dry)["to_get"]) == (0, "download", 12)
    assert not (course.dataset / "alpaca").exists()

    bucket.misbehaviour[paths[0]] = "wrong"
    done = alpaca(course, "data", "--source", "openimages", "--json")
    assert done.returncode == 1
    assert answer(done)["counts"] == {"alpaca": 5, "not alpaca": 6}
    (name,) = answer(done)["problems"]
    assert name in done.stderr
    assert "sha256" in done.stderr

    bucket.misbehaviour.clear()
    assert alpaca(course, "data", "--source", "openimages").returncode == 0
    again = alpaca(course, "data", "--json")
    assert (again.returncode, answer(again)["reused"]) == (0, True)


def test_data_keeps_pictures_of_ones_own_unless_forced(course: Course, tmp_path: Path) -> None:
    draw_set(tmp_path / "own", counts=dict.fromkeys(LABELS, 2))
    assert alpaca(course, "data", "--source", str(tmp_path / "own")).returncode == 0
    refused = alpaca(course, "data", "--source", "drawn")
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert "Traceback" not in refused.stderr
    plan = alpaca(course, "data", "--source", "drawn", "--dry-run", "--json")
    assert (plan.returncode, answer(plan)["action"]) == (1, "refuse")
    nowhere = alpaca(course, "data", "--source", "nowhere", "--force")
    assert nowhere.returncode == 1
    assert "nowhere" in nowhere.stderr


def test_data_counts_credits_before_it_writes_them(
    course: Course, bucket: Bucket, originals: dict[str, list[Path]], tmp_path: Path
) -> None:
    serve(bucket, course, originals)
    given = table(
        tmp_path / "train.csv", *(line(each.id) for each in read_manifest(course.manifest))
    )
    dry = alpaca(course, "data", "--credits", str(given), "--dry-run", "--json")
    assert (dry.returncode, answer(dry)["credited"]) == (0, 12)
    assert not (course.dataset / FILE).exists()
    assert alpaca(course, "data", "--credits", str(given)).returncode == 0
    assert len(rows(course.dataset)) == 12


def test_weights_says_which_and_refuses_what_is_none(
    course: Course, standin: tuple[Course, WeightsInUse], tmp_path: Path
) -> None:
    shutil.copytree(models_folder(standin[0]), models_folder(course))
    done = alpaca(course, "weights", "--json")
    assert done.returncode == 0
    assert answer(done)["source"] == "standin"
    assert answer(done)["reused"]
    assert answer(done)["fingerprints"] == standin[1].fingerprints
    (tmp_path / "bad.h5").write_text("no weights")
    refused = alpaca(course, "weights", "--source", str(tmp_path / "bad.h5"))
    assert refused.returncode == 1
    assert "bad.h5" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_doctor_says_what_to_do_until_it_is_done(
    course: Course, standin: tuple[Course, WeightsInUse]
) -> None:
    before = alpaca(course, "doctor", "--json")
    assert before.returncode == 1
    states = {check["name"]: check for check in answer(before)["checks"]}
    assert states["Python"]["state"] == "ok"
    assert states["TensorFlow and Keras"]["state"] == "ok"
    assert states["Weights"] | {"found": ""} == {
        "name": "Weights",
        "state": "mend",
        "found": "",
        "remedy": "alpaca weights",
    }
    assert states["Pictures"]["remedy"] == "alpaca data"
    shutil.copytree(models_folder(standin[0]), models_folder(course))
    draw_set(course.dataset, counts=dict.fromkeys(LABELS, 2))
    after = alpaca(course, "doctor", "--json")
    states = {check["name"]: check for check in answer(after)["checks"]}
    assert states["Weights"]["state"] == "ok"
    assert states["Pictures"]["state"] == "ok"
    cut = models_folder(course) / file_name(160)
    cut.write_bytes(cut.read_bytes()[:1_000_000])
    spoiled = alpaca(course, "doctor", "--json")
    states = {check["name"]: check for check in answer(spoiled)["checks"]}
    assert states["Weights"]["state"] == "mend"
    assert str(cut) in states["Weights"]["found"]
    assert answer(after)["ok"] == (after.returncode == 0)
    checks = answer(after)["checks"]
    assert answer(after)["ok"] == all(check["state"] != "mend" for check in checks)
