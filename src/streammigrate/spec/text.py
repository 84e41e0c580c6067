"""From bytes to text, and places in it."""

from __future__ import annotations

import codecs

from streammigrate.findings import Location
from streammigrate.spec import problems

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
        where = place_of(label, exc.object[: exc.start].decode(encoding), exc.start)
        message = f"the byte 0x{data[at]:02X} at offset {at} is not {encoding.upper().removesuffix('-LE')}"
        raise problems.NOT_TEXT.error(where, message.removesuffix("-BE")) from None
    nul = text.find("\0")
    if nul >= 0:
        at = len(text[:nul].encode(encoding)) + len(mark)
        wide = not mark and nul < 4
        hint = "Save the document as UTF-8; it looks like UTF-16 or UTF-32 without a byte-order mark." if wide else ""
        raise problems.NOT_TEXT.error(Location(label), f"a NUL byte stands at offset {at}", hint)
    return text.removeprefix("\ufeff")


def place_of(label: str, text: str, index: int) -> Location:
    """Return the place of a character in a text, by its index."""
    start = text.rfind("\n", 0, index) + 1
    return Location(label, "", text.count("\n", 0, index) + 1, index - start + 1)


def short(text: str) -> str:
    """Return text in quotation marks, cut where it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")
