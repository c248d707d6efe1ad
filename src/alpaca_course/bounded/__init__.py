"""Work on what a stranger made, in a process of its own with bounds: bytes in, bytes out.

>>> process = BoundedProcess("package.module:function", Bounds(memory=256 * MIB, seconds=20.0))
>>> answer = process.call(request)      # bytes -> bytes; raises BoundedError
>>> process.close()

The function takes bytes and returns bytes. The process is started at the first call and serves one
call after the other. When it dies, exceeds a bound or answers too much, that one call raises, and
the next call gets a new process. Nothing that comes out of it is unpickled: the answer is bytes,
and it is the caller's to check what they say.

The standard library's pools and those built on its queues hand results back as pickles, which the
parent opens, and they read a result of any length before anything can be said about it; hence a
pipe, a length and a limit.
"""

from alpaca_course.bounded.inherited import lifted
from alpaca_course.bounded.process import BoundedError, BoundedProcess, Bounds

__all__ = ["BoundedError", "BoundedProcess", "Bounds", "lifted"]
