#!/usr/bin/env python
"""Deletes what is old, and goes on where something cannot be deleted."""

import logging
import os
import sys

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

log = logging.getLogger("cleanup")


def delete_messages(client: StreamChat, ids) -> int:
    failed = 0
    for message_id in ids:
        try:
            client.delete_message(message_id, hard=True)
        except StreamAPIException as error:
            if error.status_code == 404:
                log.info("%s is gone already", message_id)
                continue
            log.warning("%s stays: %s (%s)", message_id, error.error_message, error.error_code)
            failed += 1
    return failed


def delete_channels(client: StreamChat, cids) -> str:
    try:
        response = client.delete_channels(cids, hard_delete=True)
    except (StreamAPIException, KeyError):
        return ""
    return response.get("task_id", "")


def main() -> int:
    client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
    failed = delete_messages(client, ["message-1", "message-2", "message-3"])
    task = delete_channels(client, ["messaging:old", "messaging:older"])
    print("failed:", failed, "task:", bool(task))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
