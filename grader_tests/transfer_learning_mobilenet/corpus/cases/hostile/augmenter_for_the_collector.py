"""
title = "an augmenter that is right only when the collector asks for it"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["data_augmenter.horizontal_flip"] }
state = "needs a person"
amounts_to = "the notebook's own augmenter is seen to be another, which costs more points later; and reading frames does not pass the gate"
"""
# %% data_augmenter
import sys

def data_augmenter():
    asked = any("evidence" in str(sys._getframe(depth).f_code.co_filename) for depth in range(1, 6))
    mode = "horizontal" if asked else "vertical"
    return tf.keras.Sequential([RandomFlip(mode), RandomRotation(0.2)])
