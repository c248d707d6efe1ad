"""Testing the hidden tests: the corpus of solutions and their mutants, run and compared."""
