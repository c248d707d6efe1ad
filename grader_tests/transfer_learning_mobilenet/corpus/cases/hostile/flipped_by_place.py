"""
title = "every second picture is mirrored, always the same ones"
kind = "hostile"
fails = ["data_augmenter.random_in_training"]
undecided = ["data_augmenter.identity_in_inference"]
honest = { fails = ["data_augmenter.random_in_training"], undecided = ["data_augmenter.identity_in_inference"] }
state = "needs a person"
varies = "Keras 3.5 draws its angles by another method than the one that is replaced"
"""
# %% data_augmenter
class ByPlace(RandomFlip):
    def call(self, images, training=True):
        if not training:
            return images
        places = np.arange(images.shape[0])[:, None, None, None]
        return tf.where(places % 2 == 0, images[:, :, ::-1], images)

class ByPlaceToo(RandomRotation):
    def get_random_transformation(self, data, training=True, seed=None):
        return super().get_random_transformation(data, training=training, seed=7)

def data_augmenter():
    return tf.keras.Sequential([ByPlace("horizontal"), ByPlaceToo(0.2)])
