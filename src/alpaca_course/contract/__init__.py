"""Words that all rooms share, as plain data: evidence, rules, verdicts, states."""
