from getstream import StreamApiException
from getstream.models import UpdateUserPartialRequest, UserRequest

from jobs.audit import audit
from jobs.celery import app
from jobs.chat import get_client


@app.task(bind=True, max_retries=1)
def sync_user(self, user_id, name, teams=None):
    audit.upsert_user({"id": user_id})
    client = get_client()
    try:
        client.upsert_users(
            UserRequest(id=user_id, name=name, teams=teams or [], custom={"synced_by": "jobs"}),
        )
    except StreamApiException as error:
        raise self.retry(exc=error, countdown=0)


@app.task
def rename_user(user_id, name):
    get_client().update_users_partial(
        users=[UpdateUserPartialRequest(id=user_id, set={"name": name})],
    )


@app.task
def suspend_users(user_ids):
    client = get_client()
    for user_id in user_ids:
        client.deactivate_user(user_id=user_id, created_by_id="jobs")
    return len(user_ids)
