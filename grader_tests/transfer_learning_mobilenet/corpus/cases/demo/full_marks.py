"""
title = "full marks"
kind = "demo"
fails = []
state = "graded"
"""
