"""Customers and their tokens."""

import logging

from getstream import StreamApiException
from getstream.models import QueryUsersPayload, UserRequest

from shop.clients import get_client
from shop.stream_compat import as_v1

logger = logging.getLogger(__name__)


def register(customer_id, name, vip=False):
    role = "vip" if vip else "user"
    try:
        get_client().upsert_users(UserRequest(id=customer_id, name=name, role=role))
    except StreamApiException:
        logger.warning("could not register %s", customer_id)
        return None
    return get_client().create_token(user_id=customer_id)


def forget(customer_id):
    get_client().deactivate_user(user_id=customer_id, mark_messages_deleted=True)


def names(customer_ids):
    response = get_client().query_users(payload=QueryUsersPayload(filter_conditions={"id": {"$in": customer_ids}}))
    return [as_v1(user)["name"] for user in response.data.users]
