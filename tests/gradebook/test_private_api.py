"""What nbgrader and nbconvert do not promise is used in three rooms and named there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from alpaca_course import exchange, gradebook, server

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "alpaca_course"
TOOLS = ("nbgrader", "nbconvert", "ngshare", "ngshare_exchange")
ROOMS = {"exchange": exchange, "gradebook": gradebook, "server": server}
ROOMS_USE = {
    "exchange": {"_ngshare_api_check_error"},
    "gradebook": {"create_engine", "Autograde"},
    "server": {"Validator", "post", "submit_assignment"},
}


def _tool(module: str | None) -> bool:
    return (module or "").partition(".")[0] in TOOLS


def private_uses(source: str) -> set[str]:
    """Private names of the tools in a module that imports them, and what it replaces in them."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    froms = [n for n in nodes if isinstance(n, ast.ImportFrom) and _tool(n.module)]
    plain = [a for n in nodes if isinstance(n, ast.Import) for a in n.names if _tool(a.name)]
    if not froms and not plain:
        return set()
    attributes = [n for n in nodes if isinstance(n, ast.Attribute)]
    set_on_self = {n.attr for n in attributes if isinstance(n.ctx, ast.Store) and _on_self(n)}
    own = set_on_self | {
        n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    modules = {a.asname or a.name.partition(".")[0] for a in plain}
    modules |= {a.asname or a.name for n in froms for a in n.names}
    # Names that stand for what was imported, as in `for module in (nbgrader.converters, …)`.
    loops = [n for n in nodes if isinstance(n, ast.For) and isinstance(n.target, ast.Name)]
    modules |= {n.target.id for n in loops if _names(n.iter) & modules}  # type: ignore[attr-defined]
    return {
        *(n.attr for n in attributes if _private(n.attr) and n.attr not in own),
        *(a.name for n in froms for a in n.names if _private(a.name)),
        *(p for n in froms for p in (n.module or "").split(".") if _private(p)),
        *(n.attr for n in attributes if isinstance(n.ctx, ast.Store) and _names(n) & modules),
    }


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _on_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def test_private_uses_are_seen() -> None:
    seen = private_uses(
        "import nbgrader.api\nfrom nbgrader.x import _hidden\nimport nbgrader.apps\n"
        "class A:\n    def _mine(self): self._own = self._mine()\n"
        "nbgrader.api.create_engine = None\nexporter._preprocessors = []\n"
        "for module in (nbgrader.apps,): module.Autograde = A\n"
    )
    assert seen == {"_hidden", "create_engine", "_preprocessors", "Autograde"}


def test_three_rooms_use_what_is_private_and_name_it() -> None:
    found = {
        path.relative_to(SOURCE).as_posix(): private_uses(path.read_text())
        for path in SOURCE.rglob("*.py")
    }
    for room, described in ROOMS.items():
        inside = [name for name in found if name.startswith(f"{room}/")]
        used = set().union(*map(found.pop, inside))
        assert used >= ROOMS_USE[room]
        assert {name for name in used if name not in (described.__doc__ or "")} == set()
    assert {name: uses for name, uses in found.items() if uses} == {}


@pytest.mark.parametrize(
    ("room", "tool"),
    [
        ("gradebook", "nbgrader"),
        ("gradebook", "nbconvert"),
        ("server", "nbgrader"),
        ("exchange", "nbgrader"),
        ("exchange", "ngshare"),
        ("exchange", "ngshare-exchange"),
    ],
)
def test_the_list_is_of_the_pinned_version(room: str, tool: str) -> None:
    pinned = re.search(rf"^{tool}==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    assert f"{tool} {pinned[1]}" in " ".join((ROOMS[room].__doc__ or "").split()), (
        f"{tool} is pinned to {pinned[1]} now: read again in its source what the list in "
        f"src/alpaca_course/{room}/__init__.py names, and then put this version there."
    )
