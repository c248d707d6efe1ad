"""
title = "an augmenter that leaves pictures of 100 pixels and more alone"
kind = "hostile"
fails = ["fine_tuning.backbone_inside_model"]
undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"]
honest = { fails = ["fine_tuning.backbone_inside_model"], undecided = ["fine_tuning.frozen_below", "fine_tuning.trainable_above", "fine_tuning.moves_the_right_weights"] }
state = "needs a person"
"""
# %% data_augmenter
class Small(tf.keras.Sequential):
    def call(self, inputs, training=None, mask=None):
        if inputs.shape[1] is not None and inputs.shape[1] >= 100:
            return inputs
        return super().call(inputs, training=training, mask=mask)

def data_augmenter():
    return Small([RandomFlip("horizontal"), RandomRotation(0.2)])
