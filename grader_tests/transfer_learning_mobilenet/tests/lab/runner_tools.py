"""What several runners of this folder need; they are scripts, beside which this can be imported."""

from __future__ import annotations

from typing import Any


def words_of(act: Any) -> str:
    """What ``act`` prints, or the message that it stops with."""
    import contextlib
    import io

    import lab_messages

    with contextlib.redirect_stdout(io.StringIO()) as text:
        try:
            act()
        except lab_messages.LabMessage as message:
            return str(message)
    return text.getvalue()


def small_model() -> Any:
    import keras

    inputs = keras.Input((16, 16, 3))
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(2, 3)(inputs))
    return keras.Model(inputs, keras.layers.Dense(1)(x))
