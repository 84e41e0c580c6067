"""SM740 to SM747 ask which clients and neighbours a project has, and whether they go with v2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from checking import answers, places

from streammigrate import rules
from streammigrate.checks.clients import facts
from streammigrate.checks.clients.maintenance import CHECK as MAINTENANCE
from streammigrate.checks.clients.mixed_majors import CHECK as MIXED
from streammigrate.checks.clients.needs import CHECK as NEEDS
from streammigrate.checks.clients.old_permissions import CHECK as OLD
from streammigrate.checks.clients.readers.registry import READERS
from streammigrate.checks.clients.secret_in_javascript import CHECK as SECRET
from streammigrate.checks.clients.shapes import CHECK as SHAPES
from streammigrate.checks.clients.unknown_versions import CHECK as UNKNOWN
from streammigrate.checks.clients.unsure_permissions import CHECK as UNSURE
from streammigrate.checks.model import ProjectCheck

ALL = [SHAPES, OLD, MAINTENANCE, MIXED, UNKNOWN, SECRET, UNSURE, NEEDS]


def _npm(**wanted: str) -> str:
    return json.dumps({"dependencies": {name.replace("_", "-"): version for name, version in wanted.items()}}, indent=2)


def _locked(**pinned: str) -> str:
    packages = {f"node_modules/{name.replace('_', '-')}": {"version": version} for name, version in pinned.items()}
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=2)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"package.json": _npm(react="^18", stream_chat_mock="1.0.0", stream_browserify="1.0.0")},
        {"package.json": '{"name": "stream-chat"}', "README.md": "stream-chat"},
        {"package.json": _npm(stream_chat="^10.0.0", stream_chat_react="^15.0.0", react="latest")},
        {
            "package.json": _npm(stream_chat="*", stream_chat_react=">=13"),
            "package-lock.json": _locked(stream_chat="10.1.0", stream_chat_react="15.0.0"),
        },
        {"package.json": '{"dependencies": {"@stream-io/node-sdk": "^0.7.0"}}'},
        {"node_modules/x/package.json": _npm(stream_chat="1.0.0"), "vendor/y/package.json": _npm(stream_chat="1.0.0")},
        {"go.mod": "module x\nrequire github.com/GetStream/getstream-go/v3 v3.0.0\n"},
        {"pom.xml": "<a", "build.gradle": "implementation 'com.example:stream-chat-tool:1.0.0'\n"},
        {"package.json": "{broken", "yarn.lock": "broken"},
        {"requirements.txt": "stream-chat==4.33.0\n"},
    ],
)
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_what_goes_with_v2_or_is_not_streams_is_silent(
    tmp_path: Path, check: ProjectCheck, files: dict[str, str]
) -> None:
    assert answers(check, tmp_path, files) == []


@pytest.mark.parametrize(
    ("files", "line", "said"),
    [
        ({"package.json": _npm(stream_chat="^9.1.0")}, 3, "stream-chat ^9.1.0 (from 9.1.0 on); 10.0.0 is the first"),
        (
            {"package.json": _npm(stream_chat_react=">=13")},
            3,
            "stream-chat-react >=13 (from 13.0.0 on); 15.0.0 is the first",
        ),
        ({"package.json": _npm(stream_chat_expo="9.0.0")}, 3, "stream-chat-expo 9.0.0; 10.0.0 is the first"),
        ({"package.json": _npm(stream_chat_angular="7.0.0")}, 3, "stream-chat-angular 7.0.0; 8.0.0 is the first"),
        ({"pubspec.yaml": "dependencies:\n  stream_chat_flutter: ^9.0.0\n"}, 2, "was known on"),
        (
            {"ios/Podfile": "pod 'StreamChat', '~> 4.0'\npod 'StreamChatUI', '~> 4.0'\n"},
            1,
            "StreamChat and StreamChatUI ~> 4.0",
        ),
        (
            {"build.gradle.kts": 'implementation("io.getstream:stream-chat-android-compose:6.1.0")\n'},
            1,
            "compose 6.1.0",
        ),
    ],
)
def test_clients_that_speak_v1_are_told(tmp_path: Path, files: dict[str, str], line: int, said: str) -> None:
    (found,) = answers(SHAPES, tmp_path, files)
    assert (found.at.line, said in found.message) == (line, True), found.message


def test_the_lock_file_wins_over_the_manifest(tmp_path: Path) -> None:
    files = {"web/package.json": _npm(stream_chat=">=9"), "package-lock.json": _locked(stream_chat="10.0.2")}
    assert answers(SHAPES, tmp_path / "new", files) == []
    files["web/package-lock.json"] = _locked(stream_chat="9.9.0")
    (found,) = answers(SHAPES, tmp_path / "old", files)
    assert "9.9.0;" in found.message
    assert found.at.source.endswith("web/package.json")


def test_of_one_lock_file_each_package_has_the_versions_in_its_range(tmp_path: Path) -> None:
    lock = """
lockfileVersion: '9.0'
packages:
  stream-chat@9.2.0: {}
  stream-chat@10.0.1: {}
"""
    files = {
        "a/package.json": _npm(stream_chat="^9"),
        "b/package.json": _npm(stream_chat="^10"),
        "pnpm-lock.yaml": lock,
    }
    assert places(SHAPES, tmp_path, files) == [("a/package.json", 3)]
    del files["a/package.json"]
    assert places(SHAPES, tmp_path / "less", files) == [("pnpm-lock.yaml", 4)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("build.gradle", "ext {\n  streamVersion = '4.26.0'\n}\n"),
        ("gradle.properties", "streamVersion=4.26.0\n"),
        ("buildSrc/src/main/kotlin/Versions.kt", 'object Versions { const val streamVersion = "4.26.0" }\n'),
    ],
)
def test_versions_may_be_variables_of_other_gradle_files(tmp_path: Path, name: str, text: str) -> None:
    line = 'implementation "io.getstream:stream-chat-android-client:${rootProject.ext.streamVersion}"\n'
    files = {"app/build.gradle": line, name: text}
    assert places(OLD, tmp_path, files) == [("app/build.gradle", 1)]
    assert places(UNKNOWN, tmp_path, files) == []
    files["lib/build.gradle"] = "def streamVersion = '6.0.0'\n"
    assert places(UNKNOWN, tmp_path / "two", files) == [("app/build.gradle", 1)]


def test_xcode_keeps_its_lock_file_deeper_down(tmp_path: Path) -> None:
    project = (
        "isa = XCRemoteSwiftPackageReference;\n"
        'repositoryURL = "https://github.com/GetStream/stream-chat-swift.git";\n'
        "requirement = { kind = upToNextMajorVersion; minimumVersion = 3.9.0; };\n"
    )
    pins = {"pins": [{"location": "https://github.com/GetStream/stream-chat-swift", "state": {"version": "3.9.5"}}]}
    for place in ("App.xcodeproj/project.xcworkspace", "App.xcworkspace"):
        files = {
            "ios/App.xcodeproj/project.pbxproj": project,
            f"ios/{place}/xcshareddata/swiftpm/Package.resolved": json.dumps(pins),
        }
        (found,) = answers(OLD, tmp_path / place.replace("/", "-"), files)
        assert "3.9.5" in found.message


def test_what_only_a_lock_file_has_is_told_there(tmp_path: Path) -> None:
    files = {"package.json": _npm(mine="1.0.0"), "package-lock.json": _locked(mine="1.0.0", stream_chat="8.0.0")}
    assert places(SHAPES, tmp_path, files) == [("package-lock.json", 7)]


@pytest.mark.parametrize(
    ("files", "old", "unsure"),
    [
        ({"package.json": _npm(stream_chat_react="^6.0.0")}, True, False),
        ({"package.json": _npm(stream_chat_react=">=6.0.0")}, False, True),
        ({"package.json": _npm(stream_chat_react="^7.0.0")}, False, False),
        (
            {"package.json": _npm(stream_chat_react=">=6"), "package-lock.json": _locked(stream_chat_react="6.9.0")},
            True,
            False,
        ),
        (
            {"package.json": _npm(stream_chat_react=">=6"), "package-lock.json": _locked(stream_chat_react="12.0.0")},
            False,
            False,
        ),
        ({"package.json": _npm(stream_chat_react_native="3.9.9")}, True, False),
        ({"package.json": _npm(stream_chat_angular="~2.1.0")}, True, False),
        ({"app/build.gradle": "implementation 'io.getstream:stream-chat-android-client:4.26.0'\n"}, True, False),
        ({"app/build.gradle": "implementation 'io.getstream:stream-chat-android-client:4.27.0'\n"}, False, False),
        ({"Podfile": "pod 'StreamChat', '~> 3.1'\n"}, True, False),
        ({"Podfile": "pod 'StreamChat'\n"}, False, True),
        ({"Podfile": "pod 'StreamChat'\n", "Podfile.lock": "PODS:\n  - StreamChat (4.20.0)\n"}, False, False),
        (
            {"Package.swift": '.package(url: "https://github.com/GetStream/stream-chat-swift", from: "3.0.0")\n'},
            True,
            False,
        ),
        ({"pubspec.yaml": "dependencies:\n  stream_chat: ^3.0.0\n"}, False, True),
        ({"pubspec.yaml": "dependencies:\n  stream_chat: ^3.4.0\n"}, False, False),
    ],
)
def test_clients_that_are_too_old_for_permissions_v2(
    tmp_path: Path, files: dict[str, str], old: bool, unsure: bool
) -> None:
    assert (bool(answers(OLD, tmp_path, files)), bool(answers(UNSURE, tmp_path, files))) == (old, unsure)


@pytest.mark.parametrize(
    ("name", "text", "successor"),
    [
        ("go.mod", "module x\nrequire github.com/GetStream/stream-chat-go/v6 v6.1.0\n", "getstream-go"),
        ("Gemfile", "gem 'stream-chat-ruby', '~> 3.0'\n", "getstream-ruby"),
        ("composer.json", '{"require": {"get-stream/stream-chat": "^3.0"}}', "getstream-php"),
        ("build.gradle", "implementation 'io.getstream:stream-chat-java:1.2.0'\n", "stream-sdk-java"),
        (
            "Api/Api.csproj",
            '<Project><PackageReference Include="Stream-Chat-Net" Version="2.1.0" /></Project>',
            "getstream-net",
        ),
    ],
)
def test_server_sdks_in_maintenance_are_told(tmp_path: Path, name: str, text: str, successor: str) -> None:
    (found,) = answers(MAINTENANCE, tmp_path, {name: text})
    assert successor in found.message


def test_one_client_in_several_majors_is_told(tmp_path: Path) -> None:
    files = {"a/package.json": _npm(stream_chat="^8.0.0"), "b/package.json": _npm(stream_chat="^9.0.0")}
    (found,) = answers(MIXED, tmp_path, files)
    assert "the majors 8 and 9" in found.message
    assert len(found.evidence) == 2


def test_clients_of_both_generations_are_told(tmp_path: Path) -> None:
    files = {"a/package.json": _npm(stream_chat="^10.0.0"), "b/package.json": _npm(stream_chat_react_native="^9.0.0")}
    (found,) = answers(MIXED, tmp_path, files)
    assert "stream-chat-react-native speaks v1's shapes, stream-chat v2's" in found.message


def test_one_major_in_many_places_is_silent(tmp_path: Path) -> None:
    files = {"a/package.json": _npm(stream_chat="^9.1.0"), "b/package.json": _npm(stream_chat="9.0.1")}
    assert answers(MIXED, tmp_path, files) == []


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"package.json": _npm(stream_chat="latest")}, 3),
        ({"package.json": _npm(stream_chat="workspace:*")}, 3),
        ({"package.json": _npm(stream_chat="github:GetStream/stream-chat-js#main")}, 3),
        ({"build.gradle": 'implementation "io.getstream:stream-chat-java:${v.stream}"\n'}, 1),
        ({"package.json": '{\n  "dependencies": {"stream-chat": "^9"\n'}, 3),
        ({"pubspec.yaml": "dependencies:\n  stream_chat: [\n"}, 3),
        ({"package.json": b'{"stream-chat": "\xff"}'}, None),
    ],
)
def test_versions_and_files_that_cannot_be_read_are_told(
    tmp_path: Path, files: dict[str, str | bytes], line: int | None
) -> None:
    assert [at for _, at in places(UNKNOWN, tmp_path, files)] == [line]


def test_versions_may_be_managed_from_above(tmp_path: Path) -> None:
    reference = '<Project><PackageReference Include="stream-chat-net" /></Project>'
    version = '<Project><PackageVersion Include="stream-chat-net" Version="2.1.0" /></Project>'
    files = {"src/api/Api.csproj": reference, "src/Directory.Packages.props": version}
    assert places(UNKNOWN, tmp_path / "above", files) == []
    assert places(MAINTENANCE, tmp_path / "above", files) == [("src/Directory.Packages.props", 1)]
    files = {"api/Api.csproj": reference, "other/Directory.Packages.props": version}
    assert places(UNKNOWN, tmp_path / "beside", files) == [("api/Api.csproj", 1)]


def test_credentials_in_an_address_are_not_shown(tmp_path: Path) -> None:
    files = {"package.json": _npm(stream_chat="git+https://me:planted-value@git.example/chat.git?key=planted-value")}
    (found,) = answers(UNKNOWN, tmp_path, files)
    assert "planted" not in str(found) and "git.example" in str(found)


def test_a_lock_file_settles_what_the_manifest_leaves_open(tmp_path: Path) -> None:
    files = {"package.json": _npm(stream_chat="latest"), "yarn.lock": 'stream-chat@latest:\n  version "9.0.0"\n'}
    assert answers(UNKNOWN, tmp_path, files) == []


def test_a_file_that_is_too_large_is_told_where_it_matters(tmp_path: Path) -> None:
    files = {"package.json": _npm(stream_chat="^9.0.0"), "package-lock.json": " " * (5 << 20)}
    assert places(UNKNOWN, tmp_path / "ours", files) == [("package-lock.json", None)]
    files["package.json"] = _npm(other="^9.0.0")
    assert places(UNKNOWN, tmp_path / "others", files) == []


def test_companions_that_are_too_old_are_told(tmp_path: Path) -> None:
    (found,) = answers(NEEDS, tmp_path, {"package.json": _npm(stream_chat="^9.0.0", stream_chat_react="^15.0.0")})
    assert "stream-chat-react ^15.0.0 (from 15.0.0 on) needs stream-chat 10.0.0" in found.message
    files = {"package.json": _npm(stream_chat="^9.0.0", stream_chat_react="^13.0.0")}
    assert answers(NEEDS, tmp_path / "other", files) == []


_IMPORT = "import { StreamChat } from 'stream-chat';\n"


@pytest.mark.parametrize(
    "code",
    [
        _IMPORT + "const client = StreamChat.getInstance(key);\n",
        _IMPORT + "const client = StreamChat.getInstance(key, { timeout: 3000 });\n",
        _IMPORT + "const client = new StreamChat(key, undefined);\n",
        _IMPORT + "const client = new StreamChat(key, options);\n",
        _IMPORT + "// new StreamChat(key, secret)\nconst text = 'new StreamChat(key, secret)';\n",
        "class StreamChat {}\nnew StreamChat(key, secret); // stream-chat\n",
        _IMPORT + "const { secret } = config; new Other(key, secret);\n",
    ],
)
def test_javascript_without_a_secret_is_silent(tmp_path: Path, code: str) -> None:
    assert answers(SECRET, tmp_path, {"src/app.ts": code, "package.json": _npm(stream_chat="^9.0.0")}) == []


@pytest.mark.parametrize(
    "code",
    [
        _IMPORT + "const client = StreamChat.getInstance(process.env.KEY, process.env.STREAM_API_SECRET);\n",
        _IMPORT + "const client = new StreamChat(apiKey, apiSecret, { timeout: 3000 });\n",
        _IMPORT + "const client = new StreamChat(key, /* , */ process.env['STREAM_SECRET'] as string);\n",
        _IMPORT + "const client = StreamChat.getInstance<Types>('key', 'planted-value');\n",
        "const { StreamChat } = require('stream-chat');\nconst client = StreamChat.getInstance(f(a, b), config.secret!);\n",
        "const { StreamChat } = await import('stream-chat');\nnew StreamChat(\n  key,\n  getSecret(),\n);\n",
    ],
)
def test_javascript_with_a_secret_is_told(tmp_path: Path, code: str) -> None:
    (found,) = answers(SECRET, tmp_path, {"src/server.mjs": code, "package.json": _npm(stream_chat="^9.0.0")})
    assert found.at.line == 2
    assert "takes it, release 10 no longer does" in found.message
    assert "planted-value" not in str(found)


def test_it_says_what_the_release_in_use_does(tmp_path: Path) -> None:
    code = _IMPORT + "new StreamChat(key, secret);\n"
    files = {
        "api/src/app.js": code,
        "api/package.json": _npm(stream_chat="10.0.1"),
        "package.json": _npm(stream_chat="9.0.0"),
    }
    (found,) = answers(SECRET, tmp_path, files)
    assert "which 10.0.1 no longer takes" in found.message


def test_the_facts_are_complete_and_have_readers() -> None:
    data = rules.load("clients")
    assert facts.checked() >= "2026-11-21"
    assert {one.ecosystem for one in facts.packages()} <= {reader.ecosystem for reader in READERS}
    assert len({(one.ecosystem, name) for one in facts.packages() for name in one.names}) == sum(
        len(one.names) for one in facts.packages()
    )
    told = {key for group in ("clients", "servers") for entry in data[group] for key in entry}
    assert told - {"ecosystem", "title", "names", "released"} == set(data["sources"])
    for one in facts.packages():
        assert one.v2_from or one.permissions or one.successor or one.is_server
        assert all(need.name in {name for other in facts.packages() for name in other.names} for need in one.needs)


def test_they_hold_no_rules() -> None:
    assert "clients" not in rules.areas()
