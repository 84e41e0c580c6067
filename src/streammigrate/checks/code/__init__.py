"""What the code of a project has to be ready for."""
