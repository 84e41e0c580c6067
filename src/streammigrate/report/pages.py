"""HTML pages of one file, from the templates of this package."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def render(name: str, **values: Any) -> str:
    """Return a page. Its block `style` is the only style that its policy lets a browser take: `{{ style_hash }}`."""
    environment = Environment(
        loader=PackageLoader("streammigrate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
    )
    environment.filters["prose"] = _prose
    environment.filters["breakable"] = _breakable
    template = environment.get_template(name)
    style = "".join(template.blocks["style"](template.new_context()))
    digits = b64encode(sha256(style.encode()).digest()).decode()
    return template.render(style_hash=f"sha256-{digits}", **values)


def _prose(text: str) -> Markup:
    """Return text whose code in backticks is code."""
    parts = _CODE.split(_clean(text))
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def _breakable(text: str) -> Markup:
    """Return a path that a line may break in before each slash."""
    return Markup("<wbr>/").join(_clean(text).split("/"))


def _clean(value: Any) -> Any:
    """Return text without characters that are not shown or that turn the text around them."""
    return _UNSEEN.sub("\ufffd", value) if type(value) is str else value
