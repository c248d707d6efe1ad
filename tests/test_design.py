"""The table of rooms in ``docs/design.md`` is that of the layers which ``make lint`` holds to."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_room_is_told_of_from_the_ground_up() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = project["tool"]["importlinter"]["contracts"][0]
    height = {
        room: number
        for number, layer in enumerate(reversed(contract["layers"]))
        for room in layer.split(" | ")
    }
    page = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    table = page.partition("## Rooms\n")[2].partition("\nData flows")[0]
    told = [
        room
        for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
        for room in re.findall(r"`(\w+)`", row)
    ]
    assert sorted(told) == sorted(height)
    assert [height[room] for room in told] == sorted(height[room] for room in told)
