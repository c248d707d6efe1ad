"""A term in one file, with names or with pseudonyms, and a clean course after it."""
