"""From the percent script to ``source/`` and ``release/``, and the checks on both."""
