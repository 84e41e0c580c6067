"""The codemod: resolve receivers, plan each site by its rule, apply the edits of a file in one LibCST pass."""
