"""From the bytes of a document to its tree, by one model: YAML 1.2's core schema with merge keys, or JSON.

Two readers give that model. yaml_rs is fast but reads some YAML in its own way (to it `1_000` is a number), so text
that may hold such YAML goes to the exact reader, which works on PyYAML's events and knows the place of everything.
"""

from __future__ import annotations

import codecs
import gc
import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from streammigrate.errors import InputError
from streammigrate.findings import Location
from streammigrate.spec import problems

if TYPE_CHECKING:
    from streammigrate.spec.model import Fetched

MAX_DEPTH = 250
"""Levels of nesting. The readers' own limits lie just above it, and no API description comes near it."""

MAX_ALIASED = 1_000_000
"""Nodes that the aliases of one document may stand for, together."""


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


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the start of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PACKED = ((b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"))


def decode(data: bytes, label: str = "") -> str:
    """Return the text of UTF-8, or of UTF-16 or UTF-32 with a byte-order mark. Raises InputError (NOT_TEXT)."""
    mark, encoding = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as exc:
        at = exc.start + len(mark)
        packed = next((name for magic, name in _PACKED if data.startswith(magic)), None)
        if packed:
            hint = f"Unpack the {packed} file first."
            raise problems.NOT_TEXT.error(Location(label), f"the input is a {packed} file, not text", hint) from None
        where = _place(label, exc.object[: exc.start].decode(encoding), exc.start)
        message = f"the byte 0x{data[at]:02X} at offset {at} is not {encoding.upper().removesuffix('-LE')}"
        raise problems.NOT_TEXT.error(where, message.removesuffix("-BE")) from None
    nul = text.find("\0")
    if nul >= 0:
        at = len(text[:nul].encode(encoding)) + len(mark)
        wide = not mark and nul < 4
        hint = "Save the document as UTF-8; it looks like UTF-16 or UTF-32 without a byte-order mark." if wide else ""
        raise problems.NOT_TEXT.error(Location(label), f"a NUL byte stands at offset {at}", hint)
    return text.removeprefix("\ufeff")


def _place(label: str, text: str, index: int) -> Location:
    start = text.rfind("\n", 0, index) + 1
    return Location(label, "", text.count("\n", 0, index) + 1, index - start + 1)


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
        raise problems.TOO_DEEP.error(Location(label), _TOO_DEEP) from None
    except _RepeatedKeyError as exc:
        raise _locate_repeated(text, label, exc.args[0]) from None
    except _ConstantError as exc:
        name = exc.args[0]
        where = _place(label, text, max(text.find(name), 0))
        raise problems.BAD_JSON.error(where, f"{name} is not a JSON number") from None
    except json.JSONDecodeError as exc:
        return _read_flow(text, label, exc)
    except ValueError:  # int() refuses thousands of digits
        raise problems.BAD_JSON.error(Location(label), "a number has too many digits") from None
    if _survey(tree) > MAX_DEPTH:
        raise problems.TOO_DEEP.error(Location(label), _TOO_DEEP)
    _refuse_lone_surrogates(text, label)
    return tree


_TOO_DEEP = f"the document is nested more than {MAX_DEPTH} levels deep"


def _read_flow(text: str, label: str, exc: Any) -> Any:
    """Read text that starts like JSON as YAML, whose flow style allows comments, single quotes and trailing commas."""
    try:
        return _read_yaml(text, label)
    except InputError as again:
        if again.finding.id != problems.BAD_YAML.id:
            raise
    where = Location(label, "", exc.lineno, exc.colno)
    raise problems.BAD_JSON.error(where, exc.msg[:1].lower() + exc.msg[1:]) from None


def _locate_repeated(text: str, label: str, key: str) -> InputError:
    try:
        parse_yaml_fallback(hide_surrogates(text), label)
    except InputError as exc:
        if exc.finding.id == problems.DUPLICATE_KEY.id:
            return exc
    return problems.DUPLICATE_KEY.error(Location(label), _repeated(key))


def hide_surrogates(text: str) -> str:
    """Return text of the same layout whose escapes of surrogates, which PyYAML refuses, are private characters."""
    return _SURROGATE_ESCAPE.sub(r"\\ue", text) if "\\u" in text else text


_SURROGATE_ESCAPE = re.compile(r"\\u[dD](?=[89a-fA-F][0-9a-fA-F]{2})")


def _repeated(key: str) -> str:
    return f"the key {_short(key)} stands twice in one mapping"


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


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
            raise problems.BAD_JSON.error(_place(label, text, match.start()), message)
        else:
            at = match.end(1) if match[1] else match.end()


def _read_yaml(text: str, label: str) -> Any:
    _refuse_controls(text, label)
    if _is_unusual(text):
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

_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NOT_CONTROL_BYTES = bytes(byte for byte in range(256) if byte in b"\t\n\r" or (byte >= 0x20 and byte != 0x7F))
_WIDE_CONTROL_BYTES = (re.compile(b"\xc2[\x80-\x84\x86-\x9f]"), re.compile(b"\xef\xbf[\xbe\xbf]"))


def _refuse_controls(text: str, label: str) -> None:
    # Deleting from bytes takes a fiftieth of the time that the expression over the text takes.
    data = text.encode()
    if data.translate(None, _NOT_CONTROL_BYTES) or any(wide.search(data) for wide in _WIDE_CONTROL_BYTES):
        match = _CONTROL.search(text)
        if match:
            message = f"the control character U+{ord(match[0]):04X} is not allowed in YAML"
            raise problems.BAD_YAML.error(_place(label, text, match.start()), message)


# The expressions start with a literal, which lets `re` skip through a megabyte in half a millisecond.
_UNUSUAL = tuple(
    re.compile(pattern)
    for pattern in (
        r"<<[ \t]*:",  # a merge key
        r"!(?<![^\s\[{,:]!)[^\s=]",  # a tag
        r"&(?<![^\s\[{,:]&)[^\s,\[\]{}]",  # an anchor
        r"0(?:(?<![^-+\s\[{,:]0)[bBXO][0-9a-fA-F_]|(?<=[-+]0)[xo]|[xo][0-9a-fA-F]*_)",  # numbers of other languages
        r"\.(?!inf|Inf|INF|nan|NaN|NAN)[iInN][nNaA][fFnN](?=[\s,\]}:]|$)",
        r"-[ \t]+(?:[-?][ \t]+){30}",  # compact nesting, which overflows the stack of yaml_rs
        r"\?(?<![^\s\[{,:]\?)\s",  # an explicit key
    )
)
_UNDERSCORE = re.compile(
    r"_(?:(?<![^-+0-9.\s\[{,:_]_)|(?<=[0-9.][eE]_))(?=[0-9.\s,\]}:_]|[eE][-+0-9_]|$)",
)
_NUMBER_BEFORE = re.compile(r"(?:^|[\s\[{,:])([-+]?[0-9._]*(?:[eE][-+]?[0-9_]*)?)$")
_NUMBER_AFTER = re.compile(r"([-+0-9._eE]+)(?:[\s,\]}:]|$)")
# Block scalars that are the whole document, or end it with no text or no line break.
_LOOSE_BLOCK = re.compile(r"\s*[|>]")
_LOOSE_BLOCK_END = re.compile(r"(?:[|>][-+0-9]{0,2}[ \t]*(?:#.*)?\s*|[ \t])\Z")
_DIGIT = re.compile("[0-9]")
_DEEP_INDENT = " " * 100
_MAX_DIGITS = 4000
_STRIDE = _MAX_DIGITS // 2
_DIGITS = re.compile(rf"[0-9a-fA-F]{{{_STRIDE - 1}}}")


def _is_unusual(text: str) -> bool:
    """Tell whether text may hold what yaml_rs reads otherwise than YAML 1.2's core schema says, or breaks at."""
    if "\ufeff" in text or _DEEP_INDENT in text or any(pattern.search(text) for pattern in _UNUSUAL):
        return True
    for match in _UNDERSCORE.finditer(text):
        at = match.start()
        before = _NUMBER_BEFORE.search(text[max(0, at - 40) : at])
        after = _NUMBER_AFTER.match(text[at : at + 40])
        if before and after and (len(after[1]) == 40 or _DIGIT.search(before[1] + after[1])):
            return True
    if _LOOSE_BLOCK.match(text) or _LOOSE_BLOCK_END.search(text, max(0, len(text) - 200)):
        return True
    # A number with more digits than int() takes covers two marks in a row, and all that lies between them.
    return any(
        character in "0123456789abcdefABCDEF" and _DIGITS.match(text, index * _STRIDE)
        for index, character in enumerate(text[::_STRIDE])
    )


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
            if len(text) > _MAX_DIGITS:
                raise ValueError
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _BASED.fullmatch(text):
            if len(text) > _MAX_DIGITS // 2:  # str() counts decimal digits
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
        where = Location(label) if at is None else _place(label, text, at)
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
            "a tab cannot indent YAML" if found == "\t" else f"{_short(found)} cannot start a value unless it is quoted"
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
            self.fail(problems.BAD_YAML, event, f"{_short(text)} is not what the tag !!{name} asks for")
        return float(value) if event.tag == _CORE + "float" else value

    def fail_tag(self, event: Any) -> NoReturn:
        name = event.tag.replace(_CORE, "!!", 1) if event.tag.startswith(_CORE) else event.tag
        self.fail(problems.BAD_YAML, event, f"the tag {name[:60]} has no meaning in an API description")

    def take_key(self, event: Any, value: Any) -> None:
        frame = self.stack[-1]
        if value is _MERGE:
            if frame.merges is not None:
                self.fail(problems.DUPLICATE_KEY, event, _repeated("<<"), "<<")
            frame.merges = []
            frame.key = _MERGE
            return
        key = value if type(value) is str else key_text(value)
        if key is None:
            self.fail(problems.BAD_YAML, event, "a mapping or a sequence cannot be a key")
        if key in frame.node:
            self.fail(problems.DUPLICATE_KEY, event, _repeated(key), key)
        frame.key = key

    def open(self, event: Any, node: Any) -> None:
        if self.stack and self.stack[-1].key is _NO_KEY and type(self.stack[-1].node) is dict:
            self.fail(problems.BAD_YAML, event, "a mapping or a sequence cannot be a key")
        if not event.implicit and event.tag not in (_CORE + "map", _CORE + "seq"):
            self.fail_tag(event)
        if len(self.stack) >= MAX_DEPTH:
            self.fail(problems.TOO_DEEP, event, _TOO_DEEP)
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
            self.fail(problems.TOO_DEEP, event, _TOO_DEEP)
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
