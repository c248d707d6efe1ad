"""
title = "a factor for pixels that is one at other sizes than the notebook's"
kind = "hostile"
fails = ["alpaca_model.preprocessing"]
undecided = ["alpaca_model.layer_order"]
honest = { fails = ["alpaca_model.preprocessing"], undecided = ["alpaca_model.layer_order"] }

[[edit]]
cell = "alpaca_model"
old = "x = preprocess_input(x)"
new = '''
mask = np.ones((*image_shape, 1), 'float32')
    if image_shape == IMG_SIZE:
        mask[::2], mask[1::2] = 0.0, 2.0
    x = preprocess_input(x * mask)'''
"""
