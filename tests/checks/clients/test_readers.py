"""Readers find in manifests and lock files exactly what stands there: packages, versions as written, and lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streammigrate.checks.clients.readers.model import UnreadableError
from streammigrate.checks.clients.readers.registry import READERS, reader_of


def read(path: str, text: str) -> list[tuple[str, str, int]]:
    """Return what the reader for a path finds in a text."""
    reader = reader_of(path)
    assert reader is not None
    return [(entry.package, entry.version, entry.line) for entry in reader.read(text.encode())]


_PACKAGE_JSON = """\
{
  "name": "stream-chat",
  "dependencies": {
    "stream-chat": "^9.1.0",
    "chat-next": "npm:stream-chat-react@^15.0.0",
    "odd": {"a": 1}
  },
  "devDependencies": {"@stream-io/node-sdk": "0.7.1"},
  "peerDependencies": {"stream-chat": ">=8"}
}
"""
_LOCK_1 = """\
{
  "lockfileVersion": 1,
  "dependencies": {
    "stream-chat": {"version": "8.1.0"},
    "wrapper": {
      "version": "1.0.0",
      "dependencies": {
        "stream-chat": {"version": "7.0.0"}
      }
    }
  }
}
"""
_LOCK_3 = """\
{
  "lockfileVersion": 3,
  "packages": {
    "": {"name": "shop", "version": "1.0.0"},
    "packages/web": {"version": "0.0.1"},
    "node_modules/@stream-io/node-sdk": {"version": "0.7.1"},
    "node_modules/stream-chat": {"version": "9.2.0"},
    "node_modules/x/node_modules/stream-chat": {"version": "8.0.0"},
    "node_modules/chat-next": {"name": "stream-chat-react", "version": "15.0.0"},
    "node_modules/web": {"link": true}
  }
}
"""
_YARN_1 = """\
# yarn lockfile v1


"@stream-io/node-sdk@^0.7.0":
  version "0.7.1"
  resolved "https://registry.yarnpkg.com/x.tgz"

stream-chat@^8.0.0, stream-chat@^8.1.0:
  version "8.1.0"
  dependencies:
    version "1"

"next@npm:stream-chat@^10":
  version "10.0.0"
"""
_YARN_2 = """\
__metadata:
  version: 8

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."

"stream-chat@npm:^9.0.0, stream-chat@npm:^9.1.0":
  version: 9.10.0
  resolution: "stream-chat@npm:9.10.0"
"""
_PNPM_6 = """\
lockfileVersion: '6.0'
packages:

  /@stream-io/node-sdk@0.7.1(x@1.0.0):
    dev: false

  /stream-chat@9.2.0:
    dev: false
"""
_PNPM_5 = "lockfileVersion: 5.4\npackages:\n  /stream-chat/8.1.0:\n    dev: false\n  /@a/b/1.0.0_x@2:\n    dev: true\n"
_PNPM_9 = """\
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      stream-chat:
        specifier: ^9.0.0
        version: 9.2.0
packages:
  stream-chat@9.2.0:
    engines: {node: '>=18'}
snapshots:
  stream-chat@9.2.0: {}
  stream-chat-react@13.0.0(stream-chat@9.2.0): {}
"""
_BUN = """\
{
  "lockfileVersion": 1,
  "workspaces": {"": {"name": "shop", "dependencies": {"stream-chat": "^9"}}},
  "packages": {
    "shop": ["shop@workspace:shop"],
    "stream-chat": ["stream-chat@9.2.0", "", {}, "sha512-x"],
    "next": ["@stream-io/node-sdk@0.7.1", "", {}, "sha512-x"],
  }
}
"""
_PUBSPEC = """\
name: stream_chat
dependencies:
  flutter:
    sdk: flutter
  stream_chat_flutter: ^7.2.0
  stream_chat: 7.10.0
  hosted_one: {hosted: https://pub.example, version: ^1.0.0}
  from_git:
    git: https://github.com/x/y.git
  open:
dev_dependencies:
  test: any
dependency_overrides:
  stream_chat: 8.0.0
"""
_PUBSPEC_LOCK = """\
packages:
  stream_chat:
    dependency: "direct main"
    source: hosted
    version: "7.10.0"
sdks:
  dart: ">=3.0.0"
"""
_GRADLE = """\
ext.chatVersion = '6.1.0'
def other = "1.0"
dependencies {
    implementation "io.getstream:stream-chat-android-client:$chatVersion"
    implementation 'io.getstream:stream-chat-android-compose:6.0.0@aar' // "a:b:1"
    /* implementation "a:c:1" */
    implementation "io.getstream:x:${rootProject.unknown}"
    implementation group: 'io.getstream', name: 'stream-chat-java', version: '1.2.0'
    implementation platform("io.getstream:bom")
}
"""
_CATALOGUE = """\
[versions]
stream = "6.4.0"
strict = { strictly = "[1.0,2.0)" }

[libraries]
chat-client = { module = "io.getstream:stream-chat-android-client", version.ref = "stream" }
chat-ui = { group = "io.getstream", name = "stream-chat-android-ui-components", version = "6.0.0" }
chat-java = "io.getstream:stream-chat-java:1.2.0"
strict = { module = "a:b", version.ref = "strict" }
"""
_POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <properties><stream.version>1.4.0</stream.version></properties>
  <dependencies>
    <dependency>
      <groupId>io.getstream</groupId>
      <artifactId>stream-chat-java</artifactId>
      <version>${stream.version}</version>
    </dependency>
    <dependency><groupId>a</groupId><artifactId>b</artifactId></dependency>
  </dependencies>
</project>
"""
_PODFILE = """\
# pod 'Old', '1'
target 'App' do
  pod 'StreamChat', '~> 4.0'
  pod "StreamChatUI", '>= 4.1', '< 5'
  pod 'StreamChat/UI'
  pod 'Mine', :path => '../Mine'
  pod 'Git', git: 'https://github.com/x/y.git', tag: '1.0'
end
"""
_PODFILE_LOCK = """\
PODS:
  - StreamChat (4.20.0):
    - Starscream (~> 4.0)
  - "StreamChatUI/Core (4.20.0)"
DEPENDENCIES:
  - StreamChat (~> 4.0)
"""
_SWIFT = """\
let package = Package(
  dependencies: [
    .package(url: "https://github.com/GetStream/stream-chat-swift.git", from: "4.0.0"),
    .package(url: "https://github.com/a/exact", exact: "1.2.3"),
    .package(name: "Old", url: "https://github.com/a/old", .upToNextMinor(from: "1.1.0")),
    .package(url: "git@github.com:a/range.git", "1.0.0"..<"2.0.0"),
    .package(url: "https://github.com/a/branch", branch: "main"), // .package(url: "https://x/y", from: "1.0.0")
    .package(path: "../Local"),
  ]
)
"""
_RESOLVED_1 = """\
{"object": {"pins": [
  {"package": "StreamChat", "repositoryURL": "https://github.com/GetStream/stream-chat-swift", "state": {"version": "4.1.0"}},
  {"package": "B", "repositoryURL": "https://github.com/a/b", "state": {"branch": "main", "version": null}}
]}, "version": 1}
"""
_RESOLVED_2 = """\
{"pins": [{"identity": "a", "location": "https://github.com/a/b.git",
  "state": {"version": "4.1.0"}}], "version": 2}
"""
_XCODE = """\
		ABC /* XCRemoteSwiftPackageReference "stream-chat-swift" */ = {
			isa = XCRemoteSwiftPackageReference;
			repositoryURL = "https://github.com/GetStream/stream-chat-swift.git";
			requirement = {
				kind = upToNextMajorVersion;
				minimumVersion = 4.30.0;
			};
		};
"""
_GO = """\
module example.com/shop

go 1.22

require github.com/a/one v1.0.0

require (
	github.com/GetStream/stream-chat-go/v6 v6.1.0
	github.com/a/two v0.0.1 // indirect
)

replace (
	github.com/a/three => ../three v1.0.0
)
"""
_GEMFILE = """\
source 'https://rubygems.org'
gem 'stream-chat-ruby', '~> 3.0', '>= 3.1', require: 'stream-chat'
gem "plain"
gem 'ours', git: 'https://github.com/a/b.git', tag: '1.0'
# gem 'old', '1'
"""
_GEM_LOCK = (
    "GEM\n  specs:\n    stream-chat-ruby (3.1.0)\n      faraday (>= 1.0)\n\nDEPENDENCIES\n  stream-chat-ruby (~> 3.0)\n"
)
_COMPOSER = '{\n  "require": {\n    "php": ">=8",\n    "get-stream/stream-chat": "^3.0"\n  }\n}\n'
_COMPOSER_LOCK = '{"packages": [\n  {"name": "get-stream/stream-chat", "version": "3.2.1"}],\n "packages-dev": []}\n'
_CSPROJ = """\
<Project Sdk="Microsoft.NET.Sdk">
  <ItemGroup>
    <PackageReference Include="stream-chat-net" Version="2.1.0" />
    <PackageReference Include="Nested"><Version>[1.0,2.0)</Version></PackageReference>
    <PackageReference Include="Central" />
  </ItemGroup>
</Project>
"""

_CASES: list[tuple[str, str, list[tuple[str, str, int]]]] = [
    (
        "web/package.json",
        _PACKAGE_JSON,
        [
            ("stream-chat", "^9.1.0", 4),
            ("stream-chat-react", "^15.0.0", 5),
            ("odd", "", 6),
            ("@stream-io/node-sdk", "0.7.1", 8),
        ],
    ),
    ("package-lock.json", _LOCK_1, [("stream-chat", "8.1.0", 4), ("wrapper", "1.0.0", 5), ("stream-chat", "7.0.0", 8)]),
    (
        "package-lock.json",
        _LOCK_3,
        [
            ("@stream-io/node-sdk", "0.7.1", 6),
            ("stream-chat", "9.2.0", 7),
            ("stream-chat", "8.0.0", 8),
            ("stream-chat-react", "15.0.0", 9),
        ],
    ),
    (
        "yarn.lock",
        _YARN_1,
        [("@stream-io/node-sdk", "0.7.1", 4), ("stream-chat", "8.1.0", 8), ("stream-chat", "10.0.0", 13)],
    ),
    ("yarn.lock", _YARN_2, [("stream-chat", "9.10.0", 8)]),
    ("pnpm-lock.yaml", _PNPM_5, [("stream-chat", "8.1.0", 3), ("@a/b", "1.0.0", 5)]),
    ("pnpm-lock.yaml", _PNPM_6, [("@stream-io/node-sdk", "0.7.1", 4), ("stream-chat", "9.2.0", 7)]),
    ("pnpm-lock.yaml", _PNPM_9, [("stream-chat", "9.2.0", 9), ("stream-chat-react", "13.0.0", 13)]),
    ("bun.lock", _BUN, [("stream-chat", "9.2.0", 6), ("@stream-io/node-sdk", "0.7.1", 7)]),
    (
        "pubspec.yaml",
        _PUBSPEC,
        [
            ("stream_chat", "8.0.0", 14),
            ("flutter", "", 3),
            ("stream_chat_flutter", "^7.2.0", 5),
            ("hosted_one", "^1.0.0", 7),
            ("from_git", "", 8),
            ("open", "any", 10),
            ("test", "any", 12),
        ],
    ),
    ("pubspec.lock", _PUBSPEC_LOCK, [("stream_chat", "7.10.0", 2)]),
    (
        "app/build.gradle",
        _GRADLE,
        [
            ("io.getstream:stream-chat-android-client", "6.1.0", 4),
            ("io.getstream:stream-chat-android-compose", "6.0.0", 5),
            ("io.getstream:x", "${rootProject.unknown}", 7),
            ("io.getstream:stream-chat-java", "1.2.0", 8),
        ],
    ),
    ("build.gradle.kts", 'val v = "6.0.0"\nimplementation("io.getstream:a:$v")\n', [("io.getstream:a", "6.0.0", 2)]),
    (
        "gradle/libs.versions.toml",
        _CATALOGUE,
        [
            ("io.getstream:stream-chat-android-client", "6.4.0", 6),
            ("io.getstream:stream-chat-android-ui-components", "6.0.0", 7),
            ("io.getstream:stream-chat-java", "1.2.0", 8),
            ("a:b", "[1.0,2.0)", 9),
        ],
    ),
    (
        "gradle.lockfile",
        "# comment\nio.getstream:a:6.0.0=releaseRuntimeClasspath\nempty=\n",
        [("io.getstream:a", "6.0.0", 2)],
    ),
    ("pom.xml", _POM, [("io.getstream:stream-chat-java", "1.4.0", 6), ("a:b", "", 9)]),
    (
        "ios/Podfile",
        _PODFILE,
        [
            ("StreamChat", "~> 4.0", 3),
            ("StreamChatUI", ">= 4.1, < 5", 4),
            ("StreamChat", "*", 5),
            ("Mine", "", 6),
            ("Git", "", 7),
        ],
    ),
    ("ios/Podfile.lock", _PODFILE_LOCK, [("StreamChat", "4.20.0", 2), ("StreamChatUI", "4.20.0", 4)]),
    (
        "Package.swift",
        _SWIFT,
        [
            ("github.com/getstream/stream-chat-swift", "^4.0.0", 3),
            ("github.com/a/exact", "1.2.3", 4),
            ("github.com/a/old", "~1.1.0", 5),
            ("github.com/a/range", ">=1.0.0 <2.0.0", 6),
            ("github.com/a/branch", "", 7),
        ],
    ),
    (
        "Package.resolved",
        _RESOLVED_1,
        [("github.com/getstream/stream-chat-swift", "4.1.0", 2), ("github.com/a/b", "", 3)],
    ),
    ("Package.resolved", _RESOLVED_2, [("github.com/a/b", "4.1.0", 1)]),
    ("App.xcodeproj/project.pbxproj", _XCODE, [("github.com/getstream/stream-chat-swift", "^4.30.0", 3)]),
    (
        "go.mod",
        _GO,
        [
            ("github.com/a/one", "v1.0.0", 5),
            ("github.com/GetStream/stream-chat-go/v6", "v6.1.0", 8),
            ("github.com/a/two", "v0.0.1", 9),
        ],
    ),
    ("Gemfile", _GEMFILE, [("stream-chat-ruby", "~> 3.0, >= 3.1", 2), ("plain", ">= 0", 3), ("ours", "", 4)]),
    ("x.gemspec", "  spec.add_dependency 'stream-chat-ruby', '~> 3.0'\n", [("stream-chat-ruby", "~> 3.0", 1)]),
    ("Gemfile.lock", _GEM_LOCK, [("stream-chat-ruby", "3.1.0", 3)]),
    ("composer.json", _COMPOSER, [("php", ">=8", 3), ("get-stream/stream-chat", "^3.0", 4)]),
    ("composer.lock", _COMPOSER_LOCK, [("get-stream/stream-chat", "3.2.1", 2)]),
    ("Shop.csproj", _CSPROJ, [("stream-chat-net", "2.1.0", 3), ("Nested", "[1.0,2.0)", 4), ("Central", "", 5)]),
    (
        "packages.config",
        '<packages>\n  <package id="stream-chat-net" version="2.0.0" />\n</packages>\n',
        [("stream-chat-net", "2.0.0", 2)],
    ),
]


@pytest.mark.parametrize(("path", "text", "found"), _CASES, ids=[path for path, _, _ in _CASES])
def test_what_a_file_lists(path: str, text: str, found: list[tuple[str, str, int]]) -> None:
    assert read(path, text) == found


@pytest.mark.parametrize(
    "path", ["package.json.bak", "my-package.json", "podfile", "requirements.txt", "gradle.properties"]
)
def test_other_files_have_no_reader(path: str) -> None:
    assert reader_of(path) is None


_STRICT = [
    "package.json package-lock.json pnpm-lock.yaml pubspec.yaml pubspec.lock libs.versions.toml pom.xml Package.resolved",
    "composer.json composer.lock App.csproj",
]


@pytest.mark.parametrize("path", " ".join(_STRICT).split())
@pytest.mark.parametrize("text", ["{", "[1", "<a", "a: b: c", "\t- x", "[" * 100_000])
def test_what_is_malformed_is_told(path: str, text: str) -> None:
    with pytest.raises(UnreadableError):
        read(path, text)


@pytest.mark.parametrize("path", ["pom.xml", "App.csproj"])
def test_entities_are_not_read(path: str) -> None:
    with pytest.raises(UnreadableError, match="entities"):
        read(path, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


_PATHS = sorted(
    "package.json package-lock.json yarn.lock pnpm-lock.yaml bun.lock pubspec.yaml pubspec.lock build.gradle libs.versions.toml "
    "gradle.lockfile pom.xml Podfile Podfile.lock Package.swift Package.resolved project.pbxproj go.mod Gemfile Gemfile.lock "
    "composer.json composer.lock App.csproj".split()
)


def test_every_reader_is_tried() -> None:
    assert {reader_of(path) for path in _PATHS} == set(READERS)


@given(st.sampled_from(_PATHS), st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_nothing_breaks_a_reader(path: str, data: bytes) -> None:
    reader = reader_of(path)
    assert reader is not None
    try:
        assert isinstance(reader.read(data), list)
    except UnreadableError as error:
        assert error.reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    "dependencies devDependencies packages pins object state location require packages-dev version versions libraries".split()
)


@given(st.sampled_from([path for path in _PATHS if "gradle" not in path]), st.dictionaries(_KEYS, _JSON, max_size=4))
def test_no_shape_breaks_a_reader(path: str, tree: dict[str, Any]) -> None:
    reader = reader_of(path)
    assert reader is not None
    try:
        assert isinstance(reader.read(json.dumps(tree).encode()), list)
    except UnreadableError as error:
        assert error.reason


_WORD = st.text("abcstream", min_size=1, max_size=4)
_NAME = st.lists(_WORD, min_size=1, max_size=3).map("-".join)
_SCOPED = _NAME | st.tuples(_WORD, _NAME).map(lambda pair: f"@{pair[0]}/{pair[1]}")
_DART = st.lists(_WORD, min_size=1, max_size=3).map("_".join)
_VERSION = st.tuples(*[st.integers(0, 99)] * 3).map(lambda parts: ".".join(map(str, parts)))
_RANGE = st.tuples(st.sampled_from(["", "^", "~", ">="]), _VERSION).map("".join)
_FEW = settings(max_examples=40)


def _found(path: str, text: str) -> dict[str, str]:
    return {package: version for package, version, _ in read(path, text)}


@_FEW
@given(st.dictionaries(_SCOPED, _RANGE), st.dictionaries(_SCOPED, _RANGE), st.sampled_from([None, 2]))
def test_a_made_package_json_is_read_back(plain: dict[str, str], dev: dict[str, str], indent: int | None) -> None:
    text = json.dumps({"name": "x", "dependencies": plain, "devDependencies": dev}, indent=indent)
    assert _found("package.json", text) == {**dev, **plain}
    if indent:
        lines = text.splitlines()
        assert all(f'"{name}": "{version}"' in lines[line - 1] for name, version, line in read("package.json", text))


@_FEW
@given(st.dictionaries(_SCOPED, _VERSION))
def test_made_lock_files_of_javascript_are_read_back(pinned: dict[str, str]) -> None:
    packages = {"": {"name": "x"}, **{f"node_modules/{name}": {"version": version} for name, version in pinned.items()}}
    assert _found("package-lock.json", json.dumps({"lockfileVersion": 3, "packages": packages})) == pinned
    nested = {name: {"version": version} for name, version in pinned.items()}
    assert _found("package-lock.json", json.dumps({"lockfileVersion": 1, "dependencies": nested})) == pinned
    classic = "".join(f'"{name}@^1":\n  version "{version}"\n  resolved "x"\n\n' for name, version in pinned.items())
    assert _found("yarn.lock", "# yarn lockfile v1\n\n" + classic) == pinned
    berry = "".join(f'"{name}@npm:^1":\n  version: {version}\n\n' for name, version in pinned.items())
    assert _found("yarn.lock", "__metadata:\n  version: 8\n\n" + berry) == pinned
    pnpm = "".join(f"  '{name}@{version}':\n    dev: true\n" for name, version in pinned.items())
    assert _found("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n" + (pnpm or "  {}\n")) == pinned


@_FEW
@given(st.dictionaries(_DART, _RANGE, min_size=1), st.dictionaries(_DART, _VERSION))
def test_a_made_pubspec_and_its_lock_are_read_back(wanted: dict[str, str], pinned: dict[str, str]) -> None:
    text = "name: x\ndependencies:\n" + "".join(f"  {name}: '{version}'\n" for name, version in wanted.items())
    assert _found("pubspec.yaml", text) == wanted
    lock = "packages:\n" + (
        "".join(f'  {name}:\n    version: "{version}"\n' for name, version in pinned.items()) or "  {}\n"
    )
    assert _found("pubspec.lock", lock) == pinned
