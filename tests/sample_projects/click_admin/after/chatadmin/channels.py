import click
from getstream import StreamApiException
from getstream.models import ChannelInput, ChannelMemberRequest


@click.group()
def channels():
    """Channels."""


@channels.command("open")
@click.argument("channel_id")
@click.option("--member", "members", multiple=True)
@click.pass_obj
def open_channel(client, channel_id, members):
    channel = client.chat.channel("team", channel_id)
    channel.get_or_create(data=ChannelInput(created_by_id="admin"), state=False)
    for member in members:
        channel.update(add_members=[ChannelMemberRequest(user_id=member)])


@channels.command()
@click.argument("cids", nargs=-1)
@click.option("--hard", is_flag=True)
@click.pass_obj
def delete(client, cids, hard):
    try:
        client.chat.delete_channels(cids=list(cids), hard_delete=hard)
    except StreamApiException as error:
        raise click.ClickException(f"Stream said {error.status_code}")
    click.echo(f"{len(cids)} channels")
