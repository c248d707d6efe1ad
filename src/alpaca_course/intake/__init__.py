"""From what was handed in to a fresh copy of the released notebook, with repairs and reasons."""
