"""TOML that people write by hand: read, and what is wrong in it, in words that say what to write.

Pure.
"""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from alpaca_course.contract.ids import spelled

_LINE = re.compile(r"at line (\d+)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CURLY = re.compile("[“”„‘’]")
# By the kind of a problem of pydantic's, whose own words are about Python.
_WORDS = {
    "extra_forbidden": "there is no such setting",
    "unexpected_keyword_argument": "there is no such setting",
    "missing": "it has to be there",
    "string_type": 'it is a text, in quotation marks, as in "{}"',
    "float_parsing": "it is a number alone, without quotation marks or a sign",
    "float_type": "it is a number",
    "int_parsing": "it is a whole number, without quotation marks",
    "int_type": "it is a whole number",
    "model_type": "it is a table, as in {{ name = value }}",
}

Spelled = Annotated[str, AfterValidator(spelled)]
"""An id, or the name of a section, in the one spelling that rosters have."""


class Table(BaseModel):
    """A table of such a file: what it does not know is a slip."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def read_toml(text: str) -> dict[str, Any]:
    """The tables of ``text``, which may begin with a byte order mark.

    Raises:
        ValueError: it is no TOML; the text says what stands in the line, and what it may lack.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        said = _of_line(text.splitlines()[int(found[1]) - 1].strip()) if found else ""
        raise ValueError(f"It is no TOML: {error}.{said}") from None


def _of_line(line: str) -> str:
    said = f" There stands: {line}"
    if _CURLY.search(line):
        return f'{said}\nQuotation marks of TOML are straight: "ann".'
    if _DATE.search(line):
        return (
            f"{said}\nA time is a day that there is, with hour, minute and second: "
            "2026-12-04T23:59:00."
        )
    return said


def problems(error: ValidationError, ignoring: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong, a sentence each that begins with the setting's place.

    Args:
        error: what pydantic found.
        ignoring: parts of places that stand in no file.
    """
    found = []
    for each in error.errors():
        loc = [str(part) for part in each["loc"] if part not in ignoring]
        found.append(f"{'.'.join(loc) or 'the file'}: {_said(each['type'], each, loc)}.")
    return found


def _said(kind: str, problem: Any, loc: list[str]) -> str:
    given = problem["input"]
    if kind == "tuple_type":
        if isinstance(given, dict):
            return f"its heading is in two brackets, [[{'.'.join(loc)}]], once for each"
        return f'it is a list, in brackets, as in ["{given}"]'
    if kind == "string_type" and isinstance(given, list | dict):
        return "it is one text, in quotation marks"
    own = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    return _WORDS.get(kind, own.replace("{", "{{").replace("}", "}}")).format(given)
