"""From bytes to Python's own tree, and the one exception for what cannot be edited."""

from __future__ import annotations

import ast
import re
import warnings

PYTHON_2 = re.compile(
    r"""^[ \t]*(?:print[ \t]+["'\w]|print[ \t]*>>|exec[ \t]+["'\w]|raise[ \t]+\w[\w.]*[ \t]*,)"""
    r"""|\bexcept[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:"""
    r"""|<>|\b[uU][rR]["']|\b0[0-7]+\b(?![.\w])|`""",
    re.MULTILINE,
)
"""What Python 2 allowed and Python 3 does not; only asked of a file that Python 3 cannot parse."""


class Unappliable(Exception):  # noqa: N818
    """A file, or what is to be done with it, that cannot be edited without risk; the file is left whole.

    `kind` is one of `not-python`, `python-2`, `not-text`, `too-deep`, `not-round-trip`, `not-found`, `overlap`,
    `unsupported-place`, `bad-text`, `invalid-result`, `different-result`; `reason` says in a sentence what was met.
    """

    def __init__(self, kind: str, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.line = line


def parse(source: bytes) -> ast.Module:
    """Return the tree of a file that the running Python can compile.

    Raises Unappliable (`not-python`, `python-2`, `not-text`, `too-deep`) and warns of nothing.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            compile(source, "<source>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        # Python takes a comment that is not in the file's encoding; nothing could be written back.
        decode(source)
    except SyntaxError as error:
        raise _refusal(source, error) from None
    except (RecursionError, MemoryError):
        raise Unappliable("too-deep", "the code is nested too deeply to be parsed") from None
    except ValueError as error:
        # Null bytes, in the versions of Python that do not call them a syntax error.
        raise Unappliable("not-python", f"Python cannot parse the file: {error}") from None
    return tree


def decode(source: bytes) -> str:
    """Return the text of a file in the encoding that it declares. Raises Unappliable (`not-text`) where it is not."""
    import io
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Unappliable("not-text", f"the file cannot be decoded: {error.reason}", line) from None


def shape(tree: ast.AST) -> str:
    """Return what code says without where it stands, and without whether it is read or written.

    The latter follows from the place, and an expression that is parsed on its own is one that is read.
    """
    return ast.dump(tree).replace("ctx=Store()", "ctx=Load()").replace("ctx=Del()", "ctx=Load()")


def _refusal(source: bytes, error: SyntaxError) -> Unappliable:
    text = source.decode("latin-1")
    if "codec" in str(error) or "encoding" in str(error) or "non-UTF-8" in str(error):
        return Unappliable("not-text", f"the file cannot be decoded: {error.msg}", error.lineno)
    if error.lineno is not None and PYTHON_2.search(text):
        return Unappliable("python-2", f"this looks like Python 2 ({error.msg})", error.lineno)
    return Unappliable("not-python", f"Python cannot parse the file: {error.msg}", error.lineno)
