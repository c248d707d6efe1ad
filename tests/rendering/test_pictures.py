"""Of a picture its pixels are shown, and nothing else of the file; and no more than a few."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alpaca_course.rendering import bounds
from alpaca_course.rendering.pictures import encoded_again


def encoded(image: Image.Image, kind: str = "PNG", **more: Any) -> str:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return base64.b64encode(file.getvalue()).decode()


def decoded(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pixels_stay(mode: str) -> None:
    image = Image.effect_noise((20, 10), 80).convert("RGB").convert(mode)
    made = encoded_again(encoded(image), bounds.Budget())
    assert made is not None
    assert decoded(made.data).size == (20, 10)
    if mode not in ("I;16", "P"):
        assert decoded(made.data).convert(mode).tobytes() == image.tobytes()


def test_transparency_stays() -> None:
    image = Image.new("RGBA", (2, 1), (1, 2, 3, 0))
    made = encoded_again(encoded(image), bounds.Budget())
    assert made is not None
    assert decoded(made.data).getpixel((0, 0)) == (1, 2, 3, 0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_nothing_but_pixels_is_left(kind: str) -> None:
    texts = PngInfo()
    texts.add_text("Comment", "<script>alert(1)</script>")
    image = Image.new("RGB", (8, 8), "red")
    more = {"pnginfo": texts} if kind == "PNG" else {"comment": b"<script>alert(1)</script>"}
    data = encoded(image, kind, icc_profile=b"profile-of-mine", exif=b"Exif\0\0MINE", **more)
    polyglot = base64.b64decode(data) + b"<html><script>alert(2)</script>"
    made = encoded_again(base64.b64encode(polyglot).decode(), bounds.Budget())
    assert made is not None
    assert made.kind == kind.lower()
    raw = base64.b64decode(made.data)
    for trace in (b"script", b"profile", b"ICC", b"MINE", b"eXIf"):
        assert trace not in raw


def claiming(width: int, height: int) -> str:
    """A PNG of a few bytes that says it is of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    raw = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    "data",
    [
        "",
        "no base64 at all!",
        "AAAA",
        encoded(Image.new("RGB", (8, 8)))[:60],
        claiming(50_000, 50_000),
        claiming(2**31 - 1, 2**31 - 1),
        claiming(0, 5),
        encoded(Image.new("RGB", (8, 8)), "GIF"),
        encoded(Image.new("RGB", (8, 8)), "TIFF"),
        base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode(),
        base64.b64encode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n").decode(),
        "A" * (bounds.MOST_PICTURE + 4),
    ],
)
def test_what_is_no_such_picture_is_none(data: str) -> None:
    assert encoded_again(data, bounds.Budget()) is None


def test_a_notebook_has_so_many_pixels_and_no_more() -> None:
    budget, data = bounds.Budget(), encoded(Image.new("L", (4000, 2500)))
    assert [encoded_again(data, budget) is not None for _ in range(4)] == [True, True, False, False]
    small = encoded(Image.new("L", (2, 2)))
    many = [encoded_again(small, budget) for _ in range(300)]
    assert sum(each is not None for each in many) == bounds.Budget().pictures - 4
