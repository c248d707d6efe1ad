"""The hidden tests: rules on evidence, the judge, the corpus of solutions, and tests of all three.

Never importable in a kernel that runs students' code.
"""
