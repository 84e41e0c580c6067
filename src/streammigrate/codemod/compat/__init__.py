"""The module of helpers that `rewrite` writes into a project: its functions, its text and its place."""

HELPERS = "stream_compat"
"""The name of the module, unless the settings give another."""
MARK = "# Written by streammigrate"
"""How the first line of a module of helpers begins."""


def is_helpers(data: bytes) -> bool:
    """Return whether a file is a module of helpers that `rewrite` wrote."""
    return data.startswith(MARK.encode())
