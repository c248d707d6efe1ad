"""
title = "what macOS packs beside a notebook, and a page of it"
kind = "habit"
fails = []
state = "graded"
notes = []
[files]
"__MACOSX/._transfer_learning_with_mobilenet.ipynb" = "x"
"._transfer_learning_with_mobilenet.ipynb" = "x"
".DS_Store" = "x"
"transfer_learning_with_mobilenet.html" = "<html></html>"
"""
