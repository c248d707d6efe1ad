"""
title = "an image is saved in a format of one's choice under a module's name"
kind = "hostile"
fails = ["data_augmenter.sequential"]
undecided = ["data_augmenter.fresh_object", "data_augmenter.horizontal_flip", "data_augmenter.identity_in_inference", "data_augmenter.keeps_shape", "data_augmenter.layers", "data_augmenter.random_in_training", "data_augmenter.rotation_range"]
nothing = ["alpaca_model", "fine_tuning"]
state = "needs a person"
notes = ["gate.code"]
start = "release"
honest = { fails = ["data_augmenter.sequential"], undecided = ["data_augmenter.fresh_object", "data_augmenter.horizontal_flip", "data_augmenter.identity_in_inference", "data_augmenter.keeps_shape", "data_augmenter.layers", "data_augmenter.random_in_training", "data_augmenter.rotation_range"], nothing = ["alpaca_model", "fine_tuning"] }
"""
# %% data_augmenter
tf.keras.utils.array_to_img(np.zeros((4, 4, 3))).save("json_tools.py", format="ppm")

def data_augmenter():
    return None
