r"""
title = "the pointer that Git LFS keeps in the place of a notebook"
kind = "habit"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "refused"
notes = ["file.not_json"]
message = ["Git LFS"]
file = ""
[files]
"transfer_learning_with_mobilenet.ipynb" = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"
"""
