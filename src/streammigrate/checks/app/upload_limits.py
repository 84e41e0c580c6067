"""SM614: uploads are limited by size, extension or media type."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings, Part, typed
from streammigrate.findings import Severity

LARGEST = 104_857_600
"""The bytes that both specs allow for `size_limit`."""

_LISTS = ("allowed_file_extensions", "blocked_file_extensions", "allowed_mime_types", "blocked_mime_types")


def _judge(settings: AppSettings) -> Iterator[Answer]:
    for setting, what in (("file_upload_config", "files"), ("image_upload_config", "images")):
        config = settings.part(setting)
        if config is None:
            continue
        evidence = tuple(_limits(config))
        if evidence:
            yield Answer(f"uploads of {what} are limited", config.at, (setting,), evidence)


def _limits(config: Part) -> Iterator[Evidence]:
    for name in _LISTS:
        listed = config.node.get(name)
        if listed is not None and typed(listed, list, "a list", config.child(name)):
            yield Evidence(name, show.names(sorted(str(item) for item in listed)))
    size = config.node.get("size_limit")
    # 0 is how an app without a limit of its own answers.
    if size is not None and 0 < typed(size, int, "a whole number", config.child("size_limit")) < LARGEST:
        yield Evidence("size_limit", f"{size:,} bytes")


CHECK = SettingsCheck(
    id="SM614",
    name="upload-limits",
    title="Uploads are limited",
    severity=Severity.NOTICE,
    question="Do limits on uploads depend on a file's name or media type?",
    explanation="The limits stay in force. stream-chat's send_file() and send_image() take a name and a content type with "
    "each upload; getstream's uploads take a path alone, from whose ending the content type is guessed. A file under "
    "another name, such as a temporary file without an ending, is then refused by the same limits that let it through.",
    shows="the lists that are not empty, and a size limit below the 100 MiB that the API allows.",
    fix="Give uploaded files a name with the right ending before the upload, and try one of each kind.",
    judge=_judge,
)
