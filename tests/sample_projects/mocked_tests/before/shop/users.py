"""Customers and their tokens."""

import logging

from stream_chat.base.exceptions import StreamAPIException

from shop.clients import get_client

logger = logging.getLogger(__name__)


def register(customer_id, name, vip=False):
    role = "vip" if vip else "user"
    try:
        get_client().upsert_user({"id": customer_id, "name": name, "role": role})
    except StreamAPIException:
        logger.warning("could not register %s", customer_id)
        return None
    return get_client().create_token(customer_id)


def forget(customer_id):
    get_client().deactivate_user(customer_id, mark_messages_deleted=True)


def names(customer_ids):
    response = get_client().query_users({"id": {"$in": customer_ids}})
    return [user["name"] for user in response["users"]]
