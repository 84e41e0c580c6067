"""Links to files in answers of stream-chat, followed to where they are taken apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.custom.reads import answers, held, keys
from streammigrate.checks.project import Module, Project
from streammigrate.rules import sdk

_UPLOADED = frozenset({"file", "thumb_url"})
LINKS = {
    "Attachment": frozenset({"asset_url", "image_url", "thumb_url"}),
    "FileUploadResponse": _UPLOADED,
    "ImageUploadResponse": _UPLOADED,
    "UploadChannelFileResponse": _UPLOADED,
    "UploadChannelResponse": _UPLOADED,
}
"""The fields of getstream's models that hold links to uploaded files. Images of users are links of anybody's."""

_CUTS = frozenset(
    {"split", "rsplit", "partition", "rpartition", "replace", "removeprefix", "removesuffix", "find", "index"}
)
_PARSERS = frozenset(
    {
        *(f"urllib.parse.{name}" for name in ("urlparse", "urlsplit", "parse_qs", "parse_qsl")),
        *("os.path.basename", "os.path.split", "os.path.splitext", "posixpath.basename", "posixpath.split"),
        *("yarl.URL", "furl.furl"),
    }
)
_PATTERNS = frozenset(f"re.{name}" for name in ("search", "match", "fullmatch", "findall", "finditer", "split", "sub"))


def taken_apart(project: Project) -> Iterator[tuple[Module, ast.expr, str]]:
    """Yield the file, the expression that holds a link, and the field the link was read from."""
    text = sdk.parse_type("str")
    for call, found in answers(project):
        for key in keys(call.module, found):
            if key.how == "in" or key.name not in LINKS.get(key.model.name, ()):
                continue
            for one in held(project, call.module, key.node, text):
                module = project.home(call.module, one.node)
                if _is_taken_apart(module, one.node):
                    yield module, one.node, key.name


def _is_taken_apart(module: Module, node: ast.expr) -> bool:
    parent = module.scopes.parent(node)
    if isinstance(parent, ast.Subscript):
        return parent.value is node
    if isinstance(parent, ast.Attribute):
        call = module.scopes.parent(parent)
        return parent.attr in _CUTS and isinstance(call, ast.Call) and call.func is parent
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return False
    symbol = module.symbol(parent.func)
    return (symbol in _PARSERS and parent.args[0] is node) or (symbol in _PATTERNS and parent.args[0] is not node)
