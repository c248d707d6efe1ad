"""Pictures made as small as the lab needs: decoding 1024 px pictures takes most of an epoch."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps

SHORTER_SIDE = 320
"""Pixels: twice what the network sees, so that rotating and cropping lose nothing visible."""

JPEG_QUALITY = 90


def reduced_jpeg(path: Path) -> bytes:
    """A picture as RGB JPEG, at most :data:`SHORTER_SIDE` pixels on its shorter side.

    A file that is such a JPEG already is returned byte for byte.

    Raises:
        ValueError: the file is no picture, or is cut short.
    """
    try:
        with Image.open(path) as image:
            image.load()
            small = min(image.size) <= SHORTER_SIDE
            if small and image.format == "JPEG" and image.mode in ("RGB", "L"):
                return path.read_bytes()
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"not a whole picture ({error})") from error
    if not small:
        share = SHORTER_SIDE / min(upright.size)
        size = (max(1, round(upright.width * share)), max(1, round(upright.height * share)))
        upright = upright.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    stream = io.BytesIO()
    upright.save(stream, "JPEG", quality=JPEG_QUALITY)
    return stream.getvalue()
