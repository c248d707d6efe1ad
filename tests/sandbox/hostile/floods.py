"""Ways of a kernel to fill the memory of whoever listens to it, each the source of a cell.

By the channels of the Jupyter protocol, and below it: what a kernel's process writes into its
accepted connections needs no library and no limits of one.
"""

# Programs as text, some with long lines.
# ruff: noqa: E501
from __future__ import annotations

# As the managers of this package number them.
CHANNELS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4}

_SEND = """
import time
kernel = get_ipython().kernel
parent = kernel.get_parent("shell")
def endless(send):
    until = time.time() + 60
    while time.time() < until:
        send()
"""

_LARGE_ON_STDIN = f"""{_SEND}
for _ in range(30):
    kernel.session.send(kernel.stdin_socket, "input_request", {{"prompt": "x" * 60_000_000}},
                        ident=kernel._shell_parent_ident.get())
time.sleep(3)
"""

_ON_IOPUB = f"""{_SEND}
text = TEXT
endless(lambda: kernel.session.send(
    kernel.iopub_socket, "stream", {{"name": "stdout", "text": text}}, parent=parent))
"""

# Frames as ZMTP 3 has them: flags (1: more follow, 2: long length), length, body.
_RAW = """
import os, socket, struct, time
def connections(number):
    for name in os.listdir("/proc/self/fd"):
        try:
            made = socket.socket(fileno=os.dup(int(name)))
            if made.family == socket.AF_UNIX and made.getsockname().endswith(f"-{number}"):
                made.getpeername()
                made.setblocking(True)
                yield made
        except (OSError, AttributeError, TypeError):
            pass
data = DATA
until = time.time() + 60
held = list(connections(NUMBER))
print("connections:", len(held), flush=True)
while held and time.time() < until:
    for each in list(held):
        try:
            each.sendall(data)
        except OSError:
            held.remove(each)
"""
_FRAMES = {
    "one endless message": 'b"\\x01\\x08AAAAAAAA" * 50_000',
    "one endless message of long parts": 'b"\\x03" + struct.pack(">Q", 15_000_000) + b"A" * 15_000_000',
    "a message that claims to be huge": 'b"\\x02" + struct.pack(">Q", 1 << 62) + b"A" * 1000',
    "no frames at all": "os.urandom(1 << 20)",
}

# Nested so deep that one can hardly parse, measure or copy it without recursion.
_DEEP = """
import json
from IPython.display import display
session = get_ipython().kernel.session
pack, nested = session.pack, "[" * DEPTH + "1" + "]" * DEPTH
session.pack = lambda value: pack(value).replace(b'"DEEP"', nested.encode())
display({"text/plain": "shown", "application/json": "DEEP"}, raw=True)
display({"text/plain": "shown", "image/png": "x"}, metadata={"image/png": {"a": "DEEP"}}, raw=True)
display({"application/vnd.alpaca.evidence+json": {"n": "DEEP"}}, raw=True)
session.pack = pack
"""

FLOODS = {
    "large messages on stdin": _LARGE_ON_STDIN,
    "large messages on iopub": _ON_IOPUB.replace("TEXT", '"x" * 12_000_000'),
    "empty messages on iopub": _ON_IOPUB.replace("TEXT", '""'),
    **{
        f"{what} on {channel}": _RAW.replace("NUMBER", str(number)).replace("DATA", data)
        for what, data in _FRAMES.items()
        for channel, number in CHANNELS.items()
    },
}
"""By name."""

DEEP = {depth: _DEEP.replace("DEPTH", str(depth)) for depth in (40, 700, 5000, 100_000)}
"""Evidence and outputs nested so many levels deep."""
