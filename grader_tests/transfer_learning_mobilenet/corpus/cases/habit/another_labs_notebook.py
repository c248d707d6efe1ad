r"""
title = "the notebook of another lab, with the same marks"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["notebook.other"]
message = ["not this lab's notebook"]
file = ""
[files]
"transfer_learning_with_mobilenet.ipynb" = '{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": "# UNQ_C1\ndef identity_block(X, f, filters):\n    return X"}, {"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": "# UNQ_C2\ndef convolutional_block(X, f):\n    return X"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
"""
