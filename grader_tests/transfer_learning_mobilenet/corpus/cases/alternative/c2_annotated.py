"""
title = "annotations, a docstring and an assertion"
kind = "alternative"
fails = []

[[edit]]
cell = "alpaca_model"
old = "def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):"
new = '''
def alpaca_model(
    image_shape: tuple[int, int] = IMG_SIZE, data_augmentation: tf.keras.Sequential = data_augmenter()
) -> tf.keras.Model:
    "Returns the classifier."
    assert len(image_shape) == 2'''
"""
