"""The numeric settings of NumPy, TensorFlow and Keras as they are when nobody has set any."""

from __future__ import annotations

import sys
import warnings
from contextlib import suppress
from typing import Any

# Functions run operation by operation where the process is a fork that lacks TensorFlow's threads.
_functions = {"eagerly": False}


def run_functions_eagerly() -> None:
    """From here on functions run eagerly, and this is how :func:`settle` leaves them."""
    import tensorflow

    _functions["eagerly"] = True
    tensorflow.config.run_functions_eagerly(True)
    # What tf.data says of it at each function that it is given.
    warnings.filterwarnings("ignore", message=".*run_functions_eagerly.*", category=UserWarning)


def keep_operations() -> None:
    """Let the first setting of TensorFlow's seed leave what it has made ready for operations.

    It forgets that to begin random numbers anew, which come from operations that know the seed. A
    process that has set none yet has no such operation, and forgetting the others takes 0.02 s.
    """
    from tensorflow.python.eager import context
    from tensorflow.python.framework.random_seed import DEFAULT_GRAPH_SEED

    usual = context.Context._set_global_seed

    def first(self: Any, seed: Any) -> None:
        context.Context._set_global_seed = usual
        if seed == DEFAULT_GRAPH_SEED:  # what operations that have a seed of their own know already
            return usual(self, seed)
        handle, self._context_handle = self._context_handle, None
        try:
            usual(self, seed)
        finally:
            self._context_handle = handle

    context.Context._set_global_seed = first


class NoGraphsError(BaseException):
    """What is asked needs a graph, and this process runs functions operation by operation.

    No :class:`Exception`: no collector makes evidence of it. The guard counts it, and the whole is
    executed again where there are graphs.
    """


def need_graphs() -> None:
    """Say that what follows is about functions as they are traced.

    Raises:
        NoGraphsError: they are not traced in this process.
    """
    if _functions["eagerly"]:
        raise NoGraphsError("functions run eagerly in a fork of a template")


def settle() -> None:
    """Put the settings of the libraries that are loaded back; loads none."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    keras = sys.modules.get("keras")
    if keras is not None and hasattr(keras, "config"):
        keras.config.set_floatx("float32")
        keras.config.set_epsilon(1e-7)
        keras.config.set_image_data_format("channels_last")
        if keras.config.dtype_policy().name != "float32":
            keras.config.set_dtype_policy("float32")
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and hasattr(tensorflow, "executing_eagerly"):
        _settle_tensorflow(tensorflow)


def _settle_tensorflow(tensorflow: Any) -> None:
    if not tensorflow.executing_eagerly():
        _run_eagerly(tensorflow)
    eagerly = _functions["eagerly"]
    if tensorflow.config.functions_run_eagerly() is not eagerly:
        tensorflow.config.run_functions_eagerly(eagerly)
    with suppress(Exception):
        tensorflow.debugging.disable_check_numerics()
    with suppress(Exception):
        # Variables that are made under a strategy are several at once, and no probe expects them.
        if tensorflow.distribute.has_strategy():
            tensorflow.distribute.experimental_set_strategy(None)


def _run_eagerly(tensorflow: Any) -> None:
    """As TensorFlow 2 is; its own switch works only before anything else ran."""
    with suppress(Exception):
        tensorflow.compat.v1.enable_v2_behavior()
    if tensorflow.executing_eagerly():
        return
    from tensorflow.python.eager import context

    context.default_execution_mode = context.EAGER_MODE
    context.context()._thread_local_data.is_eager = True
    with suppress(Exception):
        tensorflow.compat.v1.enable_v2_behavior()
