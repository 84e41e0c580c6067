import click
from getstream import Stream

from chatadmin.channels import channels
from chatadmin.users import users


@click.group()
@click.option("--api-key", envvar="STREAM_API_KEY", required=True)
@click.option("--api-secret", envvar="STREAM_API_SECRET", required=True)
@click.option("--timeout", default=15.0, show_default=True)
@click.pass_context
def cli(ctx, api_key, api_secret, timeout):
    """Looks after a chat from the terminal."""
    ctx.obj = Stream(api_key=api_key, api_secret=api_secret, timeout=timeout)


cli.add_command(users)
cli.add_command(channels)


@cli.command()
@click.pass_obj
def ping(client):
    """Say whether the keys are right."""
    client.get_app()
    click.echo("It works.")


if __name__ == "__main__":
    cli()
