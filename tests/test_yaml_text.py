"""What is written as YAML is read back as the same data, by the tool's reader and by PyYAML."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from streammigrate.spec.model import Fetched
from streammigrate.spec.parse import parse
from streammigrate.yaml_text import dump

WORDS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
    st.text("0123456789abcdef", min_size=16, max_size=16),
    st.text("0123456789eE+-._xo", min_size=1, max_size=8),
    st.sampled_from(
        ["yes", "no", "on", "null", "~", "true", "1e3", "0x1F", "0o17", "1_000", "12:30", "2027-01-31", "<<", "="]
    ),
)


@given(st.lists(WORDS, min_size=1))
def test_text_stays_text(words: list[str]) -> None:
    data = {"words": words, "map": {word: word for word in words}}
    for inline in (False, True):
        text = dump(data, inline=inline)
        assert parse(Fetched("dumped", text.encode(), "")) == data
        assert yaml.safe_load(text) == data


def test_a_fingerprint_that_looks_like_a_number() -> None:
    assert parse(Fetched("dumped", dump({"fingerprint": "9607e38146176793"}).encode(), "")) == {
        "fingerprint": "9607e38146176793"
    }
