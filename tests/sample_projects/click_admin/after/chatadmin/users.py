import click
from getstream import Stream
from getstream.models import QueryUsersPayload, UserRequest

from chatadmin.output import Table


@click.group()
def users():
    """Users."""


@users.command()
@click.argument("user_id")
@click.option("--name", required=True)
@click.option("--admin", is_flag=True)
@click.pass_obj
def add(client: Stream, user_id, name, admin):
    user = {"id": user_id, "name": name}
    if admin:
        user["role"] = "admin"
    client.upsert_users(
        UserRequest(id=user["id"], name=user["name"], role=user.get("role")),
    )


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
