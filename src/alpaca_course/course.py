"""Where the course's things are.

Everything that needs a path or a setting takes a :class:`Course`. It is read once, from the
``nbgrader_config.py`` in the repository's root, so nbgrader and the ``alpaca`` command can never
disagree about where submissions, the gradebook or the weights lie.
"""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader

import alpaca_course
from alpaca_course.contract.ids import is_left_out
from alpaca_course.database_url import file_url, in_one_spelling, put_password_aside
from alpaca_course.errors import CourseError
from alpaca_course.files import pipe_in
from alpaca_course.lab import LAB_FILE, Lab
from alpaca_course.settings import AlpacaCourse

CONFIG_FILE = "nbgrader_config.py"
ROOT_VARIABLE = "ALPACA_COURSE_ROOT"


class CourseNotFoundError(CourseError):
    """No ``nbgrader_config.py`` in this folder or above it."""


@dataclass(frozen=True)
class Course:
    """The course in one folder. All paths are absolute."""

    root: Path
    settings: AlpacaCourse
    config: Config

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """Find the course that holds ``start`` (default: ``$ALPACA_COURSE_ROOT``, else the cwd).

        Raises:
            CourseNotFoundError: no ``nbgrader_config.py`` there or in any folder above, or that
                folder is gone.
        """
        try:
            begin = Path(start or os.environ.get(ROOT_VARIABLE) or Path.cwd()).resolve()
        except FileNotFoundError:
            raise CourseNotFoundError(
                "The folder that this was started in is not there any more. Go to the course's "
                "folder as it is now (`cd`), and run this again."
            ) from None
        for folder in (begin, *begin.parents):
            if (folder / CONFIG_FILE).is_file():
                return cls.load(folder)
        raise CourseNotFoundError(
            f"No {CONFIG_FILE} in {begin} or above it. Run this from the course's folder, "
            f"or set {ROOT_VARIABLE}."
        )

    @classmethod
    def load(cls, root: Path) -> Course:
        """Read the configuration file in ``root``; errors in it are raised, never logged away.

        Raises:
            CourseError: it is no Python, ends in an error, or says that the course lies elsewhere.
        """
        try:
            config = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
        except SyntaxError as error:
            raise CourseError(
                f"{root / CONFIG_FILE} cannot be used: line {error.lineno}, {error.msg}: "
                f"{(error.text or '').strip()}"
            ) from None
        except CourseError:
            raise
        except (Exception, SystemExit) as error:
            if isinstance(error, SystemExit) and isinstance(error.code, str):
                raise  # with what it has to say, and no success
            # It is Python, and may do anything; ended by it, a command would seem to be done.
            raise CourseError(f"{root / CONFIG_FILE} cannot be used{_where(error)}.") from error
        given = config.get("CourseDirectory", {}).get("root")
        if isinstance(given, str) and (root / given).resolve() != root.resolve():
            # Every command of nbgrader would work there, and every other one here.
            raise CourseError(
                f"c.CourseDirectory.root in {root / CONFIG_FILE} is another folder: {given}. Leave "
                "it out: a course lies where its settings do."
            )
        return cls.from_config(root, config)

    @classmethod
    def from_config(cls, root: Path, config: Config) -> Course:
        """The course in ``root`` with the settings in ``config``.

        Raises:
            CourseError: another course's package would grade it, or a setting cannot be meant.
        """
        _check_package(root.resolve())
        directory = config.get("CourseDirectory", {})
        if isinstance(given := directory.get("db_url"), str) and given:
            directory.db_url = put_password_aside(in_one_spelling(given, root.resolve()))
        try:
            settings = AlpacaCourse(config=config)
        except TraitError as error:
            raise CourseError(f"{root / CONFIG_FILE} cannot be used: {error}") from None
        return cls(root=root.resolve(), settings=settings, config=config)

    # The labs in it
    @cached_property
    def labs(self) -> dict[str, Lab]:
        """By name: every folder of ``notebooks/`` that has a ``lab.toml``.

        Raises:
            CourseError: one of them cannot be read.
        """
        found = sorted((self.root / "notebooks").glob(f"*/{LAB_FILE}"))
        labs = [Lab.read(path.parent) for path in found]
        for lab in labs:
            if pipe := pipe_in(lab.folder, lab.grader_tests, lab.source, lab.release):
                raise CourseError(
                    f"{pipe} is a pipe, for which reading would wait: remove it, or put the file "
                    "back."
                )
        return {lab.name: lab for lab in labs}

    def lab(self, name: str | None = None) -> Lab:
        """The lab of this name; without a name the only one there is.

        Raises:
            CourseError: there is no such lab, or which one is meant is not clear.
        """
        if not self.labs:
            raise CourseError(
                f"There is no lab in {self.root / 'notebooks'}. `alpaca new-lab NAME` makes one."
            )
        known = ", ".join(self.labs)
        if name is None and len(self.labs) > 1:
            raise CourseError(f"This course has several labs: name one of {known}.")
        if name is not None and name not in self.labs:
            raise CourseError(f"This course has no lab '{name}'. There is: {known}.")
        return self.labs[name] if name is not None else next(iter(self.labs.values()))

    def chosen(self, name: str | None = None) -> list[Lab]:
        """The lab of this name; without a name all there are, and there is one at least.

        Raises:
            CourseError: there is no such lab, or none at all.
        """
        return [self.lab(name)] if name is not None or not self.labs else [*self.labs.values()]

    def page(self, lab: Lab, name: str) -> Path:
        """A page of the documentation about one lab, whose name it has where there are several."""
        return self.root / "docs" / f"{name if len(self.labs) == 1 else f'{name}-{lab.name}'}.md"

    # What grading makes
    @property
    def submitted(self) -> Path:
        return self._nbgrader_folder("submitted")

    @property
    def autograded(self) -> Path:
        return self._nbgrader_folder("autograded")

    @property
    def feedback(self) -> Path:
        return self._nbgrader_folder("feedback")

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def appeals(self) -> Path:
        """What students asked about their results, and the answers."""
        return self.root / "appeals"

    @property
    def db_url(self) -> str:
        """The address of the gradebook's database, in which no password stands."""
        given = self._nbgrader("db_url")
        return str(given) if given else file_url(self.root / "gradebook.db")

    def leaves_out(self, student: str) -> bool:
        """Whether nbgrader's settings leave ``student`` out of what is done for all."""
        pattern, excluded = (self._nbgrader(f"student_id{each}") for each in ("", "_exclude"))
        return is_left_out(student, str(pattern or "*"), str(excluded or ""))

    @property
    def course_id(self) -> str:
        """What nbgrader calls the course in the gradebook."""
        return str(self._nbgrader("course_id") or "default_course")

    # What the university's systems say
    @property
    def roster(self) -> Path:
        """Who takes the course; see :mod:`alpaca_course.lms.roster`."""
        return self.root / "roster.json"

    @property
    def deadlines(self) -> Path:
        """When what is due; see :mod:`alpaca_course.deadlines`."""
        return self.root / "deadlines.toml"

    # Pictures, weights and everything that can be made again
    @property
    def dataset(self) -> Path:
        return self.root / "dataset"

    @property
    def manifest(self) -> Path:
        return self.dataset / "manifest.csv"

    @property
    def state(self) -> Path:
        """The project's working folder; without it time and earlier grades are lost, no marks."""
        return self.root / ".alpaca"

    @property
    def keras_home(self) -> Path:
        """``KERAS_HOME`` of the course: Keras finds the weights in use here, without network."""
        return self.state / "keras"

    @property
    def evidence_store(self) -> Path:
        return self.state / "evidence"

    @property
    def execution_cache(self) -> Path:
        return self.state / "executions"

    def _nbgrader(self, name: str) -> Any:
        section = self.config.get("CourseDirectory", {})
        return section.get(name)

    def _nbgrader_folder(self, name: str) -> Path:
        return self.root / str(self._nbgrader(f"{name}_directory") or name)


def _check_package(root: Path) -> None:
    """A course that brings the package is worked on by no other one, such as last year's."""
    own, used = root / "src" / "alpaca_course", Path(alpaca_course.__file__).resolve().parent
    if own.is_dir() and own.resolve() != used:
        raise CourseError(
            f"The course is in {root}, but the package in use is that of another folder: {used}. "
            "Set up this course's own environment (`make setup`) and use the commands in its "
            f".venv/bin, or install its package into the one in use: pip install -e '{root}'."
        )


def _where(error: BaseException) -> str:
    """The last line of the configuration that an error came by, and what it says."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == CONFIG_FILE]
    at = f": line {lines[-1]}" if lines else ""
    return f"{at}: {type(error).__name__}: {error}".removesuffix(": ").removesuffix(".")
