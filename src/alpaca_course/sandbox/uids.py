"""Spare user ids for sandboxes that root starts."""

from __future__ import annotations

import contextlib
import pwd
import socket

# systemd's table of user ids calls this range unused: no system, user, container or dynamic id.
# Below 65536, so that it exists in containers with a mapped range.
FIRST, LAST = 60706, 61183


class SpareUid:
    """A user id that no other sandbox on this machine uses at the time.

    The claim is an abstract socket name: atomic, and gone with the process however it ends.

    Raises:
        OSError: none is left.
    """

    def __init__(self) -> None:
        for number in range(FIRST, LAST + 1):
            if _is_an_account(number):
                continue
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0alpaca-course/sandbox-uid/{number}")
            except OSError:
                claim.close()
                continue
            self.number = number
            self._claim = claim
            return
        raise OSError(f"no spare user id is left between {FIRST} and {LAST}")

    def release(self) -> None:
        """Give the id back; safe to call twice."""
        self._claim.close()


def _is_an_account(number: int) -> bool:
    with contextlib.suppress(KeyError):
        pwd.getpwuid(number)
        return True
    return False
