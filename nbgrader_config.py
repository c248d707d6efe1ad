"""Configuration of the course, read by nbgrader and by the ``alpaca`` command."""

import sys
from pathlib import Path

c = get_config()

try:
    # Works without installing the package, too; the course's root stays off the path. Last, so
    # that an installed package is used here as it is by kernels; another course's is refused.
    source = Path(__file__).resolve().parent / "src"
    if source.is_dir() and str(source) not in sys.path:
        sys.path.append(str(source))
    from alpaca_course.exchange import options
    from alpaca_course.gradebook.nbgrader_setup import configure

    configure(c)
    # An exchange in .exchange/; for another one: c.Exchange.root = "/srv/nbgrader/exchange"
    options.configure(c, Path(__file__).resolve().parent)
    # Settings of the course go here, for example:
    # c.AlpacaCourse.workers = 4
    # c.AlpacaCourse.cell_timeout = 120
except BaseException as error:
    # nbgrader would only log this, go on with its own way of grading, and give full points.
    sys.exit(f"nbgrader_config.py cannot be used: {error!r}. Nothing was graded.")
