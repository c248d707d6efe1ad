"""Units of memory, files and messages, in bytes."""

KIB = 1024
MIB = 1024 * KIB
