"""Changes to files on disk: all of a run or nothing of it, never half a file, and to be undone later.

- `disk`: a temporary file beside the target, then an atomic replace; the only place that writes into a tree.
- `state`: the folder outside of the tree where runs are kept.
- `lock`: one run at a time for a project.
- `journal`: what every run found and left, on the disk before the first file is touched.
- `transaction`: checks, journals, stages and puts the files of a run.
- `undo`, `runs`: take a run back, and say which are kept.
- `git`: what is not committed.
- `series`, `patches`, `copies`: a rewrite as patches that are applied one by one, made on a copy.
- `formatting`, `typecheck`: the project's own tools, on what is touched.
"""
