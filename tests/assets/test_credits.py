"""Credits of photographs, from tables in the shape that Open Images publishes."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from alpaca_course.assets.credits import FILE, write_credits
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.manifest import Photograph

HEADER = (
    "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,"
    "OriginalSize,OriginalMD5,Thumbnail300KURL,Rotation\n"
)
IDS = ("0" * 16, "0123456789abcdef")
PHOTOGRAPHS = [
    Photograph(IDS[0], "alpaca", "", 1, 1, 1),
    Photograph(IDS[1], "not alpaca", "", 1, 1, 1),
]


def line(image: str, author: str = 'Zoë "Z", Müller', title: str = "=1+1, an\nalpaca") -> str:
    quoted = [f'"{each.replace(chr(34), chr(34) * 2)}"' for each in (author, title)]
    licence = "https://creativecommons.org/licenses/by/2.0/"
    page, profile = f"https://flickr.example/{image}", "https://flickr.example/z"
    return f"{image},train,x,{page},{licence},{profile},{','.join(quoted)},1,x,,0.0\n"


def table(place: Path, *lines: str, header: str = HEADER) -> Path:
    place.write_text(header + "".join(lines), encoding="utf-8")
    return place


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / FILE).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_lab_s_pictures_are_credited_and_no_others(tmp_path: Path) -> None:
    given = table(tmp_path / "train.csv", line("f" * 16), line(IDS[0]))
    assert write_credits(tmp_path, PHOTOGRAPHS, [given]) == (1, 2)
    (row,) = rows(tmp_path)
    assert row["file"] == f"alpaca/{IDS[0]}.jpg"
    assert (row["author"], row["title"]) == ('Zoë "Z", Müller', "=1+1, an\nalpaca")
    assert row["licence"].endswith("/by/2.0/")


def test_tables_may_be_read_one_after_the_other(tmp_path: Path) -> None:
    write_credits(tmp_path, PHOTOGRAPHS, [table(tmp_path / "a.csv", line(IDS[0]))])
    again = table(tmp_path / "b.csv", line(IDS[1], author="B"))
    assert write_credits(tmp_path, PHOTOGRAPHS, [again]) == (2, 2)
    assert [row["author"] for row in rows(tmp_path)] == ['Zoë "Z", Müller', "B"]


def test_another_table_is_a_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    write_credits(tmp_path, PHOTOGRAPHS, [table(tmp_path / "a.csv", line(IDS[0]))])
    before = (tmp_path / FILE).read_bytes()
    other = table(tmp_path / "b.csv", header="ImageID,Source,LabelName\n")
    with pytest.raises(AssetError, match="has no column Author"):
        write_credits(tmp_path, PHOTOGRAPHS, [other])
    with pytest.raises(AssetError, match="cannot be read"):
        write_credits(tmp_path, PHOTOGRAPHS, [tmp_path / "missing.csv"])
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.timeout(60)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_in_the_place_of_earlier_credits_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(AssetError, match="it is a pipe or a device"):
        write_credits(tmp_path, PHOTOGRAPHS, [])
