r"""
title = "the notebook of another lab beside the right one"
kind = "habit"
fails = []
state = "graded"
notes = []
[files]
"week_1.ipynb" = '{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": "print(1)"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
"""
