"""What became of the class: a table for the terminal and a page for people."""
