"""What lies beside submissions of a small lab that has a template."""
