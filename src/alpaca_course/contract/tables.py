"""Tables of the course's own TOML files: strict, with lengths of time as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from alpaca_course.contract.ids import spelled
from alpaca_course.contract.spans import span

Span = Annotated[timedelta, BeforeValidator(span)]


class Table(BaseModel):
    """A table in which a setting that there is not is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ToSome(Table):
    """For some students or sections: that nothing is asked of them, or what a subclass says."""

    student: str = ""
    students: tuple[str, ...] = ()
    section: str = ""
    sections: tuple[str, ...] = ()
    why: str = ""

    def named(self) -> set[str]:
        return {spelled(each) for each in (self.student, *self.students) if each}

    def of_sections(self) -> set[str]:
        return {each for each in (self.section, *self.sections) if each}

    def is_for(self, student: str, sections: Iterable[str]) -> bool:
        return student in self.named() or bool(self.of_sections() & {*sections})


def problem(error: Any) -> str:
    """One of pydantic's errors, for people."""
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no such setting."
    return f"{place}: {str(error['msg']).removeprefix('Value error, ')}."
