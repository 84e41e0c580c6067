#!/usr/bin/env python
"""Deletes what is old, and goes on where something cannot be deleted."""

import logging
import os
import sys

from getstream import Stream, StreamApiException

log = logging.getLogger("cleanup")


def delete_messages(client: Stream, ids) -> int:
    failed = 0
    for message_id in ids:
        try:
            client.chat.delete_message(id=message_id, hard=True)
        except StreamApiException as error:
            if error.status_code == 404:
                log.info("%s is gone already", message_id)
                continue
            log.warning("%s stays: %s (%s)", message_id, error.message, error.code)
            failed += 1
    return failed


def delete_channels(client: Stream, cids) -> str:
    try:
        response = client.chat.delete_channels(cids=cids, hard_delete=True)
    except (StreamApiException, KeyError):
        return ""
    return response.data.task_id if response.data.task_id is not None else ""


def main() -> int:
    client = Stream(
        api_key=os.environ["STREAM_API_KEY"],
        api_secret=os.environ["STREAM_API_SECRET"],
        timeout=6.0,
    )
    failed = delete_messages(client, ["message-1", "message-2", "message-3"])
    task = delete_channels(client, ["messaging:old", "messaging:older"])
    print("failed:", failed, "task:", bool(task))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
