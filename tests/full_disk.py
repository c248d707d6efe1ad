"""A course on a small disk of its own that is full, and then is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alpaca_course.course import Course

ALPACA = Path(sys.executable).with_name("alpaca")


def run_without_room(
    course: Course, folder: Path, command: str, *, mib: int, free: int, afterwards: str = ""
) -> Course:
    """Run a command where the disk is full; it ends with code 1, and says so without a traceback.

    Args:
        course: what lies on the disk.
        folder: for the disk, what is printed, and the course as it is afterwards.
        command: of ``alpaca``, with its options.
        mib: size of the disk.
        free: KiB that are left on it.
        afterwards: a second one, once there is room.

    Returns:
        The course as it is then.
    """
    script = f"""
set -e
mount -t tmpfs -o size={mib}m none {folder}/disk
cd {folder}/disk
cp -a {course.root}/. .
head -c {free}k /dev/zero > room
cat /dev/zero > filler 2> /dev/null || true
rm room
{ALPACA} {command} > {folder}/out 2> {folder}/err || echo $? > {folder}/code
rm filler
{f"{ALPACA} {afterwards} > {folder}/then" if afterwards else ""}
cp -a . {folder}/after
"""
    (folder / "disk").mkdir()
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare failed" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no file system of its own here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    assert (folder / "code").read_text().strip() == "1"
    told = (folder / "err").read_text() + (folder / "out").read_text()
    assert "Traceback" not in told
    assert "No space left" in told or "disk is full" in told
    return Course.load(folder / "after")
