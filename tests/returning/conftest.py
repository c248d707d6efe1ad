"""The small class of the reporting tests: perfect, mistakes, doubtful, refused, nothing handed in."""

from tests.reporting.conftest import graded as graded
from tests.reporting.conftest import made_once as made_once
