"""Pictures, decoded and encoded again: what is shown are pixels, and nothing else of the file."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from alpaca_course.rendering import bounds

Kind = Literal["png", "jpeg"]
KINDS: dict[str, Kind] = {"image/png": "png", "image/jpeg": "jpeg"}
_WITH_ALPHA = ("LA", "PA", "La", "RGBa", "RGBA")


@dataclass(frozen=True)
class Picture:
    """A picture that was encoded here; ``data`` in base64."""

    kind: Kind
    data: str

    @property
    def media_type(self) -> str:
        return f"image/{self.kind}"

    @property
    def address(self) -> str:
        """It as an address that loads nothing."""
        return f"data:{self.media_type};base64,{self.data}"


def encoded_again(encoded: str, budget: bounds.Budget) -> Picture | None:
    """The picture in ``encoded`` (base64), or None where it is none, or more than is shown.

    The size is read before a pixel is: a picture of a few kilobytes can claim gigabytes.
    """
    if len(encoded) > bounds.MOST_PICTURE or budget.pictures <= 0:
        return None
    try:
        raw = base64.b64decode("".join(encoded.split()), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(raw), formats=("PNG", "JPEG"))
        budget.pictures -= 1
        pixels = image.width * image.height
        if pixels > min(bounds.MOST_PIXELS, budget.pixels):
            return None
        budget.pixels -= pixels
        kind: Kind = "jpeg" if image.format == "JPEG" else "png"
        data = _encoded(_pixels(image, kind), kind)
    except bounds.TooMuchError:
        raise
    except (binascii.Error, Exception):  # a damaged picture makes its decoder raise anything
        return None
    if len(data) > budget.bytes:
        return None
    budget.bytes -= len(data)
    return Picture(kind, data)


def _pixels(image: Image.Image, kind: Kind) -> Image.Image:
    """The first frame's pixels alone, without profiles, texts and times."""
    image.load()
    transparent = image.mode in _WITH_ALPHA or "transparency" in image.info
    if kind == "png" and transparent:
        mode = "RGBA"
    elif image.mode in ("1", "L", "I", "F") or image.mode.startswith("I;"):
        mode = "L"
    else:
        mode = "RGB"
    plain = image if image.mode == mode else image.convert(mode)
    return Image.frombytes(mode, plain.size, plain.tobytes())


def _encoded(image: Image.Image, kind: Kind) -> str:
    file = io.BytesIO()
    if kind == "jpeg":
        image.save(file, "JPEG", quality=92)
    else:
        image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")
