"""SM609: something of the app is kept in a storage of its owner: S3, Azure Blob Storage or Google Cloud Storage."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, CannotSayError, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings, Part, items_of, text_of, typed
from streammigrate.findings import Severity

_TYPES = {"s3": "Amazon S3", "gcs": "Google Cloud Storage", "abs": "Azure Blob Storage"}


def _judge(settings: AppSettings) -> Iterator[Answer]:
    if settings.app is None and settings.external_storages is None:
        raise CannotSayError("no document holds the app's storages")
    for storage in settings.external_storages or []:
        kind = text_of(storage, "type")
        name = text_of(storage, "name") or storage.at.pointer.rpartition("/")[2]
        message = f"an external storage is in use: {_TYPES.get(kind, 'of another kind')}"
        yield Answer(message, storage.at, ("storage", name), (Evidence("name", show.value(name)),))
    if settings.app is not None:
        yield from _in_the_settings(settings)


def _in_the_settings(settings: AppSettings) -> Iterator[Answer]:
    role = "moderation_s3_image_access_role_arn"
    if settings.text(role):
        yield Answer(
            "moderation reads images from Amazon S3", settings.at(role), ("moderation",), (Evidence(role, "set"),)
        )
    calls = settings.part("call_types") if settings.raw("call_types") is not None else None
    for name, call in items_of(calls) if calls is not None else ():
        storage = text_of(call, "recording_external_storage")
        if storage:
            evidence = Evidence("recording_external_storage", show.value(storage))
            at = call.child("recording_external_storage")
            yield Answer("recordings of a call type go to an external storage", at, ("recording", name), (evidence,))
    for position, hook in enumerate(settings.hooks()):
        failover = hook.node.get("failover_config")
        at = hook.child("failover_config")
        if failover is not None and text_of(Part(at, typed(failover, dict, "an object", at)), "s3_bucket"):
            yield Answer("events that cannot be delivered go to Amazon S3", at, ("failover", str(position)))


CHECK = SettingsCheck(
    id="SM609",
    name="external-storage",
    title="An external storage is in use",
    severity=Severity.NOTICE,
    question="Is anything of the app kept in a storage of your own (S3, Azure, Google Cloud)?",
    explanation="Storages are configured in the app and stay as they are. What changes is who reads and writes them: "
    "programs that parse links to files, buckets or paths, and the rights of the roles that are named, belong to the "
    "cutover. The storages themselves are listed by list_external_storage().",
    shows="the kind and the name of each storage, never its bucket, path or credentials.",
    fix="After the cutover check each storage with check_external_storage(), and upload and read a file once.",
    judge=_judge,
)
