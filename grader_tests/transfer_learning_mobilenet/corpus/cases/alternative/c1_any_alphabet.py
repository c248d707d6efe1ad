"""
title = "names and comments in other alphabets"
kind = "alternative"
fails = []
"""
# %% data_augmenter
def data_augmenter():
    """Увеличивает данные: 反転と回転 🦙"""
    увеличение = tf.keras.Sequential()
    увеличение.add(RandomFlip("horizontal"))  # اتجاه أفقي
    увеличение.add(RandomRotation(0.2))  # ±72°
    return увеличение
