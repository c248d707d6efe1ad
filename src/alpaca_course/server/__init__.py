"""JupyterLab for student and instructor."""
