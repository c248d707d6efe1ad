"""Isolation: bubblewrap, seccomp, the first process of a sandbox, and who watches it."""
