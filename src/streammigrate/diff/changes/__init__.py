"""The change kinds, one module per part of a document: each declares its kinds and finds them."""
