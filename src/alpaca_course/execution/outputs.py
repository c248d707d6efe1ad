"""Outputs as a hostile kernel may have made them, reduced to what a notebook file knows."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

# Levels of JSON in an output; what is nested deeper is no output that anything shows.
MAX_DEPTH = 32


def plain_outputs(cell: NotebookNode) -> list[dict[str, Any]]:
    """A cell's outputs as plain JSON data, with the fields that a notebook file knows."""
    fields = {
        "stream": ("name", "text"),
        "display_data": ("data", "metadata"),
        "execute_result": ("data", "metadata"),
        "error": ("ename", "evalue", "traceback"),
    }
    found: list[dict[str, Any]] = []
    for output in cell.get("outputs", []):
        kind = output.get("output_type")
        if kind not in fields:
            continue
        made = {"output_type": kind, **{name: output.get(name) for name in fields[kind]}}
        if kind == "execute_result":
            made["execution_count"] = None
        if _well_formed(made) and _is_shallow(made):
            found.append(plain(made))
    return found


def error_line(outputs: list[dict[str, Any]]) -> str:
    """The first error among ``outputs`` in one line of at most 200 characters; empty without."""
    for output in outputs:
        if output["output_type"] == "error":
            return f"{output['ename']}: {output['evalue']}".partition("\n")[0][:200]
    return ""


def _well_formed(output: dict[str, Any]) -> bool:
    if output["output_type"] == "stream":
        return isinstance(output["text"], str) and output["name"] in ("stdout", "stderr")
    if output["output_type"] == "error":
        lines = output["traceback"]
        return (
            isinstance(output["ename"], str)
            and isinstance(output["evalue"], str)
            and isinstance(lines, list)
            and all(isinstance(line, str) for line in lines)
        )
    data = output["data"]
    return (
        isinstance(data, dict)
        and isinstance(output["metadata"], dict)
        and all(isinstance(value, str) or kind.endswith("json") for kind, value in data.items())
    )


def _is_shallow(value: Any) -> bool:
    """Whether ``value`` is nested at most :data:`MAX_DEPTH` levels; without recursion."""
    level = [value]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list | tuple):
                inner += each
        if not inner:
            return True
        level = inner
    return False


def plain(value: Any) -> Any:
    """Dictionaries instead of notebook nodes, and text that UTF-8 can write."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value
