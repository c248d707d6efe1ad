"""Descriptions of Keras objects, beside students' code; the one place that knows its versions."""
