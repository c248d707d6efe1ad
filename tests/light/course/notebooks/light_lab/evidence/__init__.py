"""Collectors of the light lab, one module an exercise, and the types of what they collect."""
