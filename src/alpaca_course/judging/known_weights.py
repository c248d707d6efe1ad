"""Which weights ``weights='imagenet'`` loads here, for a judge that runs in an author's kernel."""

from __future__ import annotations

import json
import os
from pathlib import Path

RECORD = "WEIGHTS.json"


def fingerprints_on_disk(keras_home: Path | None = None) -> dict[str, str] | None:
    """Fingerprints by input size as recorded beside the weights; None where none are recorded.

    Args:
        keras_home: default ``$KERAS_HOME``.
    """
    home = keras_home or Path(os.environ.get("KERAS_HOME", ""))
    try:
        record = json.loads((home / "models" / RECORD).read_text(encoding="utf-8"))
        return {str(size): str(value) for size, value in record["fingerprints"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
