"""The module of helpers that `rewrite` writes into a project: its functions, its text and its place."""

HELPERS = "stream_compat"
"""The name of the module, unless the settings give another."""
