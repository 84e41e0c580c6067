import json

import click
from stream_chat import StreamChat

from chatadmin.output import Table


@click.group()
def users():
    """Users."""


@users.command()
@click.argument("user_id")
@click.option("--name", required=True)
@click.option("--admin", is_flag=True)
@click.pass_obj
def add(client: StreamChat, user_id, name, admin):
    user = {"id": user_id, "name": name}
    if admin:
        user["role"] = "admin"
    client.upsert_user(user)


@users.command()
@click.argument("user_ids", nargs=-1)
@click.pass_obj
def show(client, user_ids):
    table = Table()
    response = client.query_users({"id": {"$in": list(user_ids)}})
    for user in response["users"]:
        table.upsert_user({"id": user["id"], "name": user["role"]})
    table.delete_message("nobody")
    table.show()


@users.command()
@click.argument("user_id")
@click.pass_context
def token(ctx, user_id):
    click.echo(ctx.obj.create_token(user_id))


@users.command()
@click.argument("user_id")
@click.option("--hours", type=int, default=1)
@click.pass_context
def ban(ctx, user_id, hours):
    client = ctx.obj
    client.ban_user(user_id, user_id="admin", timeout=hours * 60, reason="by hand")


@users.command()
@click.option("--role", default="user")
@click.pass_obj
def export(client, role):
    """Print users as JSON lines."""
    for user in client.query_users({"role": role}, [{"field": "id", "direction": 1}])["users"]:
        click.echo(json.dumps(user, sort_keys=True))


@users.command("import")
@click.argument("lines", nargs=-1)
@click.pass_obj
def import_(client, lines):
    people = []
    for line in lines:
        user_id, _, name = line.partition("=")
        person = {"id": user_id}
        if name:
            person["name"] = name
        people.append(person)
    response = client.upsert_users(people)
    click.echo(", ".join(sorted(response["users"])))
