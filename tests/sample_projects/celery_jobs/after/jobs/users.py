from getstream import StreamApiException
from getstream.models import QueryUsersPayload, UpdateUserPartialRequest, UserRequest

from jobs.audit import audit
from jobs.celery import app
from jobs.chat import get_client
from jobs.retry import busy, patient
from jobs.stream_compat import as_v1, from_v1_each


@app.task(bind=True, max_retries=1)
def sync_user(self, user_id, name, teams=None):
    audit.upsert_user({"id": user_id})
    client = get_client()
    try:
        client.upsert_users(UserRequest(id=user_id, name=name, teams=teams or [], custom={"synced_by": "jobs"}))
    except StreamApiException as error:
        raise self.retry(exc=error, countdown=0)


@app.task
def rename_user(user_id, name):
    get_client().update_users_partial(users=[UpdateUserPartialRequest(id=user_id, set={"name": name})])


@app.task
def suspend_users(user_ids):
    client = get_client()
    for user_id in user_ids:
        client.deactivate_user(user_id=user_id, created_by_id="jobs")
    return len(user_ids)


def payload_of(row):
    payload = {"id": row["id"], "name": row["name"]}
    if row.get("email"):
        payload["email"] = row["email"]
    payload.update(row.get("extra", {}))
    return payload


@app.task
@patient(times=2)
def import_users(rows):
    response = get_client().upsert_users(*from_v1_each(UserRequest, [payload_of(row) for row in rows]))
    return {user_id: user.role for user_id, user in response.data.users.items()}


@app.task
def profile(user_id):
    """The result goes through the broker as JSON."""
    try:
        return as_v1(get_client().query_users(payload=QueryUsersPayload(filter_conditions={"id": user_id})).data.users)
    except Exception as error:
        if busy(error):
            return "busy"
        raise
