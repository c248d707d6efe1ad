"""A class at a time: grade and judge again."""
