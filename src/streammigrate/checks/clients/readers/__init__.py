"""Readers of manifests and lock files, one module per ecosystem: bytes in, packages with versions and lines out."""
