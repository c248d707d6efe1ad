"""Helper modules that are compiled beforehand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alpaca_course.execution.bytecode import with_bytecode

FILES = {
    "helper.py": b"VALUE = 7\ndef stop():\n    raise ValueError('stopped')\n",
    "parts/more.py": b"from helper import VALUE\n",
    "broken.py": b"def (\n",
    "table.csv": b"a,b\n",
}
# Says which modules Python compiles, what one of them holds, and where an error of it was.
LOOK = """
import sys, traceback
from importlib.machinery import SourceFileLoader as Loader
compiled, usual = [], Loader.source_to_code
Loader.source_to_code = lambda self, data, path, **more: (
    compiled.append(self.name) or usual(self, data, path, **more))
sys.path.insert(0, "")
import helper, parts.more
try:
    helper.stop()
except ValueError:
    line = traceback.format_exc().splitlines()[-3:-1]
print(compiled, parts.more.VALUE, line)
"""


def lay_out(files: dict[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def look(folder: Path) -> str:
    command = [sys.executable, "-P", "-c", LOOK]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_nothing_is_compiled_again_and_errors_name_the_file_that_lies_there(tmp_path: Path) -> None:
    found = with_bytecode(FILES)
    assert {name: found[name] for name in FILES} == FILES
    assert len(found) == len(FILES) + 2
    lay_out(found, tmp_path)
    said = look(tmp_path)
    assert said.startswith("[] 7 ")
    assert f"{tmp_path}/helper.py" in said
    assert "raise ValueError('stopped')" in said


def test_where_this_process_keeps_its_own_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    assert all(not name.startswith(("/", "..")) for name in with_bytecode(FILES))


def test_a_changed_source_counts_and_not_what_was_compiled_of_another(tmp_path: Path) -> None:
    lay_out(with_bytecode(FILES), tmp_path)
    source = tmp_path / "helper.py"
    source.write_bytes(FILES["helper.py"].replace(b"7", b"8"))
    assert look(tmp_path).startswith("['helper'] 8 ")
