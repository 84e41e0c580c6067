import click
from stream_chat.base.exceptions import StreamAPIException


@click.group()
def channels():
    """Channels."""


@channels.command("open")
@click.argument("channel_id")
@click.option("--member", "members", multiple=True)
@click.pass_obj
def open_channel(client, channel_id, members):
    channel = client.channel("team", channel_id)
    channel.create("admin")
    for member in members:
        channel.add_members([{"user_id": member}])


@channels.command()
@click.argument("cids", nargs=-1)
@click.option("--hard", is_flag=True)
@click.pass_obj
def delete(client, cids, hard):
    try:
        client.delete_channels(list(cids), hard_delete=hard)
    except StreamAPIException as error:
        raise click.ClickException(f"Stream said {error.status_code}")
    click.echo(f"{len(cids)} channels")
