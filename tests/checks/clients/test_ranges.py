"""Texts of versions are read as the tools of their ecosystem read them: the least version, and the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streammigrate.checks.clients.ranges import Span, number, shown, span

_TABLE = [
    ("npm", "9.1.2", "9.1.2", "9.1.3"),
    ("npm", "=9.1.2", "9.1.2", "9.1.3"),
    ("npm", "v9.1.2", "9.1.2", "9.1.3"),
    ("npm", "^9.1.2", "9.1.2", "10.0.0"),
    ("npm", "^0.1.2", "0.1.2", "0.2.0"),
    ("npm", "^0.0.3", "0.0.3", "0.0.4"),
    ("npm", "^9", "9.0.0", "10.0.0"),
    ("npm", "~9.1.2", "9.1.2", "9.2.0"),
    ("npm", "~9", "9.0.0", "10.0.0"),
    ("npm", "9", "9.0.0", "10.0.0"),
    ("npm", "9.1", "9.1.0", "9.2.0"),
    ("npm", "9.x", "9.0.0", "10.0.0"),
    ("npm", "9.1.*", "9.1.0", "9.2.0"),
    ("npm", ">=9 <11", "9.0.0", "11.0.0"),
    ("npm", ">= 9.0.0", "9.0.0", None),
    ("npm", "<=9.1", "0.0.0", "9.2.0"),
    ("npm", "8.1.0 - 9.2.0", "8.1.0", "9.2.1"),
    ("npm", "^8.0.0 || ^10.0.0", "8.0.0", "11.0.0"),
    ("npm", "*", "0.0.0", None),
    ("npm", "10.0.0-beta.3", "10.0.0", "10.0.1"),
    ("npm", "^10.0.0-rc.1", "10.0.0", "11.0.0"),
    ("pub", "^7.2.0", "7.2.0", "8.0.0"),
    ("pub", ">=3.4.0 <4.0.0", "3.4.0", "4.0.0"),
    ("pub", "any", "0.0.0", None),
    ("pub", "7.0.0+1", "7.0.0", "7.0.1"),
    ("pods", "~> 4.0", "4.0.0", "5.0.0"),
    ("pods", "~> 4.1.2", "4.1.2", "4.2.0"),
    ("pods", "4.20", "4.20.0", "4.20.1"),
    ("gem", "~> 3.0", "3.0.0", "4.0.0"),
    ("gem", ">= 2.1, < 4", "2.1.0", "4.0.0"),
    ("gem", "~> 3", "3.0.0", "4.0.0"),
    ("composer", "~2.1", "2.1.0", "3.0.0"),
    ("composer", "~2.1.3", "2.1.3", "2.2.0"),
    ("composer", "^3.0|^4.0", "3.0.0", "5.0.0"),
    ("composer", "3.*", "3.0.0", "4.0.0"),
    ("composer", ">=2.0,<3.0", "2.0.0", "3.0.0"),
    ("composer", "v3.2.1", "3.2.1", "3.2.2"),
    ("maven", "1.4.0", "1.4.0", "1.4.1"),
    ("maven", "[1.0,2.0)", "1.0.0", "2.0.0"),
    ("maven", "[1.5]", "1.5.0", "1.5.1"),
    ("maven", "(,2.0]", "0.0.0", "2.0.1"),
    ("maven", "[1.0,)", "1.0.0", None),
    ("maven", "6.+", "6.0.0", "7.0.0"),
    ("maven", "6.0.0-beta1", "6.0.0", "6.0.1"),
    ("nuget", "1.2.3", "1.2.3", "1.2.4"),
    ("nuget", "[1.0,2.0)", "1.0.0", "2.0.0"),
    ("nuget", "1.*", "1.0.0", "2.0.0"),
    ("nuget", "2.0.0.1", "2.0.0", "2.0.1"),
    ("go", "v6.1.0", "6.1.0", "6.1.1"),
    ("go", "v3.0.0+incompatible", "3.0.0", "3.0.1"),
]


@pytest.mark.parametrize(("ecosystem", "text", "least", "below"), _TABLE)
def test_what_a_text_allows(ecosystem: str, text: str, least: str, below: str | None) -> None:
    found = span(text, ecosystem)
    assert found is not None
    assert (shown(found.least), None if found.below is None else shown(found.below)) == (least, below)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "latest",
        "next",
        "workspace:*",
        "git+https://github.com/a/b.git#v1",
        "file:../x",
        "$version",
        "main",
        "1.2.3 or so",
    ]
    + ["[", "[a,b]", "^", "||", "^1 ||", "1 - ", "${v}", "dev-main", "link:../chat", "http://x/1.2.3.tgz"],
)
@pytest.mark.parametrize("ecosystem", ["npm", "pub", "maven", "nuget", "gem", "composer", "pods", "go"])
def test_what_names_no_version(ecosystem: str, text: str) -> None:
    assert span(text, ecosystem) is None


_VERSIONS = st.tuples(*[st.integers(0, 40)] * 3)


@given(_VERSIONS, st.sampled_from(["npm", "pub", "maven", "nuget", "gem", "composer", "pods", "go"]))
def test_a_whole_version_is_itself(version: tuple[int, int, int], ecosystem: str) -> None:
    found = span(shown(version), ecosystem)
    assert found is not None and found.exact and found.least == version == number(shown(version))


@given(st.text(max_size=30), st.sampled_from(["npm", "maven", "composer"]))
def test_no_text_breaks_it(text: str, ecosystem: str) -> None:
    found = span(text, ecosystem)
    assert found is None or isinstance(found, Span)
