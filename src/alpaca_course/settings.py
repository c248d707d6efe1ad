"""The course's settings: their names, defaults and meanings."""

from __future__ import annotations

from traitlets import Bool, Enum, Float, Int, Unicode
from traitlets.config import Configurable


class AlpacaCourse(Configurable):
    """Settings of the course; set them in ``nbgrader_config.py`` as ``c.AlpacaCourse.<name>``."""

    isolation = Enum(
        ["warm", "fresh", "trusted"],
        default_value="warm",
        help=(
            "How students' code is kept apart: 'warm' reuses a sandbox that has imported what the "
            "lab preloads, 'fresh' makes a sandbox for each submission, 'trusted' uses no sandbox."
        ),
    ).tag(config=True)
    workers = Int(
        0, min=0, help="Submissions executed side by side; 0 chooses by cores and memory."
    ).tag(config=True)
    cell_timeout = Int(120, min=1, help="Seconds one cell may take.").tag(config=True)
    total_timeout = Int(300, min=1, help="Seconds one submission may take.").tag(config=True)
    memory_limit = Int(3072, min=1, help="MiB of memory one submission may hold.").tag(config=True)
    process_limit = Int(256, min=1, help="Processes and threads one submission may have.").tag(
        config=True
    )
    file_size_limit = Int(64, min=1, help="MiB one file may have.").tag(config=True)
    disk_limit = Int(256, min=1, help="MiB of files one submission may write.").tag(config=True)
    output_limit = Int(4, min=1, help="MiB of output one submission may produce.").tag(config=True)
    evidence_limit = Int(256, min=1, help="KiB of evidence one test cell may send.").tag(
        config=True
    )
    follow_through = Bool(
        True,
        help=(
            "Where an exercise gives later ones nothing to work with, judge those with the lab's "
            "own answer in its place, so that an error costs its points once."
        ),
    ).tag(config=True)
    execute_all = Bool(
        False,
        help=(
            "Execute all cells of students' own when grading, and not only those that graded cells "
            "need."
        ),
    ).tag(config=True)
    openimages_url = Unicode(
        "https://open-images-dataset.s3.amazonaws.com",
        help="Base address of Open Images' public bucket, or of a mirror of it.",
    ).tag(config=True)
    download_timeout = Float(
        30.0, min=0.001, help="Seconds without an answer before a download fails."
    ).tag(config=True)
    sandbox_required = Bool(
        True, help="Refuse to grade where no sandbox can be had (unless isolation is 'trusted')."
    ).tag(config=True)
