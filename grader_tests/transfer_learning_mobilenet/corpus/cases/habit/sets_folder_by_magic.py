"""
title = "a folder is made and entered at the top"
kind = "habit"
fails = []
state = "graded"
"""
# %% before packages
!mkdir -p work
%cd work
