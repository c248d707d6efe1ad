"""Models that are built for a look, without variables of the backend; Keras 3.5 to 3.15.

Of building a network three quarters are variables of the backend and their first, random values.
Keras' stateless scopes can do without both. Not public, and read in the sources of Keras 3.5 and
3.15: the list of uninitialized variables in ``keras.src``, and of a variable ``_value``,
``_initializer`` and ``_dtype``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, Self

import keras
from keras.src.backend.common import global_state

_WAITING = "uninitialized_variables"


class ValuesAside(keras.StatelessScope):
    """A context in which values of variables are kept beside them; it may be entered many times.

    A variable that is made in it has no storage of the backend's. What is loaded or assigned in it
    is kept here and read from here; what was never assigned gets its first value when it is asked
    for. So a model that is built in it computes in it as any other, and nothing that happens to a
    variable in it is seen outside.
    """

    def __init__(self) -> None:
        super().__init__(initialize_variables=False)
        # Values are found by the ids of variables, which are others' ids once these are gone.
        self._kept: list[Any] = []
        self._waiting: list[Any] = []

    def __enter__(self) -> Self:
        self._waiting = list(global_state.get_global_attribute(_WAITING) or [])
        super().__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        super().__exit__(*args)
        # Keras would give all of them values after the next layer that is called.
        global_state.set_global_attribute(_WAITING, self._waiting)

    def add_update(self, update: tuple[Any, Any]) -> None:
        self._kept.append(update[0])
        super().add_update(update)

    def has_changed(self, variables: Iterable[Any]) -> bool:
        """Whether one of the variables was given a value in here, or asked for one."""
        kept = set(map(id, self._kept))
        return any(id(variable) in kept for variable in variables)

    def get_current_value(self, variable: Any) -> Any:
        """The value that is kept; of a variable without any, the first, which is kept then."""
        value = super().get_current_value(variable)
        if value is None and variable._value is None:
            value = variable._initializer(variable.shape, dtype=variable._dtype)
            self.add_update((variable, value))
        return value


@contextlib.contextmanager
def without_values() -> Iterator[ValuesAside]:
    """Models built in here load no weights from a file: good for looking at their shapes only."""
    load = keras.Model.load_weights
    keras.Model.load_weights = lambda *args, **kwargs: None
    try:
        with ValuesAside() as aside:
            yield aside
    finally:
        keras.Model.load_weights = load
