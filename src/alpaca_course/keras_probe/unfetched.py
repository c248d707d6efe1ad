"""Networks of Keras whose weights are not here and cannot be fetched, as where there is no network.

What a student's machine fetched while the answer was written, the grader's may lack: a network with
top, of another width or another kind. What is asked of such an answer is mostly its build.

Read in the sources of Keras 3.5 and 3.15: every function of ``keras.applications`` builds its
network, asks ``keras.src.utils.file_utils.get_file`` for a file, and loads it into the network.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
from keras.src.utils import file_utils

# Ten times MobileNetV2. Who looks at a larger network may need more memory than a kernel has.
_MOST_PARAMETERS = 35_000_000


@contextlib.contextmanager
def unfetched() -> Iterator[None]:
    """In here a network keeps its first values where its weights cannot be fetched."""
    get, load = file_utils.get_file, keras.Model.load_weights
    failures: dict[str, Exception] = {}

    def get_file(*args: Any, **kwargs: Any) -> Any:
        try:
            return get(*args, **kwargs)
        except Exception as error:
            if "URL fetch failure" not in str(error):
                raise
            name = f"not fetched {len(failures)}.h5"
            failures[name] = error
            return name

    def load_weights(model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        error = failures.get(str(filepath))
        if error is None:
            return load(model, filepath, *args, **kwargs)
        if model.count_params() > _MOST_PARAMETERS:
            raise error
        return None

    file_utils.get_file, keras.Model.load_weights = get_file, load_weights
    try:
        yield
    finally:
        file_utils.get_file, keras.Model.load_weights = get, load
