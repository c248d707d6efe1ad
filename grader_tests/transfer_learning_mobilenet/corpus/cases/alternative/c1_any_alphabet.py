"""
title = "names and comments in other alphabets"
kind = "alternative"
points = { data_augmenter = 20, alpaca_model = 50, fine_tuning = 30 }
fails = []
"""
# %% data_augmenter
def data_augmenter():
    """Увеличивает данные: 反転と回転 🦙"""
    увеличение = tf.keras.Sequential()
    увеличение.add(RandomFlip("horizontal"))  # اتجاه أفقي
    увеличение.add(RandomRotation(0.2))  # ±72°
    return увеличение
