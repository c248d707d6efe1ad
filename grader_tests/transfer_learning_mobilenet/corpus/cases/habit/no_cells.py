r"""
title = "a notebook without a cell"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["notebook.other"]
file = ""
[files]
"transfer_learning_with_mobilenet.ipynb" = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
"""
