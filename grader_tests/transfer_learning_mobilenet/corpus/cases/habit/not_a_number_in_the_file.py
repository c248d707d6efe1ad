"""
title = "a tool wrote NaN into the notebook"
kind = "habit"
fails = []
state = "graded"
notes = []
written = {replace = {'"nbformat": 4,' = '"nbformat": 4, "seconds": NaN,'}}
"""
