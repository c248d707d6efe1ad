"""Rules of the light lab: SECRET-RULE-TEXT must never be seen by a student's code."""

from grader_tests.light_lab.rules import double, total

EXERCISES = (double.EXERCISE, total.EXERCISE)
