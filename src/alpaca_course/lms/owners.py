"""Who is meant by the owner of a file in a download. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from alpaca_course.contract.ids import spelled
from alpaca_course.lms.formats import Claim
from alpaca_course.lms.importing import unusable
from alpaca_course.lms.matching import Known

_Found = tuple[set[str], str]
"""Ids, and how they were found; of none, why."""
_NOBODY = "nobody of the roster is called so"
_MOST_PARTS = 12


class Owners:
    """Who is meant by an owner of the download; asked for each file, and answered once."""

    def __init__(self, known: Known, said: Mapping[str, str]) -> None:
        self._known = known
        self._said = {spelled(owner): spelled(student) for owner, student in said.items()}
        self._found: dict[tuple[str, str], tuple[str, str]] = {}
        self._one_name = False

    def look_at(self, found: Iterable[Claim | None]) -> None:
        """Moodle gives everybody the same name where names are hidden: then numbers count alone."""
        claimed = [claim for claim in found if claim is not None]
        names = {claim.name for claim in claimed}
        self._one_name = len(names) == 1 and len({claim.number for claim in claimed}) > 1

    def is_known(self, name: str) -> bool:
        return bool(self._known.by_identifier(name))

    def is_about(self, name: str) -> bool:
        """Whether a folder's name has somebody's in it, as that of one around many may, too."""
        return self.is_known(name) or bool(self._within(name))

    def of(self, claim: Claim) -> tuple[str, str]:
        """The id, and how it was found; or an empty one, and why nobody was."""
        key = (claim.owner, claim.kind)
        if key not in self._found:
            self._found[key] = self._look_up(claim)
        return self._found[key]

    def _look_up(self, claim: Claim) -> tuple[str, str]:
        if student := self._said.get(spelled(claim.owner)):
            return student, "told by --match"
        if claim.nobody:
            return "", claim.nobody
        if not self._known.roster.students:
            return self._by_itself(claim)
        ways: Mapping[str, Callable[[Claim], _Found]] = {
            "canvas": self._by_number,
            "moodle": self._by_number,
            "login": self._by_login,
            "github": self._by_clone,
            "file": self._by_file,
        }
        found, how = ways.get(claim.kind, self._by_folder)(claim)
        if len(found) == 1:
            return next(iter(found)), how
        why = how
        if found:
            why = f"several students may be meant: {', '.join(sorted(found))}"
        return "", f"{why} (--match '{claim.owner}=ID' says who it is)"

    def _by_itself(self, claim: Claim) -> tuple[str, str]:
        """Where there is no roster, the name of a folder is an id."""
        if claim.kind != "folder":
            return "", "without a roster only a folder's name can tell whose it is"
        name = spelled(claim.owner)
        why = unusable(name)
        return ("", why) if why else (name, "by the name of the folder")

    def _by_number(self, claim: Claim) -> _Found:
        """By the system's number, and where the roster has none of it, by name.

        The number of a group in Moodle may be that of another student, so the name has to agree,
        unless names are hidden.
        """
        system = claim.kind.capitalize()
        numbered = self._known.by(claim.kind, claim.number)
        named = self._known.by_name(claim.name)
        if claim.kind == "canvas" and numbered:
            return numbered, "by Canvas's number"
        if self._one_name:
            return numbered, f"by {system}'s number" if numbered else _NOBODY
        if numbered & named:
            return numbered & named, f"by {system}'s number and name"
        if numbered:
            return set(), f"its number is that of {', '.join(sorted(numbered))}, its name is not"
        # Who has another number of Canvas's is another person of the same name.
        others = {each for each in named if self._known.roster.get(each).canvas_id}
        if claim.kind == "canvas" and others:
            named -= others
            return named, "by name" if named else "who is called so has another number"
        return named, "by name" if named else _NOBODY

    def _by_login(self, claim: Claim) -> _Found:
        found = self._known.by_identifier(claim.number)
        return found, "by login" if found else _NOBODY

    def _by_clone(self, claim: Claim) -> _Found:
        """A clone is called after the assignment and the login; both may hold dashes."""
        whole = {claim.owner, *_endings(claim.owner)}
        for part in sorted(whole, key=len, reverse=True):
            if found := self._known.by("github", part):
                return found, "by GitHub login"
        for part in sorted(whole, key=len, reverse=True):
            if found := self._known.by("id", part) or self._known.by("login", part):
                return found, "by id"
        return set(), _NOBODY

    def _by_folder(self, claim: Claim) -> _Found:
        """The whole name, or a person's name or number within it, as many systems write both."""
        if found := self._known.by_identifier(claim.name):
            return found, "by the name of the folder"
        found = self._within(claim.name)
        return found, "by what the folder's name holds" if found else _NOBODY

    def _by_file(self, claim: Claim) -> _Found:
        """The whole name, or as much of its beginning as is somebody's, or what it holds."""
        for part in _beginnings(claim.name):
            if found := self._known.by_identifier(part):
                return found, "by the beginning of the file's name"
        found = self._within(claim.name)
        return found, "by what the file's name holds" if found else _NOBODY

    def _within(self, name: str) -> set[str]:
        """Whose full name, address, or number of four digits or more is a part of ``name``."""
        parts = [part for part in re.split(r"[\s_,;()-]+", name) if part][:_MOST_PARTS]
        found = set()
        for start, part in enumerate(parts):
            if "@" in part:
                found |= self._known.by("email", part)
            if part.isdigit() and len(part) >= 4:
                found |= self._known.by("sis", part) or self._known.by("canvas", part)
            for end in range(start + 2, len(parts) + 1):
                found |= self._known.by_name("".join(parts[start:end]))
        return found


def _endings(name: str) -> Iterator[str]:
    for index, letter in enumerate(name):
        if letter == "-":
            yield name[index + 1 :]


def _beginnings(name: str) -> Iterator[str]:
    yield name
    for index in range(len(name) - 1, 0, -1):
        if name[index] in "_-. ":
            yield name[:index]
