"""What can be said of manifests (SM580–SM589) and of environment variables (SM590–SM591)."""

from __future__ import annotations

from streammigrate.findings import Severity
from streammigrate.spec.problems import Problem

MALFORMED = Problem(
    id="SM580",
    name="manifest-malformed",
    title="A manifest cannot be read",
    explanation="The file is named like one that lists dependencies, but it cannot be parsed as such. It is left alone.",
    hint="Correct the file, or change it by hand: `getstream` beside `stream-chat`.",
    severity=Severity.WARNING,
)
BY_HAND = Problem(
    id="SM581",
    name="dependency-by-hand",
    title="A dependency has to be changed by hand",
    explanation="The place installs stream-chat, but it is made by code or by a shell, so that an edit could change more "
    "than is meant.",
    severity=Severity.WARNING,
)
GENERATED = Problem(
    id="SM582",
    name="generated-requirements",
    title="A file of requirements is made by a tool",
    explanation="The file is compiled from another one, is a lock file, or carries the hashes of all that is installed. It "
    "is not edited: the tool that makes it knows which releases of all other packages go with getstream.",
    severity=Severity.WARNING,
)
RANGE = Problem(
    id="SM583",
    name="getstream-range",
    title="The range of getstream does not allow the release that is aimed at",
    explanation="The manifest lists getstream already, for another release than the new code is written for. Code of the "
    "project that uses getstream today may need changes for the other release.",
    severity=Severity.WARNING,
)
PYTHON = Problem(
    id="SM584",
    name="python-too-old",
    title="The project supports a Python that getstream does not run on",
    explanation="getstream 4.2 to 7.0 need Python 3.10 or later and say that they stay below 4.0. An installation with "
    "another Python fails, or takes a much older getstream without a word.",
    severity=Severity.WARNING,
)
NOT_LISTED = Problem(
    id="SM585",
    name="getstream-not-listed",
    title="No manifest has a place for getstream",
    explanation="The code uses getstream, but no manifest from its folder up to the root lists stream-chat or getstream.",
    severity=Severity.WARNING,
)
UNUSED = Problem(
    id="SM586",
    name="stream-chat-unused",
    title="A manifest lists stream-chat for code that is not in view",
    explanation="No file that the manifest stands for uses stream-chat or getstream. It may install a program from "
    "another folder, or may have been forgotten.",
    severity=Severity.NOTICE,
)
SOURCE = Problem(
    id="SM587",
    name="other-source",
    title="stream-chat is taken from a special place",
    explanation="The manifest takes stream-chat from a URL, a repository, a folder, or an index of its own. That place is "
    "not carried over to getstream, which comes from the usual index.",
    severity=Severity.NOTICE,
)
CONFLICT = Problem(
    id="SM588",
    name="dependency-conflict",
    title="Another dependency does not go with getstream",
    explanation="getstream needs a release of a package that the manifest excludes, so that the installation fails.",
    severity=Severity.WARNING,
)
CAME_ALONG = Problem(
    id="SM589",
    name="dependency-came-along",
    title="A package that is imported came with stream-chat only",
    explanation="stream-chat installs packages that getstream does not, and the project imports one of them without "
    "listing it.",
    severity=Severity.WARNING,
)
VARIABLE = Problem(
    id="SM590",
    name="variable-not-read",
    title="getstream does not read an environment variable of stream-chat",
    explanation="stream-chat reads STREAM_CHAT_TIMEOUT (it beats the argument) and STREAM_CHAT_URL (the argument "
    "base_url beats it) when a client is made. getstream reads neither: it waits 30 seconds and sends to "
    "https://chat.stream-io-api.com.",
    severity=Severity.WARNING,
)
RENAMED = Problem(
    id="SM591",
    name="variable-renamed",
    title="STREAM_BASE_URL is read in one case only",
    explanation="getstream reads STREAM_BASE_URL only where a client is made with `base_url=None`, and then needs "
    "STREAM_API_KEY in the environment too. Without the argument it sends to https://chat.stream-io-api.com, "
    "which is production.",
    severity=Severity.WARNING,
)

KINDS = (
    *(MALFORMED, BY_HAND, GENERATED, RANGE, PYTHON, NOT_LISTED, UNUSED, SOURCE, CONFLICT, CAME_ALONG),
    *(VARIABLE, RENAMED),
)
