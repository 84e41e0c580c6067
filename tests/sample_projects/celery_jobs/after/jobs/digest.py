from celery import shared_task
from celery.utils.log import get_task_logger
from getstream.models import MessageRequest

from . import chat

log = get_task_logger(__name__)


@shared_task
def post_digest(channel_id, lines):
    client = chat.get_client()
    channel = client.chat.channel("team", channel_id)
    channel.send_message(message=MessageRequest(text="\n".join(lines), silent=True, user_id="digest"))
    log.info("sent %d lines", len(lines))


@shared_task
def count_unread(user_id):
    client = chat.get_client()
    response = client.chat.unread_counts(user_id=user_id)
    return response.data.total_unread_count


@shared_task
def clean_up(channel_ids):
    """Empties channels, and removes the bot from them."""
    client = chat.get_client()
    for channel_id in channel_ids:
        channel = client.chat.channel("team", channel_id)
        channel.truncate()
        channel.update(remove_members=["digest"])
