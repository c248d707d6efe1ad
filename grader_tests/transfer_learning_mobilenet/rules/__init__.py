"""The rules, one module an exercise, each rule a small pure function on typed evidence."""
