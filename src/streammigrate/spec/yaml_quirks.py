"""What yaml_rs reads otherwise than YAML 1.2's core schema says, or breaks at: such text goes to the exact reader."""

from __future__ import annotations

import re

from streammigrate.spec import problems
from streammigrate.spec.text import place_of
from streammigrate.spec.yaml_exact import MAX_DIGITS

_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NOT_CONTROL_BYTES = bytes(byte for byte in range(256) if byte in b"\t\n\r" or (byte >= 0x20 and byte != 0x7F))
_WIDE_CONTROL_BYTES = (re.compile(b"\xc2[\x80-\x84\x86-\x9f]"), re.compile(b"\xef\xbf[\xbe\xbf]"))


def refuse_controls(text: str, label: str) -> None:
    """Raise InputError when text holds a control character, which YAML forbids."""
    # Deleting from bytes takes a fiftieth of the time that the expression over the text takes.
    data = text.encode()
    if data.translate(None, _NOT_CONTROL_BYTES) or any(wide.search(data) for wide in _WIDE_CONTROL_BYTES):
        match = _CONTROL.search(text)
        if match:
            message = f"the control character U+{ord(match[0]):04X} is not allowed in YAML"
            raise problems.BAD_YAML.error(place_of(label, text, match.start()), message)


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
_STRIDE = MAX_DIGITS // 2
_DIGITS = re.compile(rf"[0-9a-fA-F]{{{_STRIDE - 1}}}")


def is_unusual(text: str) -> bool:
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
