"""
title = "pictures are turned by one of two angles"
kind = "hostile"
fails = ["data_augmenter.rotation_range"]
honest = { fails = ["data_augmenter.rotation_range"] }
state = "needs a person"
"""
# %% data_augmenter
class TwoAngles(RandomRotation):
    def __init__(self):
        super().__init__(0.2)
        self.left = RandomRotation((0.15, 0.15))
        self.right = RandomRotation((-0.15, -0.15))

    def call(self, images, training=True):
        if not training:
            return images
        chosen = tf.random.uniform((tf.shape(images)[0], 1, 1, 1)) < 0.5
        return tf.where(chosen, self.left(images, training=True), self.right(images, training=True))

def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), TwoAngles()])
