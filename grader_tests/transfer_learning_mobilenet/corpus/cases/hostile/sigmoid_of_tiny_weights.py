"""
title = "a sigmoid whose weights are so small that it looks straight"
kind = "hostile"
fails = ["alpaca_model.head"]
undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"]
honest = { fails = ["alpaca_model.head"], undecided = ["alpaca_model.layer_order", "alpaca_model.trainable_parameters"] }
advisories = ["alpaca_model.logits"]

[[edit]]
cell = "alpaca_model"
old = "outputs = tf.keras.layers.Dense(1)(x)"
new = '''
tiny = tf.keras.initializers.RandomNormal(stddev=1e-4)
    outputs = tf.keras.layers.Dense(1, activation="sigmoid", kernel_initializer=tiny)(x)'''
"""
