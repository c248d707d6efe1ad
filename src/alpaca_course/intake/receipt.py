"""The receipt of what was handed in: which bytes, and when."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from alpaca_course.contract.receipt import TIMESTAMP, Receipt
from alpaca_course.contract.states import safe
from alpaca_course.intake.files import Found
from alpaca_course.intake.reading import MAX_BYTES
from alpaca_course.intake.timestamp import Stamp, time_of_file


def received(found: Found, stamp: Stamp) -> Receipt:
    """The receipt of a file, whose own time counts where the exchange left none."""
    time, source, zone = stamp.time, TIMESTAMP, stamp.zone
    if time is None:
        time, source = time_of_file(found.modified), "file"
        zone = f"{TIMESTAMP} cannot be read as one" if stamp.note else f"there is no {TIMESTAMP}"
    # Of a file that is too large no more than that was read.
    digest = hashlib.sha256(found.data).hexdigest() if len(found.data) <= MAX_BYTES else ""
    receipt = Receipt(safe(found.name), digest, len(found.data))
    if time is None:
        return receipt
    return replace(receipt, time=time.isoformat(), source=source, zone=zone)
