"""What can be wrong with what `check` is given: the SM69x kinds of app settings and the SM79x kinds of data."""

from __future__ import annotations

from streammigrate.findings import Severity
from streammigrate.spec.problems import Problem

NOT_SETTINGS = Problem(
    id="SM690",
    name="settings-not-recognised",
    title="The document holds no app settings",
    explanation="App settings are the JSON that get_app_settings() of stream-chat or get_app() of getstream answers (a "
    "mapping with `app`), the settings alone as the Stream CLI prints them, or, beside those, the answers that list "
    "channel types, push providers and external storages.",
    hint="Save one of them: json.dump(client.get_app_settings(), file), or `stream-cli chat get-app > app.json`.",
)
WRONG_TYPE = Problem(
    id="SM691",
    name="setting-of-wrong-type",
    title="A setting has a value of the wrong type",
    explanation="The API answers this setting with a value of another type, so the document was changed, or is not what "
    "the API answered. Nothing can be judged from it.",
    hint="Save the settings anew.",
)
REFUSED = Problem(
    id="SM692",
    name="live-refused",
    title="The server refused the credentials",
    explanation="The server answered 401 or 403 to a request that was signed with STREAM_API_KEY and STREAM_API_SECRET.",
    hint="Check that key and secret belong to the same app and are those of the server side.",
)
RATE_LIMITED = Problem(
    id="SM693",
    name="live-rate-limited",
    title="The server limits the rate of requests",
    explanation="The server answered 429. The app's limit for reading settings is used up, by this or by other programs; "
    "nothing was repeated, so that nothing else is slowed down.",
    hint="Wait for the time that is named, then run the command again.",
)
UNREACHABLE = Problem(
    id="SM694",
    name="live-unreachable",
    title="The server cannot be reached",
    explanation="The name, the network or the server did not answer in time.",
    hint="Check the connection and --base-url, or give more time with --timeout.",
)
BAD_ANSWER = Problem(
    id="SM695",
    name="live-bad-answer",
    title="The server's answer is not an answer of the API",
    explanation="The server answered with an error, with something that is not JSON, with a redirect (which is not "
    "followed, since the request carries a token) or with more than app settings can be.",
    hint="Check --base-url: something other than Stream's API may answer there.",
)
NOTHING_GIVEN = Problem(
    id="SM696",
    name="nothing-to-judge",
    title="Nothing was given that could be judged",
    explanation="Without app settings and without data no check can run, and what was not looked at is not ready.",
    hint="Give --app-settings FILE, --live or --data FILE.",
)
FILE_NOT_JUDGED = Problem(
    id="SM697",
    name="file-not-judged",
    title="A Python file cannot be judged",
    explanation="The file names stream-chat or getstream and cannot be read: it is written for Python 2, is damaged, is "
    "nested too deeply, or has bytes in a comment that are not in its encoding. What the checks of code would say of it is "
    "not known, so that it does not count as ready.",
    hint="Correct the file, or leave it out: `exclude` under [tool.streammigrate.rewrite] of pyproject.toml.",
    severity=Severity.WARNING,
)
BAD_RECORD = Problem(
    id="SM790",
    name="record-unreadable",
    title="Records cannot be read",
    explanation="A line is not JSON, is not an object or is too long. It was passed over; all others were checked.",
    hint="Correct the lines that are named, or export them again.",
    severity=Severity.WARNING,
)
UNKNOWN_RECORD = Problem(
    id="SM791",
    name="record-of-unknown-kind",
    title="Records are of no kind that is known",
    explanation="A record is a user, channel, message, member or reaction: by its `type` when it is wrapped as "
    "Stream's imports are, else by what --data says (`user=FILE`), by the file's name, or by its fields.",
    hint="Say what the file holds: --data message=FILE.",
    severity=Severity.WARNING,
)
CUT_OFF = Problem(
    id="SM792",
    name="data-cut-off",
    title="The data ends early or is damaged",
    explanation="A compressed file or a JSON array ends before its end, or is damaged; what follows the place was not "
    "checked.",
    hint="Export the file again.",
)
NOT_RECORDS = Problem(
    id="SM793",
    name="data-not-records",
    title="The file is no list of records",
    explanation="Data is read as JSON Lines (a record on each line) or as a JSON array of records, also compressed by "
    "gzip.",
    hint="Write a record on each line.",
)

PROBLEMS: tuple[Problem, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Problem))
