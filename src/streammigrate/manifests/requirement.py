"""The text of a requirement (PEP 508, Poetry, Pipfile): its name, its range, and the one for getstream in its style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from streammigrate.manifests.model import NEW

PYTHON = "3.10"
"""The least Python of getstream 4.2 to 7.0, from the metadata of those releases."""
PYTHON_BELOW = "4.0"
"""The Python that getstream 4.2 to 7.0 say they stay below, from the same place."""

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_REQUIREMENT = re.compile(
    rf"(?P<lead>\s*)(?P<name>{_NAME})(?P<extras>\s*\[[^\]]*\])?(?P<gap>\s*)(?P<spec>[^;@]*?)(?P<tail>\s*(?:;.*)?)",
    re.DOTALL,
)
_URL = re.compile(rf"\s*(?P<name>{_NAME})\s*(?:\[[^\]]*\]\s*)?@\s*(?P<url>\S+)(?P<tail>\s+;.*)?\s*", re.DOTALL)
_CLAUSE = re.compile(r"(?P<op>===|==|~=|!=|<=|>=|<|>|\^|~)(?P<gap>\s*)(?P<version>[^\s,)]+)")
_MENTION = re.compile(r"(?<![\w.@/-])stream[-_.]+chat(?![\w-]|\.\w|/)", re.IGNORECASE)
_PYTHONS = tuple(f"3.{minor}" for minor in range(10, 20))
_SYSTEMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))


class Range(NamedTuple):
    """A release of getstream in the forms that manifests give."""

    full: str
    """`7.0.0`"""
    minor: str
    """`7.0`"""
    major: str
    """`7`"""

    @property
    def bounds(self) -> tuple[str, str]:
        """Return the lower bound and the version to stay below: the next major release may change anything."""
        return self.minor, str(int(self.major) + 1)


@cache
def range_for(target: str) -> Range:
    """Return the forms of a release. Raises ValueError for what is no version."""
    try:
        version = Version(target)
    except InvalidVersion:
        raise ValueError(f"{target!r} is no version of getstream") from None
    return Range(str(version), f"{version.major}.{version.minor}", str(version.major))


def name_of(raw: str) -> str:
    """Return the normalised name of a requirement, empty for what is none; markers and ranges are not judged."""
    match = _REQUIREMENT.fullmatch(raw) or _URL.fullmatch(raw)
    return canonicalize_name(match["name"]) if match is not None else ""


def mentions(text: str) -> bool:
    """Return whether a text names the distribution stream-chat in any spelling, and no other that begins so."""
    return _MENTION.search(text) is not None


@lru_cache(maxsize=4096)
def is_valid(raw: str) -> bool:
    """Return whether a text is a requirement by PEP 508."""
    try:
        Requirement(raw.strip())
    except InvalidRequirement:
        return False
    return True


def is_url(raw: str) -> bool:
    """Return whether a requirement names where its distribution is (`name @ url`)."""
    return _URL.fullmatch(raw) is not None


def is_pinned(raw: str) -> bool:
    """Return whether a requirement allows one release only."""
    match = _REQUIREMENT.fullmatch(raw)
    return match is not None and re.match(r"\(?\s*===?\s*[^\s,*]+\s*\)?$", match["spec"]) is not None


def successor(raw: str, target: Range, *, pinned: bool = False) -> str | None:
    """Return the requirement on getstream beside one on stream-chat: in the same style, with the same marker.

    `pinned` says that all others in the list are pinned, for one without a range. None where the marker only fits
    Pythons that getstream does not run on.
    """
    match = _REQUIREMENT.fullmatch(raw)
    if match is None:
        match = _URL.fullmatch(raw)
        assert match is not None
        tail, gap, spec = match["tail"] or "", "", ""
    else:
        tail, gap, spec = match["tail"] or "", match["gap"], match["spec"]
    if not _may_hold(tail.strip().removeprefix(";")):
        return None
    if not spec:
        gap = ""
    if not tail.strip():
        tail = ""
    return NEW + gap + _spec(spec, target, pinned) + tail


def _spec(spec: str, target: Range, pinned: bool) -> str:
    if not spec.strip():
        low, below = target.bounds
        return f"=={target.full}" if pinned else f">={low},<{below}"
    inner = spec.strip()
    opening, closing = ("(", ")") if inner.startswith("(") and inner.endswith(")") else ("", "")
    clauses = list(_CLAUSE.finditer(inner))
    gap = clauses[0]["gap"] if clauses else ""
    separator = ", " if re.search(r",\s", inner) or (gap and len(clauses) < 2) else ","
    text = _clauses([(clause["op"], clause["version"]) for clause in clauses], target, gap, separator)
    return opening + text + closing


def _clauses(clauses: Sequence[tuple[str, str]], target: Range, gap: str, separator: str) -> str:
    ops = {op for op, _ in clauses}
    if len(clauses) == 1:
        op, version = clauses[0]
        if op in ("==", "===") and version.endswith(".*"):
            return f"=={gap}{cut(target, version.count('.'))}.*"
        if op in ("==", "==="):
            return f"{op}{gap}{target.full}"
        if op == "~=":
            return f"~={gap}{target.full if version.count('.') > 1 else target.minor}"
        if op in ("^", "~"):
            return f"{op}{gap}{target.full}"
    low, below = target.bounds
    if ops & {"^", "~"}:
        return f"^{target.full}"
    return f">={gap}{low}{separator}<{gap}{below}"


def cut(target: Range, parts: int) -> str:
    """Return the first parts of a release, as `7.0` for two."""
    return ".".join(target.full.split(".")[:parts])


def fits(spec: str, version: str) -> bool | None:
    """Return whether a range (of PEP 440, or Poetry's `^`, `~` and bare versions) allows a version; None for no range."""
    text = spec.strip().removeprefix("(").removesuffix(")").strip()
    if text in ("", "*"):
        return True
    if "||" in text or " | " in text:
        each = [fits(part, version) for part in re.split(r"\|\|?", text)]
        return None if None in each else any(each)
    parts = []
    for clause in (part.strip() for part in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", text)):
        plain = _plain(clause)
        if plain is None:
            return None
        parts.append(plain)
    try:
        return SpecifierSet(",".join(parts)).contains(version, prereleases=True)
    except InvalidSpecifier:
        return None


def _plain(clause: str) -> str | None:
    """Return a clause of Poetry's as one of PEP 440."""
    if re.match(r"(===|==|~=|!=|<=|>=|<|>)", clause):
        return re.sub(r"\s+", "", clause)
    match = re.fullmatch(r"(?P<op>\^|~|)\s*v?(?P<version>\d+(?:\.\d+)*)(?P<star>\.\*)?", clause)
    if match is None:
        return None
    if match["star"] or not match["op"]:
        return f"=={match['version']}{match['star'] or ''}"
    parts = [int(part) for part in match["version"].split(".")]
    kept = parts[:2] if match["op"] == "~" else parts[: next((i for i, part in enumerate(parts) if part), 0) + 1]
    above = ".".join(map(str, (*kept[:-1], kept[-1] + 1)))
    return f">={match['version']},<{above}"


def spec_of(raw: str) -> str:
    """Return the range of a requirement as it is written; empty for none and for a URL."""
    match = _REQUIREMENT.fullmatch(raw)
    return match["spec"] if match is not None else ""


def marker_of(raw: str) -> str:
    """Return the marker of a requirement in normal form; empty for none."""
    match = _REQUIREMENT.fullmatch(raw) or _URL.fullmatch(raw)
    text = ((match["tail"] if match is not None else "") or "").strip().removeprefix(";").strip()
    try:
        return str(Marker(text)) if text else ""
    except ValueError:
        return text


def raised(raw: str, target: Range) -> str | None:
    """Return a requirement on getstream that allows the target, from a plain one of the same major release below it.

    None where another major release was meant, or the range is not one bound or pin: a person has to decide that.
    """
    match = _REQUIREMENT.fullmatch(raw)
    if match is None or not match["spec"]:
        return None
    clauses = [(clause["op"], clause["version"]) for clause in _CLAUSE.finditer(match["spec"])]
    ops = [op for op, _ in clauses]
    if ops not in (["=="], ["~="], ["^"], ["~"]):
        return None
    try:
        now = Version(clauses[0][1].removesuffix(".*"))
    except InvalidVersion:
        return None
    if str(now.major) != target.major or now > Version(target.full):
        return None
    return raw[: match.start("spec")] + _spec(match["spec"], target, False) + raw[match.end("spec") :]


@cache
def _may_hold(marker: str) -> bool:
    """Return whether a marker can be true on a Python that getstream runs on; one that cannot be read may be."""
    if not marker.strip():
        return True
    try:
        parsed = Marker(marker)
    except ValueError:
        return True
    for python in _PYTHONS:
        for platform, system, os_name in _SYSTEMS:
            for implementation in ("cpython", "pypy"):
                environment = {
                    "python_version": python,
                    "python_full_version": f"{python}.0",
                    "implementation_version": f"{python}.0",
                    "sys_platform": platform,
                    "platform_system": system,
                    "os_name": os_name,
                    "implementation_name": implementation,
                    "platform_python_implementation": {"cpython": "CPython", "pypy": "PyPy"}[implementation],
                    "extra": "",
                }
                try:
                    if parsed.evaluate(environment):
                        return True
                except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion):
                    return True
    # What it says of the machine (`platform_machine`) or of extras is not known here.
    return re.search(r"platform_machine|platform_release|platform_version|\bextra\b", marker) is not None


def python_allows_old(spec: str) -> str:
    """Return the lowest Python below 3.10 that a range of Pythons allows, as `3.8`; empty for none or no range."""
    allowed = _allowed(spec, ("2.7", *(f"3.{minor}" for minor in range(4, 10))))
    return allowed[0] if allowed else ""


def python_is_open(spec: str) -> bool:
    """Return whether a range of Pythons allows 4.0."""
    return bool(_allowed(spec, (PYTHON_BELOW,)))


def _allowed(spec: str, pythons: Iterable[str]) -> list[str]:
    """Return those of some Pythons of which the first or the last release is allowed."""
    return [python for python in pythons if any(fits(spec, one) for one in (python, f"{python}.99"))]


def conflict(raw: str, wanted: str) -> bool:
    """Return whether no release can satisfy both a requirement's range and another range, as far as probes tell.

    The probes are the versions that the two ranges name, and the next ones after each.
    """
    try:
        both = SpecifierSet(_joined(spec_of(raw), wanted))
    except (InvalidSpecifier, ValueError):
        return False
    named = [clause.version.removesuffix(".*") for clause in both]
    probes = {"0", "9999"}
    for text in named:
        try:
            version = Version(text)
        except InvalidVersion:
            return False
        major, minor, micro = (*version.release, 0, 0)[:3]
        probes |= {str(version), f"{major}.{minor}.{micro + 1}", f"{major}.{minor + 1}", f"{major + 1}"}
        probes |= {f"{major}.{minor}.9999", f"{major}.9999"}
        probes |= {f"{major - 1}.9999"} if major else set()
        probes |= {f"{major}.{minor - 1}.9999"} if minor else set()
    return not any(both.contains(probe, prereleases=True) for probe in probes)


def _joined(first: str, second: str) -> str:
    text = first.strip().removeprefix("(").removesuffix(")").strip()
    if not text:
        return second
    plain = []
    for clause in re.split(r"\s*,\s*", text):
        each = _plain(clause)
        if each is None:
            raise ValueError(clause)
        plain.append(each)
    return ",".join([*plain, second])
