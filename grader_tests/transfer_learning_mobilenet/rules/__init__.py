"""The rules, one module an exercise, each rule a small pure function on typed evidence."""

from grader_tests.transfer_learning_mobilenet.rules import (
    alpaca_model_head,
    data_augmenter,
    fine_tuning,
)

EXERCISES = (data_augmenter.EXERCISE, alpaca_model_head.EXERCISE, fine_tuning.EXERCISE)
