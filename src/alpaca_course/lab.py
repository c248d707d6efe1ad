"""What a lab declares of itself, in ``notebooks/<lab>/lab.toml``, and where its things lie.

The engine knows labs by this alone; the file that ``alpaca new-lab`` writes explains every key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as validated

from alpaca_course.contract.by_hand import problems, read_toml
from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.errors import CourseError
from alpaca_course.files import read_ordinary
from alpaca_course.policy import LabPolicy

LAB_FILE = "lab.toml"
_STRICT = ConfigDict(extra="forbid", strict=False)

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
Input = Literal["pictures", "weights"]


@validated(frozen=True, config=_STRICT)
class Exercise:
    """One exercise of a lab.

    Attributes:
        cell: grade id of the solution cell, and the exercise's name everywhere. Its test cell is
            ``test_<cell>``, its rules ``rules/<cell>.py``, its collector ``evidence/<cell>.py``.
        title: for people.
        marker: a comment in the cell by which it can be found when its metadata are lost.
    """

    cell: Name
    title: Annotated[str, Field(min_length=1)]
    marker: str = ""

    @property
    def test_cell(self) -> str:
        return f"{TEST_PREFIX}{self.cell}"


@validated(frozen=True, config=_STRICT)
class KernelNeeds:
    """What a kernel that runs the lab needs.

    Attributes:
        inputs: the course's pictures and weights, where the lab uses them; mounted read-only.
        preload: modules that a warm process imports before the first submission. Importing them
            must run nothing that starts threads, since the process is forked afterwards.
        template: module of the lab's collectors that prepares what forks inherit: networks that are
            built, operations that ran once; empty without one.
        certain_errors: exceptions of the lab's helpers that what a student wrote is the only reason
            of: in forks of the template they count.
        libraries: distributions whose versions an execution depends on.
        environment: further environment variables.
        memory_mib: of one execution, with room: how many fit side by side.
        quick_variable: environment variable that tells the lab to train on a part of its data;
            empty where it knows none.
    """

    inputs: tuple[Input, ...] = ()
    preload: tuple[str, ...] = ()
    template: Name | Literal[""] = ""
    certain_errors: tuple[Name, ...] = ()
    libraries: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_mib: Annotated[int, Field(ge=64)] = 512
    quick_variable: str = ""

    @property
    def quick(self) -> dict[str, str]:
        """Environment variables that make training short."""
        return {self.quick_variable: "1"} if self.quick_variable else {}


@validated(frozen=True, config=_STRICT)
class GateNeeds:
    """What plain code of the lab may use beside the standard library's part.

    Attributes:
        imports: modules that students may import.
        modules: parts of them that may be used as well.
        deny: patterns of dotted names that may not, such as ``keras.saving.*``.
        objects: classes that students do not name, and whose objects they get all the same: their
            public attributes are plain, as those of the classes among the listed names are.
    """

    imports: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


@validated(frozen=True, config=_STRICT)
class _Declared:
    notebook: Name
    title: Annotated[str, Field(min_length=1)]
    version: Annotated[str, Field(min_length=1, max_length=80)]
    exercises: Annotated[tuple[Exercise, ...], Field(min_length=1)]
    kernel: KernelNeeds = field(default_factory=KernelNeeds)
    gate: GateNeeds = field(default_factory=GateNeeds)
    policy: LabPolicy = field(default_factory=LabPolicy)
    improves: tuple[Name, Name] | None = None


_ADAPTER = TypeAdapter(_Declared)


@dataclass(frozen=True)
class Lab:
    """One lab of a course.

    Attributes:
        name: of its folders, and nbgrader's name of the assignment.
        course_root: the course's folder.
        notebook: its name without ``.ipynb``.
        title: for people.
        version: of what students are handed; older submissions are told apart by it.
        exercises: in the order of the notebook.
        kernel: what runs it needs.
        gate: what students' code may use without a person's look.
        policy: what pages show, how often is run, and which run counts.
        improves: names of two Keras histories that the notebook leaves, where it trains: the second
            must end with a smaller validation loss than the first. None where it does not.
    """

    name: str
    course_root: Path
    notebook: str
    title: str
    version: str
    exercises: tuple[Exercise, ...]
    kernel: KernelNeeds
    gate: GateNeeds = field(default_factory=GateNeeds)
    policy: LabPolicy = field(default_factory=LabPolicy)
    improves: tuple[str, str] | None = None

    @classmethod
    def read(cls, folder: Path) -> Lab:
        """Read the ``lab.toml`` of ``folder`` (``notebooks/<lab>``).

        Raises:
            CourseError: it cannot be read, or a key is missing, unknown or wrong; says which.
        """
        path = folder / LAB_FILE
        shown = f"notebooks/{folder.name}/{LAB_FILE}"
        try:
            declared = _ADAPTER.validate_python(read_toml(read_ordinary(path)))
        except ValidationError as error:
            raise CourseError(f"{shown}: {' '.join(problems(error))}") from None
        except (OSError, ValueError) as error:
            raise CourseError(f"{shown} cannot be read: {error}.") from None
        for key in ("cell", "marker"):
            count = Counter(getattr(each, key) for each in declared.exercises)
            if twice := [value for value in count if value and count[value] > 1]:
                raise CourseError(f"{shown}: two exercises have the {key} '{twice[0]}'.")
        return cls(
            folder.name,
            folder.parents[1],
            declared.notebook,
            declared.title,
            declared.version,
            declared.exercises,
            declared.kernel,
            declared.gate,
            declared.policy,
            declared.improves,
        )

    @property
    def file_name(self) -> str:
        """Of the notebook, as it is handed out and handed in."""
        return f"{self.notebook}.ipynb"

    # What authors edit
    @property
    def folder(self) -> Path:
        return self.course_root / "notebooks" / self.name

    @property
    def script(self) -> Path:
        return self.folder / f"{self.notebook}.py"

    @property
    def helpers(self) -> Path:
        """Files released beside the notebook."""
        return self.folder / "helpers"

    @property
    def evidence(self) -> Path:
        """Collectors and probes: the lab's code that runs beside students' code."""
        return self.folder / "evidence"

    @property
    def public_names(self) -> Path:
        """What plain code may use of the lab's libraries; made by ``alpaca gate --write-list``."""
        return self.folder / "public_names.json"

    @property
    def known_attributes(self) -> Path:
        """Digests of names in the libraries' sources; made by ``alpaca gate --write-list``."""
        return self.folder / "known_attributes.txt"

    @property
    def grader_tests(self) -> Path:
        """Rules, corpus and their tests: never visible where students' code runs."""
        return self.course_root / "grader_tests" / self.name

    # What is generated from it
    @property
    def source(self) -> Path:
        return self.course_root / "source" / self.name

    @property
    def release(self) -> Path:
        return self.course_root / "release" / self.name

    @property
    def instructor_notebook(self) -> Path:
        return self.source / self.file_name

    @property
    def released_notebook(self) -> Path:
        return self.release / self.file_name
