"""`# streammigrate: ignore[…]`: what a comment covers, and what it does not."""

from __future__ import annotations

import pytest
from places import at

from streammigrate.codemod.suppress import Suppressions


def reason(source: str, rule: str = "SM201", piece: str = "c.f()") -> str:
    return Suppressions(source).reason(at(source, piece), rule)


@pytest.mark.parametrize(
    "source",
    [
        "c.f()\n",
        "c.f()  # streammigrate: ignore[SM3] other rule\n",
        "c.f()  # streammigrate: ignored\n",
        "c.f()  # ignore[SM201]\n",
        "x = '# streammigrate: ignore[SM201]'; c.f()\n",
        "c.f()\n# streammigrate: ignore[SM201] below\n",
        "# streammigrate: ignore[SM201] too far\n\nc.f()\n",
        "x = 1  # streammigrate: ignore[SM201] of the line above\nc.f()\n",
        "if c.g():  # streammigrate: ignore[SM201] of the header\n    c.f()\n",
        "def g():\n    # streammigrate: ignore[SM201]\n    pass\nc.f()\n",
    ],
)
def test_what_no_comment_covers(source: str) -> None:
    assert reason(source) == ""


@pytest.mark.parametrize(
    "source",
    [
        "c.f()  # streammigrate: ignore[SM201] why\n",
        "c.f()  # streammigrate: ignore[SM3, SM201] why\n",
        "c.f()  # streammigrate: ignore[sm2] why\n",
        "c.f()  # streammigrate: ignore why\n",
        "c.f()  #streammigrate:ignore[SM2] why\n",
        "c.f()  # noqa  # streammigrate: ignore[SM2] why\n".replace("# noqa  ", ""),
        "# streammigrate: ignore[SM201] why\nc.f()\n",
        "# streammigrate: ignore[SM201] why\n# more\nc.f()\n",
        "x = [  # streammigrate: ignore[SM201] why\n    1,\n    c.f(),\n]\n",
        "x = [\n    1,\n    c.f(),  # streammigrate: ignore[SM201] why\n]\n",
        "x = [\n    1,\n    # streammigrate: ignore[SM201] why\n    c.f(),\n]\n",
        "# streammigrate: ignore[SM201] why\nx = [\n    1,\n    c.f(),\n]\n",
        "# streammigrate: ignore[SM201] why\n@d(c.f())\n@e\ndef g():\n    pass\n",
        "@d\n# streammigrate: ignore[SM201] why\ndef g(x=c.f()):\n    pass\n",
        "try:\n    pass\n# streammigrate: ignore[SM201] why\nexcept c.f():\n    pass\n",
        "if x:\n    pass\nelif c.f():  # streammigrate: ignore[SM201] why\n    pass\n",
    ],
)
def test_what_a_comment_covers(source: str) -> None:
    assert reason(source) == "why"


def test_a_comment_at_the_end_of_a_long_site_counts() -> None:
    source = "c.f(\n    1,\n)  # streammigrate: ignore[SM2]\n"
    assert Suppressions(source).reason(at(source, "c.f(\n    1,\n)"), "SM201") == "ignored"
