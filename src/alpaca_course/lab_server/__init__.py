"""JupyterLab on this machine: a student's workspace, an instructor's server, an exchange."""
