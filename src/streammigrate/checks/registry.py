"""Finds the checks: every module below a folder of this package that has a `CHECK`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from streammigrate import checks
from streammigrate.checks.model import Check


@cache
def all_checks() -> tuple[Check, ...]:
    """Return all checks, sorted by id."""
    found = []
    for folder in iter_modules(checks.__path__):
        if not folder.ispkg:
            continue
        package = f"{checks.__name__}.{folder.name}"
        for module in iter_modules(import_module(package).__path__):
            check = getattr(import_module(f"{package}.{module.name}"), "CHECK", None)
            if isinstance(check, Check):
                found.append(check)
    return tuple(sorted(found, key=lambda check: check.id))
