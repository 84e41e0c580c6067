"""A page of HTML as tests look at it: its elements in order, each closed where it must be, and its text."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "input", "wbr", "br", "rect", "path", "circle"})


class HtmlPage(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def tags(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of the elements of a name."""
        return [attributes for tag, attributes in self.elements if tag == name]

    @property
    def words(self) -> str:
        """The text with each run of white space as one space."""
        return " ".join(self.text.split())
