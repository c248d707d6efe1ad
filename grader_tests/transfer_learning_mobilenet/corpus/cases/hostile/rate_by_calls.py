"""
title = "a learning rate that is a function which counts its calls"
kind = "hostile"
fails = ["fine_tuning.learning_rate"]
honest = { fails = ["fine_tuning.learning_rate"] }

[[edit]]
cell = "fine_tuning"
old = "optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)"
new = '''
asked = []
def rate():
    asked.append(1)
    return 0.1 * base_learning_rate if len(asked) < 50 else 1.0
optimizer = tf.keras.optimizers.Adam(learning_rate=rate)'''
"""
