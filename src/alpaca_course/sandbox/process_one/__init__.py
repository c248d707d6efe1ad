"""Process 1 of a sandbox: imports once, then forks one ipykernel after the other.

This folder lies alone in the sandbox, as the package ``process_one``, and imports nothing of the
course's. Everything that students' code may try reaches this process, so it

* makes itself undumpable: no ``ptrace``, ``/proc/1/mem`` or ``pidfd_getfd`` from its children;
* handles no signal: process 1 is immune from inside to every signal it has no handler for;
* runs no TensorFlow operation and has one thread, since only such a process is safe to fork;
* is told nothing of a submission but one-time keys, since children can read its heap;
* after each kernel kills everything else in its namespace, empties every writable place, and
  compares its own state with the state at its start. Whoever drives it throws the sandbox away
  when anything differs.

Where a lab prepares one, a :mod:`.template` is spared: a child of process 1 that has done more
before it forks kernels. None of what is promised rests on it.
"""
