r"""
title = "a notebook of a first try"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["notebook.other"]
message = ["not this lab's notebook"]
file = ""
[files]
"transfer_learning_with_mobilenet.ipynb" = '{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": "print(1)"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
"""
