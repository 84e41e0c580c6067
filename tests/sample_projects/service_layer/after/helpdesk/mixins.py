from getstream.models import UserRequest

class PeopleMixin:
    """Needs `client` and `audit` of whatever it is mixed into."""

    def welcome(self, user_id, name):
        user = {"id": user_id, "name": name}
        self.audit.upsert_user(user)
        self.client.upsert_users(UserRequest(id=user_id, name=name, custom={"welcomed": True}))

    def quiet(self, user_id):
        self.client.moderation.mute(target_ids=[user_id], user_id="helpdesk", timeout=30)
