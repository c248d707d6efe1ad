"""Networks that are built before they are asked for, and handed out instead of being built.

Building a network is most of what a small notebook costs. A process that forks kernels can build
it once: its forks inherit it, in memory of their own as soon as they write to it.

What is handed out is the real thing, made by Keras' own function, and so that nobody can tell when
it was made: automatic names count on as if it were built now, and Python's random numbers go on
behind those that building draws. It is handed out only where it is asked for exactly as it was
built, under the settings it was built under, and each one once. Everything else is built as ever.

Read in the sources of Keras 3.5 and 3.15: the counters of automatic names and scopes in
``keras.src.backend.common.global_state``, and ``make_default_seed``, the only source of chance in
building, which draws ``random.randint(1, 10**9)``.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import global_state

from alpaca_course.keras_probe import access

_COUNTERS = "object_name_uids"
_CHANCE = "global_seed_generator"
_TRACKERS = ("GLOBAL_STATE_TRACKER", "GLOBAL_SETTINGS_TRACKER")
# Of Keras' state what changes by itself, what is looked at by its name, and what was used to seed
# the random numbers that are drawn.
_NO_SETTING = {_COUNTERS, _CHANCE, "uninitialized_variables", "dtype_policy", "global_random_seed"}
# Set by whatever uses them, to what they are without being set.
_USUAL = {
    "tracking_on": True,
    "traceback_filtering": True,
    "interactive_logging": True,
    "nnx_enabled": False,
    "in_tf_graph_scope": False,
}
_MODULUS = 2**64
_MOST_DRAWS = 10_000
_SIMPLE = (int, float, str, bool, type(None))


class NotReadyError(Exception):
    """A network cannot be kept for later without a difference that can be seen."""


@dataclass
class _Ready:
    """A network that waits.

    Attributes:
        network: it.
        settings: of Keras, under which it was built.
        counted: how far building it moved each counter of automatic names.
        draws: random numbers that building it took.
        named: what has an automatic name: the object, the name without its number, its number.
    """

    network: Any
    settings: dict[str, Any]
    counted: dict[str, int]
    draws: int
    named: list[tuple[Any, str, int]]


class Shelf:
    """Networks that one function builds.

    Args:
        build: the function, as Keras has it.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._signature = inspect.signature(build)
        self._ready: dict[Any, list[_Ready]] = defaultdict(list)

    def stock(self, **asked: Any) -> None:
        """Build one more network for whoever asks for it with these arguments.

        Raises:
            NotReadyError: what building it changes cannot be made good when it is handed out.
        """
        key = self._key((), asked)
        if key is None:
            raise NotReadyError(f"arguments that cannot be compared: {asked}")
        with untouched():
            global_state.set_global_attribute(_COUNTERS, defaultdict(int))
            before, numpy_before = random.getstate(), _numpy_state()
            network = self._build(**asked)
            if _numpy_state() != numpy_before:
                raise NotReadyError("building draws NumPy's random numbers")
            if global_state.get_global_attribute(_CHANCE) is not None:
                raise NotReadyError("building draws Keras' random numbers")
            counted = dict(global_state.get_global_attribute(_COUNTERS))
            draws = _draws(before, random.getstate())
        ready = _Ready(network, _settings(), counted, draws, _named(network, counted))
        self._ready[key].append(ready)

    def open(self) -> None:
        """Put this shelf in the place of the function, wherever a module that is loaded has it."""

        @functools.wraps(self._build)
        def hand_out(*args: Any, **kwargs: Any) -> Any:
            ready = self._take(args, kwargs)
            return self._build(*args, **kwargs) if ready is None else ready

        for module in list(sys.modules.values()):
            for name, value in list(getattr(module, "__dict__", {}).items()):
                if value is self._build:
                    setattr(module, name, hand_out)

    def networks(self) -> Iterator[Any]:
        """Those that wait."""
        for waiting in self._ready.values():
            yield from (each.network for each in waiting)

    def fingerprint(self) -> str:
        """Of all numbers and flags of the networks that wait, to be compared with itself."""
        found = []
        for network in self.networks():
            total = 0
            for array in access.uncopied(network.variables):
                # Eight bytes at a time where there are as many: as fast as memory is read.
                words = array.reshape(-1).view(np.uint8 if array.nbytes % 8 else np.uint64)
                total = (31 * total + int(words.sum())) % _MODULUS
            flags = "".join("1" if layer.trainable else "0" for layer in network.layers)
            found.append(f"{network.name} {total:x} {flags}")
        return ";".join(found)

    def _key(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What is asked for, comparable type by type; None where it is not plain."""
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            return None
        bound.apply_defaults()
        parts = []
        for name, value in bound.arguments.items():
            values = value if type(value) is tuple else (value,)
            if not all(type(each) in _SIMPLE for each in values):
                return None
            parts.append((name, type(value).__name__, *((type(v).__name__, v) for v in values)))
        return tuple(parts)

    def _take(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A network as it would be built now; None where none waits for exactly this."""
        waiting = self._ready.get(self._key(args, kwargs))
        if not waiting or not _is_usual():
            return None
        if _settings() != waiting[-1].settings:
            return None
        ready = waiting.pop()
        counters = global_state.get_global_attribute(
            _COUNTERS, default=defaultdict(int), set_to_default=True
        )
        for thing, prefix, number in ready.named:
            now = counters.get(prefix, 0) + number
            thing.name = f"{prefix}_{now}" if now else prefix
        for prefix, count in ready.counted.items():
            counters[prefix] += count
        for _ in range(ready.draws):
            random.randint(1, 10**9)
        return ready.network


@contextlib.contextmanager
def untouched() -> Iterator[None]:
    """Leave the random numbers and Keras' automatic names as they were before."""
    python, numpy_state = random.getstate(), np.random.get_state()
    kept = {name: global_state.get_global_attribute(name) for name in (_COUNTERS, _CHANCE)}
    for name in kept:
        global_state.set_global_attribute(name, None)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy_state)
        for name, value in kept.items():
            global_state.set_global_attribute(name, value)


def _draws(before: Any, after: Any) -> int:
    """How many seeds were drawn between two states of Python's random numbers.

    Raises:
        NotReadyError: something else was drawn.
    """
    source = random.Random()
    source.setstate(before)
    for count in range(_MOST_DRAWS):
        if source.getstate() == after:
            return count
        source.randint(1, 10**9)
    raise NotReadyError("building draws other random numbers than seeds")


def _numpy_state() -> bytes:
    return repr(np.random.get_state(legacy=False)).encode()


def _named(network: Any, counted: dict[str, int]) -> list[tuple[Any, str, int]]:
    """The operations and tensors of a network that have an automatic name."""
    issued = {
        f"{prefix}_{number}" if number else prefix: (prefix, number)
        for prefix, count in counted.items()
        for number in range(count)
    }
    things: dict[int, Any] = {}
    for operation in network.operations:
        things[id(operation)] = operation
        for node in operation._inbound_nodes:
            things |= {id(tensor): tensor for tensor in node.output_tensors}
    return [(each, *issued[each.name]) for each in things.values() if each.name in issued]


def _settings() -> dict[str, Any]:
    """What building a network depends on besides its arguments."""
    found: dict[str, Any] = {
        "floatx": keras.config.floatx(),
        "format": keras.config.image_data_format(),
        "epsilon": keras.config.epsilon(),
        "backend": keras.config.backend(),
        "policy": keras.config.dtype_policy().name,
    }
    for tracker in _TRACKERS:
        for name, value in vars(getattr(global_state, tracker)).items():
            if name not in _NO_SETTING and value not in (None, [], {}, _USUAL.get(name)):
                found[name] = value
    # Who builds a model without values looks at its shapes only.
    scope = found.get("stateless_scope")
    if getattr(scope, "initialize_variables", True) is False:
        del found["stateless_scope"]
    return found


def _is_usual() -> bool:
    """Operations run at once, on no device or strategy of anybody's choice."""
    import tensorflow as tf
    from tensorflow.python.eager import context

    return (
        tf.executing_eagerly()
        and not tf.inside_function()
        and not tf.distribute.has_strategy()
        and not context.context().device_name
    )
