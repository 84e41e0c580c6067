"""Whether a program moves by half: v2's methods on what is still v1's, or v1's methods on what is v2's by now."""

from __future__ import annotations

import ast
import re

from programs import resolvers, rewrite_all

from streammigrate.codemod.resolve import Confidence, Receiver, Resolver

# A call that an object has, by its name in v1 and in v2, and its arguments.
_CALLS = {"Channel": ("hide", "hide", "'u'"), "AsyncChannel": ("hide", "hide", "'u'")}
_SETTINGS = ("get_app_settings", "get_app", "")


def files(program: str) -> dict[str, str]:
    """Return the files of a program by path; in its text a line `== path` begins each."""
    parts = re.split(r"^== (.+)\n", program.lstrip("\n"), flags=re.MULTILINE)
    assert parts[0] == ""
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def calls(resolver: Resolver, name: str) -> list[ast.expr]:
    """Return what attributes of a name are looked up on."""
    return [n.value for n in resolver.scopes.nodes if isinstance(n, ast.Attribute) and n.attr == name]


def asked(program: str) -> Receiver | None:
    """Return what the receiver of the only `.go` of a program is."""
    found = [r.receiver(node) for r in resolvers(files(program)).values() for node in calls(r, "go")]
    assert len(found) == 1
    return found[0]


def assert_whole(program: str, *, unsafe: bool) -> None:
    """Rewrite a program whose `.go(…)` stands for a call of a client or channel; raise AssertionError if half of it moves."""
    found = asked(program)
    old, new, arguments = _CALLS.get("" if found is None else found.cls, _SETTINGS)
    given = {path: text.replace(".go(", f".{old}({arguments}") for path, text in files(program).items()}
    after = {one.path: one.after.decode() for one in rewrite_all(given, unsafe=unsafe).files}
    for path, text in after.items():
        compile(text, path, "exec")
    again = resolvers(after).values()
    moved = new != old and any(calls(resolver, new) for resolver in again)
    known = found is not None and found.confidence is not Confidence.UNKNOWN and new != old
    for receiver, resolver in [(node, r) for r in again for node in calls(r, new if moved else old)]:
        answer = resolver.receiver(receiver)
        assert answer is None if moved else answer is not None or not known, "\n".join(after.values())
