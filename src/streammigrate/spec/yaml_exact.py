"""The exact reader: YAML 1.2's core schema with merge keys, built from PyYAML's events, knowing the place of everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

from streammigrate.findings import Location
from streammigrate.spec import problems
from streammigrate.spec.text import place_of, short

MAX_DEPTH = 250
"""Levels of nesting. The readers' own limits lie just above it, and no API description comes near it."""

MAX_ALIASED = 1_000_000
"""Nodes that the aliases of one document may stand for, together."""

MAX_DIGITS = 4000
"""Digits of a number; Python's own limit for reading one lies just above."""

TOO_DEEP_TEXT = f"the document is nested more than {MAX_DEPTH} levels deep"


def repeated_key(key: str) -> str:
    """Return what to say of a key that stands twice."""
    return f"the key {short(key)} stands twice in one mapping"


def hide_surrogates(text: str) -> str:
    """Return text of the same layout whose escapes of surrogates, which PyYAML refuses, are private characters."""
    return _SURROGATE_ESCAPE.sub(r"\\ue", text) if "\\u" in text else text


_SURROGATE_ESCAPE = re.compile(r"\\u[dD](?=[89a-fA-F][0-9a-fA-F]{2})")


def key_text(key: Any) -> str | None:
    """Return the string that stands for a scalar key that is no string, or None when it cannot be a key."""
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, float) and key - key != 0:
        return ".inf" if key > 0 else "-.inf" if key < 0 else ".nan"
    return str(key) if isinstance(key, (int, float, str)) else None


_INFINITY = float("inf")


_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), _INFINITY),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -_INFINITY),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CORE = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset((_CORE + "str", _CORE + "binary", _CORE + "timestamp"))
_TYPES_OF_TAGS: dict[str, tuple[type, ...]] = {
    _CORE + "int": (int,),
    _CORE + "float": (float, int),
    _CORE + "bool": (bool,),
    _CORE + "null": (type(None),),
}


def plain_value(text: str) -> Any:
    """Return what an unquoted scalar means in the core schema. Raises ValueError for a number too long to read."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in "+-.0123456789":
        if _DECIMAL.fullmatch(text):
            if len(text) > MAX_DIGITS:
                raise ValueError
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _BASED.fullmatch(text):
            if len(text) > MAX_DIGITS // 2:  # str() counts decimal digits
                raise ValueError
            return int(text[2:], 8 if text[1] == "o" else 16)
    return text


def read_events(text: str) -> tuple[Iterator[Any], dict[int, str]]:
    """Return PyYAML's events and the translation to apply to their values. Iterating raises yaml.YAMLError.

    To PyYAML three rare characters are line breaks that YAML 1.2 has as plain text; stand-ins take their place.
    """
    import yaml

    restore: dict[int, str] = {}
    if not text.isascii():
        spare = (character for character in map(chr, range(0xE000, 0xE800)) if character not in text)
        stand_ins = {broken: next(spare) for broken in "\x85\u2028\u2029" if broken in text}
        for broken, stand_in in stand_ins.items():
            text = text.replace(broken, stand_in)
            restore[ord(stand_in)] = broken
    if not text.endswith("\n"):
        text += "\n"  # yaml_rs ends the last line of a block scalar in any case
    return yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), restore


class _Frame:
    """A mapping or sequence that is being read.

    `size` counts its nodes and `height` its levels, aliases expanded; `merges` is what its merge key brings.
    """

    __slots__ = ("anchor", "height", "key", "merges", "node", "size")

    def __init__(self, node: Any, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.size = 1
        self.height = 1
        self.key: Any = _NO_KEY
        self.merges: list[dict[str, Any]] | None = None


_NO_KEY = object()
_MERGE = object()


def parse_yaml_fallback(text: str, label: str = "") -> Any:
    """Return the tree of a YAML document, None when it is empty. Raises InputError, which names the place."""
    import yaml

    builder = _Builder(label)
    try:
        events, builder.restore = read_events(text)
        for event in events:
            builder.take(event)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        raise problems.BAD_YAML.error(_mark_place(label, mark), _describe(exc, text)) from None
    except yaml.YAMLError as exc:
        at = getattr(exc, "position", None)
        where = Location(label) if at is None else place_of(label, text, at)
        raise problems.BAD_YAML.error(where, str(getattr(exc, "reason", "") or exc).partition("\n")[0]) from None
    return builder.root


def _mark_place(label: str, mark: Any, pointer: str = "") -> Location:
    if mark is None:
        return Location(label, pointer)
    return Location(label, pointer, mark.line + 1, mark.column + 1)


_LINE_BREAK = re.compile(r"\r\n?|\n")


def _describe(exc: Any, text: str) -> str:
    """Return PyYAML's error in one line, with what it points at."""
    problem, mark, context = exc.problem or "the syntax is wrong", exc.problem_mark, exc.context or ""
    if mark and problem.startswith("found character") and "start any token" in problem:
        line = _LINE_BREAK.split(text, mark.line + 1)[mark.line]
        found = line[mark.column : mark.column + 1]
        return (
            "a tab cannot indent YAML" if found == "\t" else f"{short(found)} cannot start a value unless it is quoted"
        )
    if context and mark and exc.context_mark and exc.context_mark.line < mark.line:
        context += f" that starts on line {exc.context_mark.line + 1}"
    return " ".join(f"{problem} {context}".split())


class _Builder:
    """Builds the tree from events, and refuses what the model does not have."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.root: Any = None
        self.restore: dict[int, str] = {}
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int, int] | None] = {}
        """What an anchor names, its size and height; None while it is being read."""
        self.documents = 0
        self.aliased = 0

    def take(self, event: Any) -> None:
        """Take the next event. Raises InputError."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self.take_scalar(event)
        elif kind == "MappingStartEvent" or kind == "SequenceStartEvent":
            self.open(event, {} if kind == "MappingStartEvent" else [])
        elif kind == "MappingEndEvent" or kind == "SequenceEndEvent":
            self.close(event)
        elif kind == "AliasEvent":
            self.take_alias(event)
        elif kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                self.fail(problems.BAD_YAML, event, "the file holds more than one document")

    def fail(self, problem: problems.Problem, event: Any, message: str, last: str | None = None) -> NoReturn:
        tokens = [
            str(len(frame.node)) if type(frame.node) is list else frame.key
            for frame in self.stack
            if type(frame.node) is list or type(frame.key) is str
        ]
        if last is not None:
            tokens.append(last)
        pointer = "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)
        raise problem.error(_mark_place(self.label, event.start_mark, pointer), message)

    def take_scalar(self, event: Any) -> None:
        text: str = event.value
        if self.restore:
            text = text.translate(self.restore)
        frame = self.stack[-1] if self.stack else None
        wants_key = frame is not None and frame.key is _NO_KEY and type(frame.node) is dict
        if event.implicit[0] and event.tag is None:
            if wants_key and text == "<<":
                self.take_key(event, _MERGE)
                return
            try:
                value = plain_value(text)
            except ValueError:
                self.fail(problems.BAD_YAML, event, "a number has too many digits")
        elif event.tag is None or event.tag == "!" or event.tag in _TEXT_TAGS:
            value = text
            if not text.isascii() and _SURROGATE.search(text):
                self.fail(problems.BAD_YAML, event, "an escape is half of a character (a lone surrogate)")
        else:
            value = self.tagged(event, text)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1, 0)
        if wants_key:
            self.take_key(event, value)
        else:
            self.attach(event, value, 1, 0)

    def tagged(self, event: Any, text: str) -> Any:
        types = _TYPES_OF_TAGS.get(event.tag)
        if types is None:
            self.fail_tag(event)
        try:
            value = plain_value(text)
        except ValueError:
            self.fail(problems.BAD_YAML, event, "a number has too many digits")
        if type(value) not in types:
            name = event.tag.removeprefix(_CORE)
            self.fail(problems.BAD_YAML, event, f"{short(text)} is not what the tag !!{name} asks for")
        return float(value) if event.tag == _CORE + "float" else value

    def fail_tag(self, event: Any) -> NoReturn:
        name = event.tag.replace(_CORE, "!!", 1) if event.tag.startswith(_CORE) else event.tag
        self.fail(problems.BAD_YAML, event, f"the tag {name[:60]} has no meaning in an API description")

    def take_key(self, event: Any, value: Any) -> None:
        frame = self.stack[-1]
        if value is _MERGE:
            if frame.merges is not None:
                self.fail(problems.DUPLICATE_KEY, event, repeated_key("<<"), "<<")
            frame.merges = []
            frame.key = _MERGE
            return
        key = value if type(value) is str else key_text(value)
        if key is None:
            self.fail(problems.BAD_YAML, event, "a mapping or a sequence cannot be a key")
        if key in frame.node:
            self.fail(problems.DUPLICATE_KEY, event, repeated_key(key), key)
        frame.key = key

    def open(self, event: Any, node: Any) -> None:
        if self.stack and self.stack[-1].key is _NO_KEY and type(self.stack[-1].node) is dict:
            self.fail(problems.BAD_YAML, event, "a mapping or a sequence cannot be a key")
        if not event.implicit and event.tag not in (_CORE + "map", _CORE + "seq"):
            self.fail_tag(event)
        if len(self.stack) >= MAX_DEPTH:
            self.fail(problems.TOO_DEEP, event, TOO_DEEP_TEXT)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Frame(node, event.anchor))

    def close(self, event: Any) -> None:
        frame = self.stack.pop()
        for merged in frame.merges or ():
            for key, value in merged.items():
                frame.node.setdefault(key, value)
        if frame.anchor:
            self.anchors[frame.anchor] = (frame.node, frame.size, frame.height)
        self.attach(event, frame.node, frame.size, frame.height)

    def take_alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            self.fail(problems.BAD_YAML, event, f"the alias *{event.anchor[:60]} has no anchor before it")
        target = self.anchors[event.anchor]
        if target is None:
            self.fail(problems.ALIAS_BOMB, event, f"the alias *{event.anchor[:60]} stands inside what it repeats")
        value, size, height = target
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            message = f"the aliases expand to more than {MAX_ALIASED:,} nodes"
            self.fail(problems.ALIAS_BOMB, event, message)
        if len(self.stack) + height > MAX_DEPTH:
            self.fail(problems.TOO_DEEP, event, TOO_DEEP_TEXT)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is _NO_KEY and type(frame.node) is dict:
            self.take_key(event, value)
        else:
            self.attach(event, value, size, height)

    def attach(self, event: Any, value: Any, size: int, height: int) -> None:
        """Put a finished value where it belongs."""
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        frame.size += size
        if height >= frame.height:
            frame.height = height + 1
        if type(frame.node) is list:
            frame.node.append(value)
            return
        if frame.key is _MERGE:
            merges = value if type(value) is list else [value]
            if not all(type(merged) is dict for merged in merges):
                self.fail(problems.BAD_YAML, event, "the merge key << needs a mapping or a list of mappings")
            frame.merges = merges
        else:
            frame.node[frame.key] = value
        frame.key = _NO_KEY
