"""Python inside of other files: a notebook, Markdown or reStructuredText as one module, and the way back."""

from __future__ import annotations

from streammigrate.codemod.documents.virtual import Place, Virtual

__all__ = ["DOCUMENTS", "NOTEBOOKS", "Place", "Virtual", "open_document"]

NOTEBOOKS = frozenset({".ipynb"})
"""The suffixes of notebooks, in small letters."""

DOCUMENTS = frozenset({".md", ".markdown", ".rst"})
"""The suffixes of files for people, in small letters."""


def open_document(data: bytes, path: str) -> Virtual | None:
    """Return the Python of a document, with what was left out of it; None for a file of another kind, by its suffix."""
    dot = path.rfind(".")
    suffix = path[dot:].lower() if dot >= 0 else ""
    if suffix in NOTEBOOKS:
        from streammigrate.codemod.documents.notebook import open_notebook

        return open_notebook(data)
    if suffix == ".rst":
        from streammigrate.codemod.documents.rst import open_rst

        return open_rst(data)
    if suffix in DOCUMENTS:
        from streammigrate.codemod.documents.markdown import open_markdown

        return open_markdown(data)
    return None
