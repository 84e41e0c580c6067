"""The Python packages that a project installs, and the Python that it runs on."""
