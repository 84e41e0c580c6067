import asyncio
import logging

from getstream import AsyncStream
from getstream.models import ChannelInput, UserRequest

from .commands import COMMANDS
from .config import Config
from .fakes import FakeChat

log = logging.getLogger(__name__)


async def announce(client: AsyncStream, config: Config) -> None:
    await client.upsert_users(UserRequest(id=config.name, role="admin", name="Helper"))
    channel = client.chat.channel("messaging", "lobby")
    await channel.get_or_create(data=ChannelInput(created_by_id=config.name), state=False)


async def work_off(lines: list[str]) -> list[object]:
    config = Config.from_env()
    results = []
    async with AsyncStream(api_key=config.api_key, api_secret=config.api_secret, timeout=8) as client:
        await announce(client, config)
        for line in lines:
            room, command, *args = line.split()
            results.append(await COMMANDS[command](client, config.name, room, args))
    return results


async def rehearse(lines: list[str]) -> list[str]:
    client = FakeChat()
    await client.upsert_user({"id": "helper-bot"})
    for line in lines:
        await client.delete_message(line)
    return client.told


def main(lines: list[str], rehearsal: bool = False) -> list:
    return asyncio.run(rehearse(lines) if rehearsal else work_off(lines))
