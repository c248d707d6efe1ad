"""Which code may run beside the collector: a check of syntax trees, before anything runs. Pure.

``docs/gate.md`` is its description for people. There is no secret in it: who reads it learns what
a person will look at.
"""
