"""Which reader is for which file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from streammigrate.checks.clients.readers import apple, jvm, npm, pub, servers
from streammigrate.checks.clients.readers.model import Entry


class Reader(NamedTuple):
    """A reader of files with certain names. `locks` says that what it returns are the versions in use."""

    names: re.Pattern[str]
    ecosystem: str
    locks: bool
    read: Callable[[bytes], list[Entry]]


def _reader(names: str, ecosystem: str, locks: bool, read: Callable[[bytes], list[Entry]]) -> Reader:
    return Reader(re.compile(names), ecosystem, locks, read)


READERS = (
    _reader(r"package\.json", "npm", False, npm.package_json),
    _reader(r"package-lock\.json|npm-shrinkwrap\.json", "npm", True, npm.package_lock),
    _reader(r"yarn\.lock", "npm", True, npm.yarn_lock),
    _reader(r"pnpm-lock\.ya?ml", "npm", True, npm.pnpm_lock),
    _reader(r"bun\.lock", "npm", True, npm.bun_lock),
    _reader(r"pubspec\.ya?ml", "pub", False, pub.pubspec),
    _reader(r"pubspec\.lock", "pub", True, pub.pubspec_lock),
    _reader(r".*\.gradle(?:\.kts)?", "maven", False, jvm.gradle),
    _reader(r".*\.versions\.toml", "maven", False, jvm.catalogue),
    _reader(r"gradle\.lockfile", "maven", True, jvm.lockfile),
    _reader(r"pom\.xml", "maven", False, jvm.pom),
    _reader(r"Podfile", "pods", False, apple.podfile),
    _reader(r"Podfile\.lock", "pods", True, apple.podfile_lock),
    _reader(r"Package\.swift", "swift", False, apple.package_swift),
    _reader(r"Package\.resolved", "swift", True, apple.package_resolved),
    _reader(r"project\.pbxproj", "swift", False, apple.xcode_project),
    _reader(r"go\.mod", "go", False, servers.go_mod),
    _reader(r"Gemfile|gems\.rb|.*\.gemspec", "gem", False, servers.gemfile),
    _reader(r"Gemfile\.lock|gems\.locked", "gem", True, servers.gemfile_lock),
    _reader(r"composer\.json", "composer", False, servers.composer_json),
    _reader(r"composer\.lock", "composer", True, servers.composer_lock),
    _reader(
        r".*\.(?:cs|fs|vb)proj|Directory\.(?:Packages|Build)\.props|packages\.config", "nuget", False, servers.dotnet
    ),
)


def reader_of(path: str) -> Reader | None:
    """Return the reader for a file, by its name; None where there is none."""
    name = path.rpartition("/")[2]
    return next((reader for reader in READERS if reader.names.fullmatch(name)), None)
