"""Reading a multipart/form-data body back into its parts."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import HTTP
from typing import NamedTuple


class Part(NamedTuple):
    """One part of a multipart body; `filename` and `content_type` are empty when the part has none."""

    name: str
    filename: str
    content_type: str
    data: bytes


def parse_parts(content_type: str, body: bytes) -> tuple[Part, ...] | None:
    """Return the parts of a body, or None when the content type is no multipart/form-data with a boundary."""
    header = _header(f"Content-Type: {content_type}".encode("latin-1"))
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        return None
    chunks = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1"))
    return tuple(_part(chunk.removeprefix(b"\r\n")) for chunk in chunks[1:] if not chunk.startswith(b"--"))


def _part(chunk: bytes) -> Part:
    head, _, data = chunk.partition(b"\r\n\r\n")
    header = _header(head)
    name = header.get_param("name", "", "content-disposition")
    content_type = header.get("content-type", "")
    return Part(str(name), header.get_filename("") or "", str(content_type), data)


def _header(head: bytes) -> EmailMessage:
    message = BytesHeaderParser(policy=HTTP).parsebytes(head + b"\r\n\r\n")
    assert isinstance(message, EmailMessage)
    return message
