"""What goes wrong with pictures and weights, in words for the person who can mend it."""

from __future__ import annotations


class AssetError(Exception):
    """Pictures or weights cannot be had as asked; the text says why and what to do."""
