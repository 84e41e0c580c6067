"""From the bytes of a document to its tree, by one model: YAML 1.2's core schema with merge keys, or JSON.

Two readers give that model. yaml_rs is fast but reads some YAML in its own way (to it `1_000` is a number), so text
that may hold such YAML goes to the exact reader, which works on PyYAML's events and knows the place of everything.
"""

from __future__ import annotations

import gc
import re
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from streammigrate.errors import InputError
from streammigrate.findings import Location
from streammigrate.spec import problems
from streammigrate.spec.text import decode, place_of
from streammigrate.spec.yaml_exact import (
    MAX_DEPTH,
    TOO_DEEP_TEXT,
    hide_surrogates,
    key_text,
    parse_yaml_fallback,
    repeated_key,
)
from streammigrate.spec.yaml_quirks import is_unusual, refuse_controls

if TYPE_CHECKING:
    from streammigrate.spec.model import Fetched


def parse(fetched: Fetched) -> Any:
    """Return the tree of a document; every mapping key is a string. Raises InputError, which names the place."""
    text = decode(fetched.data, fetched.label)
    collecting = gc.isenabled()
    gc.disable()
    try:
        tree = _tree(text, fetched.label)
    finally:
        if collecting:
            gc.enable()
    if tree is None:
        raise problems.NOT_A_SPEC.error(Location(fetched.label), "the document is empty")
    return tree


def _tree(text: str, label: str) -> Any:
    first = _FIRST.search(text)
    if first is None:
        return None
    if first[0] == "<" and not text.startswith("<<", first.start()):
        raise problems.HTML_PAGE.error(Location(label), "the input is an HTML or XML page, not an API description")
    return _read_json(text, label) if first[0] in "{[" else _read_yaml(text, label)


_FIRST = re.compile(r"\S")


class _RepeatedKeyError(Exception):
    pass


class _ConstantError(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _RepeatedKeyError(key)
            seen.add(key)
    return made


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _read_json(text: str, label: str) -> Any:
    import json

    try:
        tree = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise problems.TOO_DEEP.error(Location(label), TOO_DEEP_TEXT) from None
    except _RepeatedKeyError as exc:
        raise _locaterepeated_key(text, label, exc.args[0]) from None
    except _ConstantError as exc:
        name = exc.args[0]
        where = place_of(label, text, max(text.find(name), 0))
        raise problems.BAD_JSON.error(where, f"{name} is not a JSON number") from None
    except json.JSONDecodeError as exc:
        return _read_flow(text, label, exc)
    except ValueError:  # int() refuses thousands of digits
        raise problems.BAD_JSON.error(Location(label), "a number has too many digits") from None
    if _survey(tree) > MAX_DEPTH:
        raise problems.TOO_DEEP.error(Location(label), TOO_DEEP_TEXT)
    _refuse_lone_surrogates(text, label)
    return tree


def _read_flow(text: str, label: str, exc: Any) -> Any:
    """Read text that starts like JSON as YAML, whose flow style allows comments, single quotes and trailing commas."""
    try:
        return _read_yaml(text, label)
    except InputError as again:
        if again.finding.id != problems.BAD_YAML.id:
            raise
    where = Location(label, "", exc.lineno, exc.colno)
    raise problems.BAD_JSON.error(where, exc.msg[:1].lower() + exc.msg[1:]) from None


def _locaterepeated_key(text: str, label: str, key: str) -> InputError:
    try:
        parse_yaml_fallback(hide_surrogates(text), label)
    except InputError as exc:
        if exc.finding.id == problems.DUPLICATE_KEY.id:
            return exc
    return problems.DUPLICATE_KEY.error(Location(label), repeated_key(key))


_ESCAPES = re.compile(r"\\(?:u([0-9a-fA-F]{4})(?:\\u([0-9a-fA-F]{4}))?|.)", re.DOTALL)


def _refuse_lone_surrogates(text: str, label: str) -> None:
    if "\\ud" not in text and "\\uD" not in text:
        return
    at = 0
    while match := _ESCAPES.search(text, at):
        first, second = (int(match[n], 16) if match[n] else 0 for n in (1, 2))
        if 0xD800 <= first < 0xDC00 <= second < 0xE000:
            at = match.end()
        elif 0xD800 <= first < 0xE000:
            message = f"the escape \\u{match[1]} is half of a character (a lone surrogate)"
            raise problems.BAD_JSON.error(place_of(label, text, match.start()), message)
        else:
            at = match.end(1) if match[1] else match.end()


def _read_yaml(text: str, label: str) -> Any:
    refuse_controls(text, label)
    if is_unusual(text):
        return parse_yaml_fallback(text, label)
    try:
        from yaml_rs import loads
    except ImportError:
        return parse_yaml_fallback(text, label)
    try:
        tree: Any = loads(text, parse_datetime=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # its errors lack the place or quote the text; a Rust panic is no Exception
        return parse_yaml_fallback(text, label)
    # Several documents come back as a list.
    if (type(tree) is list and _DOCUMENT_MARK.search(text)) or not _set_string_keys(tree):
        return parse_yaml_fallback(text, label)
    return tree


_DOCUMENT_MARK = re.compile(r"(?:\n|\r|\A)(?:---|\.\.\.)(?!\S)")


def _set_string_keys(tree: Any) -> bool:
    """Make the keys of yaml_rs strings in place; return False when the exact reader has to judge."""

    def rename(mapping: dict[Any, Any]) -> bool:
        renamed = {key if type(key) is str else key_text(key): value for key, value in mapping.items()}
        whole = len(renamed) == len(mapping) and None not in renamed
        mapping.clear()
        mapping.update(renamed)
        return whole

    return _survey(tree, rename) <= MAX_DEPTH


def _survey(tree: Any, rename: Any = None) -> int:
    """Return the depth of a tree. Mappings with other keys than strings go through `rename`; its False ends it."""
    dicts: list[dict[Any, Any]] = [tree] if type(tree) is dict else []
    lists: list[list[Any]] = [tree] if type(tree) is list else []
    depth = 0
    while (dicts or lists) and depth <= MAX_DEPTH:
        depth += 1
        if rename and not {*map(type, chain.from_iterable(dicts))} <= {str}:
            for mapping in dicts:
                if not {*map(type, mapping)} <= {str} and not rename(mapping):
                    return MAX_DEPTH + 1
        below = [*chain.from_iterable(map(dict.values, dicts)), *chain.from_iterable(lists)]
        dicts = [value for value in below if type(value) is dict]
        lists = [value for value in below if type(value) is list]
    return depth
