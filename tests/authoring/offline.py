"""Run a command in a network namespace of its own, where only the loopback interface is up.

Started as ``unshare --map-root-user --net python offline.py COMMAND …``: Jupyter talks to its
kernels over the loopback interface, and nothing else can be reached.
"""

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x41

with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP_RUNNING))
os.execvp(sys.argv[1], sys.argv[1:])
