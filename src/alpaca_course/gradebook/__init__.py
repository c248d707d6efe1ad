"""nbgrader: its converters, gradebook and pages; the one room that knows its internals."""
