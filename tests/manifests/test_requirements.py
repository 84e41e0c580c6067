"""Files of requirements, before and after exactly."""

from __future__ import annotations

from typing import Any

import pytest

CASES = [
    pytest.param("stream-chat==4.33.0\n", "getstream==7.0.0\n", id="a pin"),
    pytest.param("stream-chat\n", "getstream>=7.0,<8\n", id="bare"),
    pytest.param("flask==3\nstream-chat\nredis==5\n", "flask==3\ngetstream==7.0.0\nredis==5\n", id="bare among pins"),
    pytest.param("stream-chat>=4.30\n", "getstream>=7.0,<8\n", id="a lower bound"),
    pytest.param("stream-chat>=4.30,<5\n", "getstream>=7.0,<8\n", id="a range"),
    pytest.param("stream-chat >= 4.30, < 5\n", "getstream >= 7.0, < 8\n", id="a range with spaces"),
    pytest.param("stream-chat (>=4.30,<5)\n", "getstream (>=7.0,<8)\n", id="parentheses"),
    pytest.param("stream-chat~=4.33\n", "getstream~=7.0\n", id="compatible, minor"),
    pytest.param("stream-chat~=4.33.0\n", "getstream~=7.0.0\n", id="compatible, full"),
    pytest.param("stream-chat==4.*\n", "getstream==7.*\n", id="any of a major"),
    pytest.param("stream-chat==4.33.*\n", "getstream==7.0.*\n", id="any of a minor"),
    pytest.param("stream-chat===4.33.0\n", "getstream===7.0.0\n", id="arbitrary equality"),
    pytest.param("stream-chat!=4.20,>=4\n", "getstream>=7.0,<8\n", id="an exclusion"),
    pytest.param("stream-chat[test]==4.33.0\n", "getstream==7.0.0\n", id="extras that getstream has not"),
    pytest.param("Stream_Chat == 4.33.0\n", "getstream == 7.0.0\n", id="another spelling"),
    pytest.param(
        'stream-chat==4.33.0 ; python_version >= "3.8"\n', 'getstream==7.0.0 ; python_version >= "3.8"\n', id="a marker"
    ),
    pytest.param(
        "stream-chat; sys_platform != 'win32'\n", "getstream>=7.0,<8; sys_platform != 'win32'\n", id="bare with marker"
    ),
    pytest.param(
        "stream-chat<4.20; python_version < '3.8'\nstream-chat>=4.20; python_version >= '3.8'\n",
        "getstream>=7.0,<8; python_version >= '3.8'\n",
        id="two markers, one for old Pythons",
    ),
    pytest.param(
        "stream-chat==4.1; sys_platform == 'win32'\nstream-chat==4.33; sys_platform != 'win32'\n",
        "getstream==7.0.0; sys_platform == 'win32'\ngetstream==7.0.0; sys_platform != 'win32'\n",
        id="two markers for two systems",
    ),
    pytest.param("a==1\nstream-chat==4.33.0", "a==1\ngetstream==7.0.0", id="no newline at the end"),
    pytest.param("stream-chat==4.33.0", "getstream==7.0.0", id="one line without newline"),
    pytest.param("a==1\n\n\nstream-chat==4.33.0\n\n", "a==1\n\n\ngetstream==7.0.0\n\n", id="blank lines"),
    pytest.param("  stream-chat==4.33.0\n", "  getstream==7.0.0\n", id="an indent"),
    pytest.param("\tstream-chat\t==4.33.0\t\n", "\tgetstream\t==7.0.0\n", id="tabs"),
    pytest.param(
        "# web\nflask==3.0  # keep\n# stream-chat: 4.34 breaks tokens,\n"
        "# see OPS-12\nstream-chat==4.33.0  # pinned\nb==1\n",
        "# web\nflask==3.0  # keep\ngetstream==7.0.0\nb==1\n",
        id="comments that are about it",
    ),
    pytest.param(
        "# chat\nstream-chat==4.33.0\n\n# web\nflask==3.0\n",
        "# chat\ngetstream==7.0.0\n\n# web\nflask==3.0\n",
        id="a heading",
    ),
    pytest.param(
        "# third parties\n# stream_chat is slow\nstream-chat==4.33.0\nboto3==1.34\n",
        "# third parties\ngetstream==7.0.0\nboto3==1.34\n",
        id="a heading and a comment",
    ),
    pytest.param(
        "stream-chat==4.33.0 \\\n    ; python_version >= '3.8'\nb==1\n",
        "getstream==7.0.0 ; python_version >= '3.8'\nb==1\n",
        id="a continued line",
    ),
    pytest.param(
        "-r base.txt\n-i https://host/simple\nstream-chat\n",
        "-r base.txt\n-i https://host/simple\ngetstream>=7.0,<8\n",
        id="options",
    ),
    pytest.param(
        "stream-chat==4.33.0\ngetstream==7.0.0\nb==1\n", "getstream==7.0.0\nb==1\n", id="getstream is there and fits"
    ),
    pytest.param("stream-chat\ngetstream[webrtc]>=2\n", "getstream[webrtc]>=2\n", id="getstream with an extra fits"),
    pytest.param(
        "stream-chat==4.33.0\nstream-chat-tools==1\n", "getstream==7.0.0\nstream-chat-tools==1\n", id="with a decoy"
    ),
    pytest.param("stream-chat==4.33.0\nstream-python==5\n", "getstream==7.0.0\nstream-python==5\n", id="with feeds"),
    pytest.param(
        "ünïcode-comment==1  # ü\nstream-chat==4.33.0  # ü\n",
        "ünïcode-comment==1  # ü\ngetstream==7.0.0\n",
        id="other letters",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_requirements(becomes: Any, before: str, after: str) -> None:
    becomes("requirements.txt", before, after)


def test_both_stay_while_stream_chat_is_used(run: Any) -> None:
    outcome = run("requirements.txt", "a==1\n# chat\nstream-chat==4.33.0  # x\nb==1\n", v1=["old.py"])
    assert outcome.after == "a==1\n# chat\nstream-chat==4.33.0  # x\ngetstream==7.0.0\nb==1\n"
    assert outcome.change.notes == ("requirements.txt: added `getstream==7.0.0` beside `stream-chat==4.33.0`",)


@pytest.mark.parametrize(
    ("target", "after"),
    [("4.2.0", "getstream>=4.2,<5\n"), ("5.1.0", "getstream>=5.1,<6\n"), ("6.1.0", "getstream>=6.1,<7\n")],
)
def test_the_range_is_that_of_the_target(run: Any, target: str, after: str) -> None:
    assert run("requirements.txt", "stream-chat>=4\n", target=target).after == after


def test_a_target_that_is_no_version_is_refused(run: Any) -> None:
    with pytest.raises(ValueError, match="no version"):
        run("requirements.txt", "stream-chat\n", target="latest")


@pytest.mark.parametrize("existing", ["getstream==2.1.0", "getstream>=2,<3", "getstream<7", "getstream~=6.1"])
def test_another_major_release_of_getstream_is_for_a_person(run: Any, existing: str) -> None:
    before = f"stream-chat==4.33.0\n{existing}\n"
    outcome = run("requirements.txt", before)
    assert (outcome.after, outcome.ids) == (before, ["SM583:2"])
    assert "--target" in outcome.change.findings[0].hint


@pytest.mark.parametrize(
    ("existing", "after"), [("getstream==7.0.0rc1", "getstream==7.0.0"), ("getstream~=6.0.0", "getstream~=6.1.0")]
)
def test_a_plain_pin_of_the_same_major_release_is_raised(run: Any, existing: str, after: str) -> None:
    target = "7.0.0" if after.endswith("7.0.0") else "6.1.0"
    assert run("requirements.txt", f"{existing}  # x\n", target=target).after == f"{after}  # x\n"


@pytest.mark.parametrize(
    "line",
    [
        "stream-chat @ git+https://user:hunter2@host/fork.git@main",
        "-e git+https://github.com/GetStream/stream-chat-python.git@v4.33.0#egg=stream-chat",
        "git+https://github.com/GetStream/stream-chat-python.git",
        "./wheels/stream_chat-4.33.0-py3-none-any.whl",
        "https://host/files/stream-chat-4.33.0.tar.gz",
    ],
)
def test_a_special_place_is_told(becomes: Any, line: str) -> None:
    outcome = becomes("requirements.txt", f"a\n{line}\n", "a\ngetstream>=7.0,<8\n", ["SM587:2"])
    assert "hunter2" not in str((outcome.change.notes, outcome.change.findings))


def test_only_old_pythons_have_it(run: Any) -> None:
    before = "stream-chat==4.20.0; python_version < '3.10'\n"
    assert run("requirements.txt", before).after == before
    assert run("requirements.txt", before).ids == ["SM584:1"]


def test_hashes_need_the_tool(run: Any) -> None:
    before = "a==1 \\\n    --hash=sha256:00\nstream-chat==4.33.0 \\\n    --hash=sha256:11 \\\n    --hash=sha256:22\n"
    outcome = run("requirements.txt", before)
    assert (outcome.after, outcome.ids) == (before, ["SM582:3"])
    assert "uv pip compile --generate-hashes requirements.in" in outcome.change.findings[0].hint
    beside = run("requirements.txt", before, others={"poetry.lock": ""}).change.findings[0].hint
    assert beside == "run `poetry lock && poetry export -f requirements.txt -o requirements.txt`"


HEADS = [
    pytest.param(
        "#\n# This file is autogenerated by pip-compile with Python 3.11\n# by the following command:\n#\n"
        "#    pip-compile --output-file=requirements.txt requirements.in\n#\n",
        "pip-compile --output-file=requirements.txt requirements.in",
        id="pip-compile",
    ),
    pytest.param(
        "# This file was autogenerated by uv via the following command:\n"
        "#    uv pip compile requirements.in -o requirements.txt\n",
        "uv pip compile requirements.in -o requirements.txt",
        id="uv",
    ),
    pytest.param("# This file is @generated by PDM.\n# Please do not edit it manually.\n", "pdm export", id="PDM"),
]


@pytest.mark.parametrize(("head", "command"), HEADS)
def test_what_is_compiled_is_not_edited_but_its_source_is(run: Any, head: str, command: str) -> None:
    before = f"{head}\nstream-chat==4.33.0\n    # via -r requirements.in\n"
    outcome = run("requirements.txt", before, others={"requirements.in": "stream-chat\n"})
    assert outcome.after == before
    assert [one.hint for one in outcome.change.findings] == [f"run `{command}`"]
    assert outcome.all["requirements.in"].after == b"getstream>=7.0,<8\n"
    renewed = f"{head}\ngetstream==7.0.0\n"
    again = run("requirements.txt", renewed, others={"requirements.in": "getstream>=7.0,<8\n"})
    assert again.all == {}


def test_constraints_go_with_the_requirements(run: Any) -> None:
    outcome = run(
        "constraints.txt",
        "flask==3.0\nstream-chat==4.33.0\n",
        others={"requirements.txt": "-c constraints.txt\nstream-chat\nflask\n"},
    )
    assert outcome.after == "flask==3.0\ngetstream==7.0.0\n"
    assert outcome.all["requirements.txt"].after == b"-c constraints.txt\ngetstream>=7.0,<8\nflask\n"


def test_a_constraint_on_getstream_that_does_not_fit_is_told(run: Any) -> None:
    outcome = run(
        "constraints.txt", "getstream==2.1\n", others={"requirements.txt": "-c constraints.txt\nstream-chat\n"}
    )
    assert outcome.ids == ["SM583:1"]


def test_getstream_in_a_file_that_is_taken_in_is_enough(run: Any) -> None:
    others = {"base.txt": "getstream>=7.0,<8\n"}
    outcome = run("requirements.txt", "-r base.txt\nstream-chat==4.33.0\n", others=others)
    assert outcome.after == "-r base.txt\n"


def test_a_file_in_utf_16_keeps_its_encoding() -> None:
    from streammigrate.manifests.model import Need
    from streammigrate.manifests.plan import plan_files

    before = "flask==3.0\r\nstream-chat==4.33.0\r\n".encode("utf-16")
    (change,) = plan_files({"requirements.txt": before}, Need("7.0.0", v2=["app.py"]))
    assert change.after == "flask==3.0\r\ngetstream==7.0.0\r\n".encode("utf-16")


@pytest.mark.parametrize(
    "data",
    [b"stream-chat==4.33.0\n\xff\xfe\n", b"stream-chat==4.33.0\n\0", b"stream-chat=4.33.0\n", b"stream-chat 4.33\n"],
)
def test_what_is_malformed_is_told_and_left(data: bytes) -> None:
    from streammigrate.manifests.model import Need
    from streammigrate.manifests.plan import plan_files

    changes = plan_files({"requirements.txt": data}, Need("7.0.0", v2=["app.py"]))
    assert [one.changed for one in changes] == [False] * len(changes)
    assert "SM580" in [finding.id for one in changes for finding in one.findings]
