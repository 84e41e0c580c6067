"""The tests of the applications are theirs: tests/codemod/test_mocks_project.py runs them."""

collect_ignore_glob = ["*"]
