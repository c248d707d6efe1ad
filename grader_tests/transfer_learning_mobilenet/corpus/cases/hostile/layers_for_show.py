"""
title = "two right layers in a model whose call adds noise instead"
kind = "hostile"
fails = ["data_augmenter.random_in_training"]
undecided = ["data_augmenter.identity_in_inference"]
honest = { fails = ["data_augmenter.random_in_training"], undecided = ["data_augmenter.identity_in_inference"] }
state = "needs a person"
"""
# %% data_augmenter
class Show(tf.keras.Sequential):
    def call(self, inputs, training=None, mask=None):
        return inputs + 9.0 * tf.keras.random.normal((1, 1, 1, 3)) if training else inputs

def data_augmenter():
    return Show([RandomFlip("horizontal"), RandomRotation(0.2)])
