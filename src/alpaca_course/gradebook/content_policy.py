"""Content-Security-Policies of the course's pages: what a browser refuses whatever a page says."""

from __future__ import annotations

import base64
import hashlib
import re

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:"
# Attributes of nbgrader's page that switch between a student's name and number.
_HANDLERS = ("toggle_name(true);", "toggle_name(false);")
_SCRIPT = re.compile(r"<script(?=[\s>])")


def hashed(text: str) -> str:
    """A source expression that allows exactly this script or style."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def without_scripts(style: str) -> str:
    """For pages with one style, pictures in themselves, no scripts and no connections."""
    return f"{_NOTHING}; style-src {hashed(style)}"


def with_script(style: str, script: str) -> str:
    """For a page of ours with one style and one script of its own, and no connections."""
    return f"{without_scripts(style)}; script-src {hashed(script)}"


def formgrader(nonce: str) -> str:
    """For formgrader's page of a submission: nbgrader's own scripts, talking to its own server.

    Inline styles are nbgrader's; the notebook in the page has none.
    """
    handlers = " ".join(map(hashed, _HANDLERS))
    return (
        f"{_NOTHING}; script-src 'nonce-{nonce}' 'unsafe-hashes' {handlers}; connect-src 'self'; "
        "style-src 'self' 'unsafe-inline'; font-src 'self'"
    )


def with_nonce(page: str, nonce: str) -> str:
    """``page`` with ``nonce`` on its scripts; nothing of a student's may be in it."""
    return _SCRIPT.sub(f'<script nonce="{nonce}"', page)
