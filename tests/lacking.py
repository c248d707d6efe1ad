"""What a test needs beyond Python and this machine may lack."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

from alpaca_course.sandbox.probe import ProbeResult, probe


def lacking(what: str, reason: str) -> NoReturn:
    """Skip with ``reason``; fail where ``ALPACA_REQUIRE_<what>=1`` says that it must be here."""
    variable = f"ALPACA_REQUIRE_{what}"
    if os.environ.get(variable) == "1":
        pytest.fail(f"{variable}=1, but {reason}")
    pytest.skip(reason)


def need_sandbox() -> ProbeResult:
    """The sandbox of this machine."""
    found = probe()
    if not found.ok:
        lacking("SANDBOX", f"no sandbox here: {found.detail}")
    return found
