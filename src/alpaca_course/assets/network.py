"""Is a file there to be fetched, and quickly said if not."""

from __future__ import annotations

import queue
import threading

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
    except requests.ConnectionError:
        return "no connection"
    except requests.Timeout:
        return f"no answer within {seconds:g} s"
    except requests.RequestException as error:
        return str(error)
    return None if response.ok else f"status {response.status_code}"
