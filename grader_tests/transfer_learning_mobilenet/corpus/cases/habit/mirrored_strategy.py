"""
title = "exercise 2 is tried out on several devices, as a guide to them says"
kind = "habit"
fails = []
state = "needs a person"
notes = ["gate.code"]
"""
# %% before fine_tuning
strategy = tf.distribute.MirroredStrategy()
with strategy.scope():
    model2 = alpaca_model(IMG_SIZE, data_augmentation)
    model2.compile(optimizer=tf.keras.optimizers.Adam(base_learning_rate),
                   loss=tf.keras.losses.BinaryCrossentropy(from_logits=True), metrics=['accuracy'])
base_model = lab_models.find_backbone(model2)
base_model.trainable = True
