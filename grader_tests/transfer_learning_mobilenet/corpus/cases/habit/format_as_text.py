"""
title = "a tool wrote the notebook's format as text"
kind = "habit"
fails = []
state = "graded"
notes = []
written = {replace = {'"nbformat": 4,' = '"nbformat": "4",'}}
"""
