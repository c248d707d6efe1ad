"""A second try for a few tests that failed: ``python -m tests.again`` after ``-p tests.again``.

Of some five thousand tests, hundreds start processes and wait for what they do; one of them may
meet a machine that is busy with the others. So few are run once more, without others beside them,
and are named whatever comes of it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

MOST = 3
_CACHE = Path(".pytest_cache", "v")
_ENDED = "alpaca/ended"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Note how the session ended: one that broke off does not know all that fails.

    A test may run pytest within, which keeps nothing and has no cache.
    """
    cache = getattr(session.config, "cache", None)
    if cache is not None and not hasattr(session.config, "workerinput"):
        cache.set(_ENDED, int(exitstatus))


def failed() -> list[str]:
    """What failed in the last session, if it went to its end and these are few; else nothing."""
    if _noted(_ENDED) != pytest.ExitCode.TESTS_FAILED:
        return []
    found = list(_noted("cache/lastfailed") or ())
    return found if len(found) <= MOST else []


def _noted(name: str) -> Any:
    path = _CACHE / name
    return json.loads(path.read_text()) if path.exists() else None


def main() -> int:
    """Run them; the exit code is 0 where all passed."""
    tests = failed()
    if not tests:
        print(f"There is no second try: it is for up to {MOST} tests of a session that ended.")
        return 1
    print("Once more, without others beside them:", *tests, sep="\n  ")
    code = int(pytest.main(["--last-failed", "-n", "0"]))
    verdict = "failed again" if code else "passed without others beside them"
    print(f"What failed at first {verdict}:", *tests, sep="\n  ")
    return code


if __name__ == "__main__":
    sys.exit(main())
