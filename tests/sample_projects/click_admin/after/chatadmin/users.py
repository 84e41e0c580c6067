import json

import click
from getstream import Stream
from getstream.models import QueryUsersPayload, SortParamRequest, UserRequest

from chatadmin.output import Table
from chatadmin.stream_compat import as_v1, from_v1, from_v1_each


@click.group()
def users():
    """Users."""


@users.command()
@click.argument("user_id")
@click.option("--name", required=True)
@click.option("--admin", is_flag=True)
@click.pass_obj
def add(client: Stream, user_id, name, admin):
    user = UserRequest(id=user_id, name=name)
    if admin:
        user.role = "admin"
    client.upsert_users(user)


@users.command()
@click.argument("user_ids", nargs=-1)
@click.pass_obj
def show(client, user_ids):
    table = Table()
    response = client.query_users(
        payload=QueryUsersPayload(filter_conditions={"id": {"$in": list(user_ids)}}),
    )
    for user in response.data.users:
        table.upsert_user({"id": user.id, "name": user.role})
    table.delete_message("nobody")
    table.show()


@users.command()
@click.argument("user_id")
@click.pass_context
def token(ctx, user_id):
    click.echo(ctx.obj.create_token(user_id=user_id))


@users.command()
@click.argument("user_id")
@click.option("--hours", type=int, default=1)
@click.pass_context
def ban(ctx, user_id, hours):
    client = ctx.obj
    client.moderation.ban(
        target_user_id=user_id,
        banned_by_id="admin",
        timeout=hours * 60,
        reason="by hand",
    )


@users.command()
@click.option("--role", default="user")
@click.pass_obj
def export(client, role):
    """Print users as JSON lines."""
    for user in client.query_users(
        payload=QueryUsersPayload(
            filter_conditions={"role": role},
            sort=[SortParamRequest(field="id", direction=1)],
        ),
    ).data.users:
        click.echo(json.dumps(as_v1(user), sort_keys=True))


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
    response = client.upsert_users(*from_v1_each(UserRequest, people))
    click.echo(", ".join(sorted(response.data.users)))
