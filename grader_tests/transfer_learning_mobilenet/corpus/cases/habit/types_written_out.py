"""
title = "types written out by typing, Optional and unions, as assistants do"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "data_augmenter"
old = "def data_augmenter():"
new = '''
def data_augmenter() -> tf.keras.Sequential | None:'''

[[edit]]
cell = "alpaca_model"
old = "def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):"
new = '''
from typing import Optional, Tuple

Size = Tuple[int, int]


def alpaca_model(
    image_shape: Tuple[int, int] = IMG_SIZE,
    data_augmentation: Optional[tf.keras.Sequential] = data_augmenter(),
) -> tf.keras.Model:'''
"""
