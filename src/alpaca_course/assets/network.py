"""Is a file there to be fetched, and quickly said if not."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

PROBE_SECONDS = 4.0


def why_unreachable(url: str, seconds: float = PROBE_SECONDS) -> str | None:
    """None when ``url`` answers a HEAD request with success in time, else the reason in words.

    The request runs in a thread of its own, because looking up a name has no time limit that a
    program could set; without a network some systems take half a minute for it.
    """
    answer: queue.Queue[str | None] = queue.Queue(maxsize=1)
    thread = threading.Thread(target=lambda: answer.put(_head(url, seconds)), daemon=True)
    thread.start()
    try:
        return answer.get(timeout=seconds)
    except queue.Empty:
        return f"no answer within {seconds:g} s"


def _head(url: str, seconds: float) -> str | None:
    import requests

    try:
        response = requests.head(url, timeout=seconds, allow_redirects=True)
    except OSError as error:  # also where the file with certificates is not there
        return in_words(error, seconds)
    return None if response.ok else f"status {response.status_code}"


def in_words(error: BaseException, seconds: float) -> str:
    """Why a request with a time limit of ``seconds`` failed."""
    import requests

    said = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        return _untrusted(error) if "CERTIFICATE" in said.upper() else "no secure connection"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"status {error.response.status_code}"
    # requests reports a read that timed out half way as a ConnectionError.
    if isinstance(error, requests.Timeout) or "timed out" in said.lower():
        return f"no answer within {seconds:g} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    return "no connection" if isinstance(error, requests.ConnectionError) else said


def _untrusted(error: requests.RequestException) -> str:
    host = urlsplit(getattr(error.request, "url", None) or "").hostname or "the server"
    return (
        f"the certificate of {host} is not accepted; where a firewall puts its own in place, name "
        "the file with your organisation's certificates in REQUESTS_CA_BUNDLE"
    )
