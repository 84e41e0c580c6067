"""One module per family of manifests. Each says which files are its own and what they list."""
