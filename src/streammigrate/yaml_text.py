"""Writing YAML that means the same to YAML 1.1 and to YAML 1.2 readers."""

from __future__ import annotations

import re
from typing import Any

_CORE_NUMBER = re.compile(r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+)$")


def dump(data: Any, *, inline: bool = False) -> str:
    """Return JSON-like data as block YAML in its own order; `inline` puts the innermost collections on one line each.

    PyYAML quotes what YAML 1.1 would take for something else than text. To YAML 1.2 more is a number (`96e3`), so that
    is quoted too: a fingerprint must stay text.
    """
    import yaml

    base: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    dumper: Any = type("Dumper", (base,), {})
    dumper.add_implicit_resolver("tag:yaml.org,2002:float", _CORE_NUMBER, list("-+.0123456789"))
    style = None if inline else False
    text = yaml.dump(data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=style)
    return str(text)
