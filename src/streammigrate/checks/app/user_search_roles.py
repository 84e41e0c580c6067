"""SM602: roles are kept from searching users by a setting that only permissions v1 reads."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    roles = settings.names("user_search_disallowed_roles")
    if not roles:
        return
    # The permission version matters to the wording alone, so that its absence does not silence this.
    under_v2 = settings.raw("permission_version") == "v2"
    effect = "has no effect under permissions v2" if under_v2 else "stops working with permissions v2"
    yield Answer(
        f"user_search_disallowed_roles {effect}",
        settings.at("user_search_disallowed_roles"),
        (),
        (Evidence("user_search_disallowed_roles", show.names(roles)),),
    )


CHECK = SettingsCheck(
    id="SM602",
    name="user-search-roles",
    title="A setting that only permissions v1 knows keeps roles from searching users",
    severity=Severity.WARNING,
    question="Is user_search_disallowed_roles in use?",
    explanation="Permissions v2 does not read user_search_disallowed_roles, so the roles that it names can search users "
    "there unless the app's grants say otherwise.",
    shows="the roles that are listed.",
    fix="Take the permission to search users from those roles in the app's grants (scope .app), then set the list to [].",
    url="https://getstream.io/chat/docs/python/migrating_from_legacy/",
    judge=_judge,
)
