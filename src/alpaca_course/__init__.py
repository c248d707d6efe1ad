"""An engine for autograded notebook labs, managed by nbgrader; labs are its guests."""

__version__ = "1.0.0"
