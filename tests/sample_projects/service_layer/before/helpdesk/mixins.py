class PeopleMixin:
    """Needs `client` and `audit` of whatever it is mixed into."""

    def welcome(self, user_id, name):
        user = {"id": user_id, "name": name}
        self.audit.upsert_user(user)
        self.client.upsert_user({"id": user_id, "name": name, "welcomed": True})

    def quiet(self, user_id):
        self.client.mute_user(user_id, "helpdesk", timeout=30)
