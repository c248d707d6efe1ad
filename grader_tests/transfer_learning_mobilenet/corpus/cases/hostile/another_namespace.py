"""
title = "the collector is told of another kernel, with other names in it"
kind = "hostile"
fails = []
nothing = ["data_augmenter", "alpaca_model", "fine_tuning"]
state = "needs a person"
start = "release"
honest = { nothing = ["data_augmenter", "alpaca_model", "fine_tuning"] }
"""
# %% before data_augmenter
import alpaca_course.kernel.collect as collect

honest = collect.collect

def elsewhere(exercise, lab, namespace, challenge):
    return honest(exercise, lab, {"data_augmenter": lambda: tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])}, challenge)

collect.collect = elsewhere
