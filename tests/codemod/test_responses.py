"""Responses through the codemod: what they become, and that programs read the same of them before and after."""

from __future__ import annotations

from textwrap import dedent

import programs
import pytest

from streammigrate.codemod.model import Applicability
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.answers import answerer
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import Trace, run

HEAD = """from stream_chat import StreamChat

client = StreamChat("key", "secret")


def loaded(value):
    return value


"""
BELOW = "    return value\n\n\n"
ROWS = {
    "a name of the project is called as_v1": (
        """
        as_v1 = 3
        r = client.query_users({})
        observe("whole", r)
        observe("own", as_v1)
        """,
        """
        as_v1 = 3
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        observe("whole", as_v1_v2(r))
        observe("own", as_v1)
        """,
    ),
    "a name that holds another thing first": (
        """
        r = {"users": [{"name": "nobody"}]}
        observe("read", r["users"][0]["name"])
        r = client.list_roles()
        observe("read", r["roles"][0]["name"])
        """,
        """
        r = {"users": [{"name": "nobody"}]}
        observe("read", r["users"][0]["name"])
        r = client.list_roles()
        observe("read", r.data.roles[0].name)
        """,
    ),
    "a parameter of the same name": (
        """
        def show(r):
            return r["users"]


        r = client.query_users({})
        observe("read", show({"users": 1}))
        observe("read", len(r["users"]))
        """,
        """
        def show(r):
            return r["users"]


        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        observe("read", show({"users": 1}))
        observe("read", len(r.data.users))
        """,
    ),
    "changed in place": (
        """
        r = client.query_users({})
        r["users"][0]["tier"] = "gold"
        r["extra"] = 1
        observe("whole", r)
        """,
        """
        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        r["users"][0]["tier"] = "gold"
        r["extra"] = 1
        observe("whole", r)
        """,
    ),
    "changed by what it is passed to, and read again": (
        """
        def strip(users):
            users.clear()


        r = client.query_users({})
        strip(r["users"])
        observe("read", len(r["users"]))
        """,
        """
        def strip(users):
            users.clear()


        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        strip(r["users"])
        observe("read", len(r["users"]))
        """,
    ),
    "an item that is changed through its name": (
        """
        r = client.query_users({})
        for user in r["users"]:
            user.update(seen=True)
        observe("read", [user["seen"] for user in r["users"]])
        """,
        """
        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        for user in r["users"]:
            user.update(seen=True)
        observe("read", [user["seen"] for user in r["users"]])
        """,
    ),
    "one of two names for it": (
        """
        r = client.query_users({})
        other = r
        other["extra"] = 1
        observe("read", "extra" in r)
        """,
        """
        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        other = r
        other["extra"] = 1
        observe("read", "extra" in r)
        """,
    ),
    "kept in two places": (
        """
        r = client.query_users({})
        held = [r["users"], r["users"]]
        observe("read", held[0] is held[1])
        """,
        """
        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        held = [r["users"], r["users"]]
        observe("read", held[0] is held[1])
        """,
    ),
    "bound by a loop and by nothing before it": (
        """
        r = None
        for offset in range(2):
            r = client.query_users({}, offset=offset)
        observe("read", len(r["users"]))
        """,
        """
        r = None
        for offset in range(2):
            r = as_v1(
                client.query_users(
                    payload=QueryUsersPayload(filter_conditions={}, offset=offset),
                ),
            )
        observe("read", len(r["users"]))
        """,
    ),
    "bound in one branch": (
        """
        r = {}
        if loaded([1]):
            r = client.list_roles()
        observe("read", r.get("roles", [])[:0])
        """,
        """
        r = {}
        if loaded([1]):
            r = as_v1(client.list_roles())
        observe("read", r.get("roles", [])[:0])
        """,
    ),
    "a closure that reads it later": (
        """
        def reader():
            r = client.list_roles()

            def names():
                return [role["name"] for role in r["roles"]]

            return names


        observe("read", reader()())
        """,
        """
        def reader():
            r = client.list_roles()

            def names():
                return [role.name for role in r.data.roles]

            return names


        observe("read", reader()())
        """,
    ),
    "a closure that lets it out": (
        """
        def reader():
            r = client.list_roles()

            def whole():
                return r

            return whole


        observe("read", reader()())
        """,
        """
        def reader():
            r = as_v1(client.list_roles())

            def whole():
                return r

            return whole


        observe("read", reader()())
        """,
    ),
    "a global name": (
        """
        LAST = None


        def load():
            global LAST
            LAST = client.list_roles()


        load()
        observe("read", LAST["roles"][0]["name"])
        """,
        """
        LAST = None


        def load():
            global LAST
            LAST = as_v1(client.list_roles())


        load()
        observe("read", LAST["roles"][0]["name"])
        """,
    ),
    "an attribute of a class": (
        """
        class Roles:
            all = client.list_roles()
            count = len(all["roles"])


        observe("read", [Roles.count, Roles.all["duration"]])
        """,
        """
        class Roles:
            all = as_v1(client.list_roles())
            count = len(all["roles"])


        observe("read", [Roles.count, Roles.all["duration"]])
        """,
    ),
    "deleted": (
        """
        r = client.list_roles()
        observe("read", r["duration"])
        del r
        """,
        """
        r = client.list_roles()
        observe("read", r.data.duration)
        del r
        """,
    ),
    "a key that is deleted": (
        """
        r = client.list_roles()
        del r["duration"]
        observe("read", "duration" in r)
        """,
        """
        r = as_v1(client.list_roles())
        del r["duration"]
        observe("read", "duration" in r)
        """,
    ),
    "a part that may be missing is changed": (
        """
        r = client.channel("messaging", "general").create("jane")
        if "channel" in r:
            r["channel"]["title"] = "Lobby"
        observe("read", r.get("channel", {}).get("title"))
        """,
        """
        r = as_v1(
            client.chat.channel("messaging", "general").get_or_create(
                data=ChannelInput(created_by_id="jane"),
                state=False,
            ),
        )
        if "channel" in r:
            r["channel"]["title"] = "Lobby"
        observe("read", r.get("channel", {}).get("title"))
        """,
    ),
    "what is asked for is of another response": (
        """
        def load(r):
            if "channel" not in r:
                return None
            r = client.channel("messaging", "general").create("jane")
            return r["channel"]["cid"]


        observe("read", [load({}), load({"channel": 1})])
        """,
        """
        def load(r):
            if "channel" not in r:
                return None
            r = client.chat.channel("messaging", "general").get_or_create(
                data=ChannelInput(created_by_id="jane"),
                state=False,
            )
            return as_v1(r)["channel"]["cid"]


        observe("read", [load({}), load({"channel": 1})])
        """,
    ),
    "what is there by now": (
        """
        def load():
            r = client.channel("messaging", "general").create("jane")
            if not r.get("channel"):
                return None
            channel = r.get("channel")
            observe("read", channel["id"] if channel else None)
            return r["channel"]["cid"], (r["channel"]["type"] if r["channel"].get("x_color") else None)


        observe("read", load())
        """,
        """
        def load():
            r = client.chat.channel("messaging", "general").get_or_create(
                data=ChannelInput(created_by_id="jane"),
                state=False,
            )
            if not r.data.channel:
                return None
            channel = r.data.channel
            observe("read", channel.id if channel else None)
            return r.data.channel.cid, (r.data.channel.type if r.data.channel.custom.get("x_color") else None)


        observe("read", load())
        """,
    ),
    "asked for its class": (
        """
        r = client.list_roles()
        if isinstance(r, dict):
            observe("read", r["roles"][0]["name"])
        """,
        """
        r = as_v1(client.list_roles())
        if isinstance(r, dict):
            observe("read", r["roles"][0]["name"])
        """,
    ),
    "a generator": (
        """
        def pages():
            for offset in range(2):
                r = client.query_users({}, offset=offset)
                yield r
                observe("count", len(r["users"]))


        for page in pages():
            page["users"].pop()
        """,
        """
        def pages():
            for offset in range(2):
                r = as_v1(
                    client.query_users(
                        payload=QueryUsersPayload(filter_conditions={}, offset=offset),
                    ),
                )
                yield r
                observe("count", len(r["users"]))


        for page in pages():
            page["users"].pop()
        """,
    ),
    "try and finally": (
        """
        def load(keep):
            try:
                r = client.query_users({})
                keep.append(r["users"])
                return r
            finally:
                observe("count", len(keep))


        observe("whole", load([]))
        """,
        """
        def load(keep):
            try:
                r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
                keep.append(r["users"])
                return r
            finally:
                observe("count", len(keep))


        observe("whole", load([]))
        """,
    ),
    "chains": (
        """
        r = client.query_users({})
        observe("read", [r["users"][0]["id"], r["users"][0]["role"], r["duration"]])
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        observe("read", [r.data.users[0].id, r.data.users[0].role, r.data.duration])
        """,
    ),
    "straight from the call": (
        """
        observe("read", client.list_roles()["roles"][0]["name"])
        observe("read", len(client.query_users({})["users"]))
        """,
        """
        observe("read", client.list_roles().data.roles[0].name)
        observe("read", len(client.query_users(
            payload=QueryUsersPayload(filter_conditions={}),
        ).data.users))
        """,
    ),
    "loops": (
        """
        r = client.query_users({})
        for index, user in enumerate(r["users"]):
            observe("read", [index, user["id"], user.get("x_color", "none"), "x_level" in user])
        for user, role in zip(r["users"], r["users"]):
            observe("read", [user["id"], role["id"]])
        observe("read", [user["id"] for user in r["users"] if user["banned"]])
        observe("read", any(user["online"] for user in r["users"]))
        observe("read", [user["id"] for user in sorted(r["users"], key=lambda user: user["id"])])
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        for index, user in enumerate(r.data.users):
            observe("read", [index, user.id, user.custom.get("x_color", "none"), "x_level" in user.custom])
        for user, role in zip(r.data.users, r.data.users):
            observe("read", [user.id, role.id])
        observe("read", [user.id for user in r.data.users if user.banned])
        observe("read", any(user.online for user in r.data.users))
        observe("read", [user.id for user in sorted(r.data.users, key=lambda user: user.id)])
        """,
    ),
    "maps": (
        """
        r = client.upsert_users([{"id": "jane"}, {"id": "joe"}])
        for user_id, user in r["users"].items():
            observe("read", [user_id, user["id"]])
        for user in r["users"].values():
            observe("read", user["role"])
        for user_id in r["users"]:
            observe("read", r["users"][user_id]["id"])
        observe("read", [sorted(r["users"]), list(r["users"].keys()), "jane" in r["users"], len(r["users"])])
        observe("read", r["users"].get("nobody") is None)
        """,
        """
        r = client.upsert_users(UserRequest(id="jane"), UserRequest(id="joe"))
        for user_id, user in r.data.users.items():
            observe("read", [user_id, user.id])
        for user in r.data.users.values():
            observe("read", user.role)
        for user_id in r.data.users:
            observe("read", r.data.users[user_id].id)
        observe("read", [sorted(r.data.users), list(r.data.users.keys()), "jane" in r.data.users, len(r.data.users)])
        observe("read", r.data.users.get("nobody") is None)
        """,
    ),
    "defaults": (
        """
        r = client.query_users({})
        for user in r.get("users", []):
            observe("read", [user.get("name", "none"), user.get("image"), user.get("role", "none")])
        observe("read", len(r.get("users") or []))
        observe("read", r.get("nothing", "none"))
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        for user in r.data.users:
            observe("read", [user.name if user.name is not None else "none", user.image, user.role])
        observe("read", len(r.data.users or []))
        observe("read", as_v1(r).get("nothing", "none"))
        """,
    ),
    "what may be missing": (
        """
        r = client.channel("messaging", "general").create("jane")
        observe("read", (r.get("channel") or {}).get("cid"))
        observe("read", r.get("channel", {}).get("cid", "none"))
        observe("read", (r.get("channel") or {}).get("x_color", "none"))
        observe("read", r["channel"]["cid"] if "channel" in r else None)
        if r.get("channel") and "x_level" in r["channel"]:
            observe("read", r["channel"]["x_level"])
        """,
        """
        r = as_v1(
            client.chat.channel("messaging", "general").get_or_create(
                data=ChannelInput(created_by_id="jane"),
                state=False,
            ),
        )
        observe("read", (r.get("channel") or {}).get("cid"))
        observe("read", r.get("channel", {}).get("cid", "none"))
        observe("read", (r.get("channel") or {}).get("x_color", "none"))
        observe("read", r["channel"]["cid"] if "channel" in r else None)
        if r.get("channel") and "x_level" in r["channel"]:
            observe("read", r["channel"]["x_level"])
        """,
    ),
    "a key that may be missing": (
        """
        r = client.query_users({})
        try:
            observe("read", r["users"][0]["name"])
        except KeyError:
            observe("read", "missing")
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        try:
            observe("read", as_v1(r.data.users[0])["name"])
        except KeyError:
            observe("read", "missing")
        """,
    ),
    "an error of a key further on is caught": (
        """
        r = client.channel("messaging", "general").create("jane")
        try:
            observe("read", r["channel"]["created_by"]["id"])
        except KeyError:
            observe("read", "missing")
        """,
        """
        r = client.chat.channel("messaging", "general").get_or_create(
            data=ChannelInput(created_by_id="jane"),
            state=False,
        )
        try:
            observe("read", as_v1(r)["channel"]["created_by"]["id"])
        except KeyError:
            observe("read", "missing")
        """,
    ),
    "custom data": (
        """
        user = client.query_users({})["users"][0]
        observe("read", [user.get("x_tags", []), "x_flag" in user, user.get("custom")])
        """,
        """
        user = client.query_users(payload=QueryUsersPayload(filter_conditions={})).data.users[0]
        observe("read", [user.custom.get("x_tags", []), "x_flag" in user.custom, as_v1(user).get("custom")])
        """,
    ),
    "keys that are not known": (
        """
        key = "duration"
        r = client.list_roles()
        observe("read", [r[key], r.get(key), key in r])
        """,
        """
        key = "duration"
        r = as_v1(client.list_roles())
        observe("read", [r[key], r.get(key), key in r])
        """,
    ),
    "tests": (
        """
        r = client.query_users({})
        if r and r["users"] and not r["users"][0]["banned"]:
            observe("read", r["users"][0].get("ban_expires") is None)
        observe("read", bool(r["users"]))
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        if r and r.data.users and not r.data.users[0].banned:
            observe("read", r.data.users[0].ban_expires is None)
        observe("read", bool(r.data.users))
        """,
    ),
    "texts": (
        """
        r = client.list_roles()
        observe("read", f"{r['roles'][0]['name']}: {len(r['roles'])}")
        observe("text", "%s" % r["duration"])
        """,
        """
        r = client.list_roles()
        observe("read", f"{r.data.roles[0].name}: {len(r.data.roles)}")
        observe("text", "%s" % r.data.duration)
        """,
    ),
    "walrus": (
        """
        if (r := client.query_users({})) and (users := r["users"]):
            observe("read", users[0]["id"])
        """,
        """
        if (r := client.query_users(payload=QueryUsersPayload(filter_conditions={}))) and (users := r.data.users):
            observe("read", users[0].id)
        """,
    ),
    "methods of the response": (
        """
        r = client.list_roles()
        observe("read", [r.is_ok(), r.status_code(), r.rate_limit().limit, r["duration"]])
        """,
        """
        r = client.list_roles()
        observe("read", [200 <= r.status_code() < 300, r.status_code(), r.rate_limit().limit, r.data.duration])
        """,
    ),
    "a time that becomes a datetime": (
        """
        from datetime import datetime

        user = client.query_users({})["users"][0]
        observe("read", datetime.fromisoformat(user["created_at"].replace("Z", "+00:00")))
        """,
        """
        from datetime import datetime

        user = client.query_users(payload=QueryUsersPayload(filter_conditions={})).data.users[0]
        observe("read", user.created_at)
        """,
    ),
    "times as texts": (
        """
        r = client.query_users({})
        user = r["users"][0]
        observe("read", [user["created_at"][:10], user["created_at"] > "2020-01-01", f"{user['updated_at']}"])
        """,
        """
        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        user = r["users"][0]
        observe("read", [user["created_at"][:10], user["created_at"] > "2020-01-01", f"{user['updated_at']}"])
        """,
    ),
    "a time that may be missing": (
        """
        user = client.query_users({})["users"][0]
        observe("read", user.get("deactivated_at", "never"))
        if user.get("last_active"):
            observe("read", user["last_active"].split("T")[0])
        """,
        """
        user = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))["users"][0]
        observe("read", user.get("deactivated_at", "never"))
        if user.get("last_active"):
            observe("read", user["last_active"].split("T")[0])
        """,
    ),
    "sorted by time": (
        """
        r = client.query_users({})
        observe("read", [user["id"] for user in sorted(r["users"], key=lambda user: user["created_at"], reverse=True)])
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        observe("read", [user.id for user in sorted(r.data.users, key=lambda user: as_v1(user.created_at), reverse=True)])
        """,
    ),
    "passed on": (
        """
        import json

        r = client.query_users({})
        observe("json", json.dumps(r["users"], sort_keys=True))
        observe("count", len(r["users"]))
        """,
        """
        import json

        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        observe("json", json.dumps(as_v1(r.data.users), sort_keys=True))
        observe("count", len(r.data.users))
        """,
    ),
    "passed to what may change it": (
        """
        r = client.query_users({})
        observe("read", r["users"][0]["id"])
        observe("whole", loaded(r["users"]))
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        observe("read", r.data.users[0].id)
        observe("whole", loaded(as_v1(r.data.users)))
        """,
    ),
    "returned": (
        """
        def users():
            r = client.query_users({})
            if not r["users"]:
                return None
            return {"users": r["users"], "next": r.get("next"), "first": r["users"][0]["id"]}


        observe("whole", users())
        """,
        """
        def users():
            r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
            if not r["users"]:
                return None
            return {"users": r["users"], "next": r.get("next"), "first": r["users"][0]["id"]}


        observe("whole", users())
        """,
    ),
    "stored": (
        """
        class Box:
            def load(self):
                self.last = client.list_roles()
                r = client.query_users({})
                self.users = r["users"]


        box = Box()
        box.load()
        observe("whole", [box.last, box.users])
        """,
        """
        class Box:
            def load(self):
                self.last = as_v1(client.list_roles())
                r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
                self.users = as_v1(r.data.users)


        box = Box()
        box.load()
        observe("whole", [box.last, box.users])
        """,
    ),
    "several places": (
        """
        import json

        r = client.query_users({})
        observe("json", json.dumps(r, sort_keys=True))
        observe("whole", r)
        """,
        """
        import json

        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        observe("json", json.dumps(r, sort_keys=True))
        observe("whole", r)
        """,
    ),
    "spread": (
        """
        observe("whole", {**client.list_roles(), "extra": 1})
        observe("whole", dict(client.list_roles()))
        """,
        """
        observe("whole", {**as_v1(client.list_roles()), "extra": 1})
        observe("whole", dict(as_v1(client.list_roles())))
        """,
    ),
    "compared": (
        """
        r = client.list_roles()
        observe("read", [r == {}, r is None, r["roles"] == []])
        """,
        """
        r = as_v1(client.list_roles())
        observe("read", [r == {}, r is None, r["roles"] == []])
        """,
    ),
    "unpacked": (
        """
        first, *rest = client.query_users({})["users"]
        observe("read", [first["id"], len(rest)])
        """,
        """
        first, *rest = as_v1(
            client.query_users(payload=QueryUsersPayload(filter_conditions={})).data.users,
        )
        observe("read", [first["id"], len(rest)])
        """,
    ),
    "annotated": (
        """
        r: dict = client.list_roles()
        observe("read", r["duration"])
        """,
        """
        r: dict = as_v1(client.list_roles())
        observe("read", r["duration"])
        """,
    ),
    "collected": (
        """
        found = []
        for offset in range(2):
            r = client.query_users({}, offset=offset)
            found.extend(r["users"])
        by_id = {user["id"]: user for user in found}
        observe("whole", by_id)
        """,
        """
        found = []
        for offset in range(2):
            r = client.query_users(
                payload=QueryUsersPayload(filter_conditions={}, offset=offset),
            )
            found.extend(as_v1(r.data.users))
        by_id = {user["id"]: user for user in found}
        observe("whole", by_id)
        """,
    ),
    "a list of members": (
        """
        found = client.channel("messaging", "general").query_members({})
        observe("read", [member.get("user_id") for member in found])
        observe("whole", found)
        """,
        """
        found = client.chat.query_members(
            payload=QueryMembersPayload(type="messaging", id="general", filter_conditions={}),
        ).data.members
        observe("read", [member.user_id for member in found])
        observe("whole", as_v1(found))
        """,
    ),
    "members and no more": (
        """
        for member in client.channel("messaging", "general").query_members({}):
            observe("read", member["channel_role"])
        """,
        """
        for member in client.chat.query_members(
            payload=QueryMembersPayload(type="messaging", id="general", filter_conditions={}),
        ).data.members:
            observe("read", member.channel_role)
        """,
    ),
    "a lambda": (
        """
        load = lambda: client.list_roles()
        observe("whole", load())
        """,
        """
        load = lambda: as_v1(client.list_roles())
        observe("whole", load())
        """,
    ),
    "lambdas": (
        """
        load = lambda: client.list_roles()
        observe("whole", load())
        observe("read", (lambda: client.list_roles())()["roles"][0]["name"])
        """,
        """
        load = lambda: as_v1(client.list_roles())
        observe("whole", load())
        observe("read", (lambda: client.list_roles())().data.roles[0].name)
        """,
    ),
    "a lambda that others call": (
        """
        def retried(call):
            return call()


        def load(ids):
            return retried(lambda: client.query_users({"id": {"$in": ids}}))


        observe("whole", load(["jane"])["users"])
        """,
        """
        def retried(call):
            return call()


        def load(ids):
            return retried(lambda: as_v1(
                client.query_users(
                    payload=QueryUsersPayload(filter_conditions={"id": {"$in": ids}}),
                ),
            ))


        observe("whole", load(["jane"])["users"])
        """,
    ),
    "a comprehension of responses": (
        """
        found = [client.query_users({}, offset=offset) for offset in range(2)]
        observe("read", [page["users"][0]["id"] for page in found])
        observe("whole", {role["name"]: role for role in client.list_roles()["roles"]})
        observe("count", len([role for role in client.list_roles()["roles"] if role["custom"]]))
        """,
        """
        found = [as_v1(
            client.query_users(payload=QueryUsersPayload(filter_conditions={}, offset=offset)),
        ) for offset in range(2)]
        observe("read", [page["users"][0]["id"] for page in found])
        observe("whole", {role.name: as_v1(role) for role in client.list_roles().data.roles})
        observe("count", len([role for role in client.list_roles().data.roles if role.custom]))
        """,
    ),
    "what a default of another shape would be": (
        """
        r = client.upsert_user({"id": "jane"})
        observe("read", r["users"].get("nobody", {}).get("name", "none"))
        observe("read", [user["id"] for user in r.get("nothing", [{"id": "own"}])])
        """,
        """
        r = as_v1(client.upsert_users(UserRequest(id="jane")))
        observe("read", r["users"].get("nobody", {}).get("name", "none"))
        observe("read", [user["id"] for user in r.get("nothing", [{"id": "own"}])])
        """,
    ),
    "an empty mapping for a response": (
        """
        def load():
            return (client.list_roles() or {}).get("roles", [])


        r = client.list_roles() or {}
        observe("read", [len(load()), r["duration"]])
        """,
        """
        def load():
            return as_v1(client.list_roles().data.roles)


        r = client.list_roles()
        observe("read", [len(load()), r.data.duration])
        """,
    ),
    "gone through twice": (
        """
        kept = []
        r = client.query_users({})
        for _ in range(2):
            for user in r["users"]:
                kept.append(user)
        observe("read", [kept[0] is kept[-1], len(kept)])
        """,
        """
        kept = []
        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        for _ in range(2):
            for user in r["users"]:
                kept.append(user)
        observe("read", [kept[0] is kept[-1], len(kept)])
        """,
    ),
    "alternatives": (
        """
        def load(whole):
            r = client.query_users({})
            if whole:
                found = loaded(r["users"])
            else:
                found = [user["id"] for user in r["users"]]
            return found


        observe("whole", [load(True), load(False)])
        """,
        """
        def load(whole):
            r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
            if whole:
                found = loaded(as_v1(r.data.users))
            else:
                found = [user.id for user in r.data.users]
            return found


        observe("whole", [load(True), load(False)])
        """,
    ),
    "a part beside what it is in": (
        """
        r = client.query_users({})
        observe("whole", {"all": r, "users": r["users"]})
        """,
        """
        r = as_v1(client.query_users(payload=QueryUsersPayload(filter_conditions={})))
        observe("whole", {"all": r, "users": r["users"]})
        """,
    ),
    "what each of two ifs asks for": (
        """
        r = client.query_users({})
        user = r["users"][0]
        if "name" in user and user.get("image"):
            observe("read", [user["name"], user["image"]])
        observe("read", user["name"] if "name" in user else user["id"])
        observe("read", "image" in user and len(user["image"]))
        """,
        """
        r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))
        user = r.data.users[0]
        if user.name is not None and user.image:
            observe("read", [user.name, user.image])
        observe("read", user.name if user.name is not None else user.id)
        observe("read", user.image is not None and len(user.image))
        """,
    ),
    "suppressed": (
        """
        from contextlib import suppress

        r = client.channel("messaging", "general").create("jane")
        with suppress(KeyError):
            observe("read", r["channel"]["created_by"]["id"])
        observe("read", r["duration"])
        """,
        """
        from contextlib import suppress

        r = client.chat.channel("messaging", "general").get_or_create(
            data=ChannelInput(created_by_id="jane"),
            state=False,
        )
        with suppress(KeyError):
            observe("read", as_v1(r)["channel"]["created_by"]["id"])
        observe("read", r.data.duration)
        """,
    ),
    "errors in a name": (
        """
        ERRORS = (KeyError, ValueError)
        r = client.channel("messaging", "general").create("jane")
        try:
            observe("read", r["channel"]["created_by"]["id"])
        except ERRORS:
            observe("read", "missing")
        """,
        """
        ERRORS = (KeyError, ValueError)
        r = client.chat.channel("messaging", "general").get_or_create(
            data=ChannelInput(created_by_id="jane"),
            state=False,
        )
        try:
            observe("read", as_v1(r)["channel"]["created_by"]["id"])
        except ERRORS:
            observe("read", "missing")
        """,
    ),
    "the answer to a ban": (
        """
        observe("whole", client.ban_user("joe", user_id="jane"))
        observe("read", client.unban_user("joe")["duration"])
        observe("read", client.mute_user("joe", "jane")["duration"])
        """,
        """
        observe("whole", as_v1(client.moderation.ban(target_user_id="joe", banned_by_id="jane")))
        observe("read", client.moderation.unban(target_user_id="joe").data.duration)
        observe("read", client.moderation.mute(target_ids=["joe"], user_id="jane").data.duration)
        """,
    ),
    "responses in threads": (
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor


        async def roles():
            return await asyncio.to_thread(client.list_roles)


        def users(ids):
            with ThreadPoolExecutor() as pool:
                futures = [pool.submit(client.query_users, {"id": one}) for one in ids]
                return [future.result() for future in futures]


        observe("whole", asyncio.run(roles()))
        """,
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor


        async def roles():
            return as_v1(await asyncio.to_thread(client.list_roles))


        def users(ids):
            with ThreadPoolExecutor() as pool:
                futures = [pool.submit(
                    client.query_users,
                    payload=QueryUsersPayload(filter_conditions={"id": one}),
                ) for one in ids]
                return [as_v1(future.result()) for future in futures]


        observe("whole", asyncio.run(roles()))
        """,
    ),
}


ASYNC_ROWS = {
    "awaited": (
        """
        async def main(chat):
            r = await chat.query_users({})
            observe("read", [user["id"] for user in r["users"]])
            observe("whole", loaded(r["users"]))
            return await chat.list_roles()
        """,
        """
        async def main(chat):
            r = await chat.query_users(payload=QueryUsersPayload(filter_conditions={}))
            observe("read", [user.id for user in r.data.users])
            observe("whole", loaded(as_v1(r.data.users)))
            return as_v1(await chat.list_roles())
        """,
    ),
    "read where it is awaited": (
        """
        async def main(chat):
            observe("read", (await chat.list_roles())["roles"][0]["name"])
            observe("whole", dict(await chat.list_roles()))
            return (await chat.channel("messaging", "general").query_members({}))[0]["channel_role"]
        """,
        """
        async def main(chat):
            observe("read", (await chat.list_roles()).data.roles[0].name)
            observe("whole", dict(as_v1(await chat.list_roles())))
            return (await chat.chat.query_members(
                payload=QueryMembersPayload(type="messaging", id="general", filter_conditions={}),
            )).data.members[0].channel_role
        """,
    ),
    "gathered and unpacked": (
        """
        async def main(chat):
            users, roles = await asyncio.gather(chat.query_users({}), chat.list_roles())
            loaded(users["users"])
            observe("count", len(users["users"]))
            return roles["roles"][0]["name"]
        """,
        """
        async def main(chat):
            users, roles = await asyncio.gather(chat.query_users(
                payload=QueryUsersPayload(filter_conditions={}),
            ), chat.list_roles())
            users = as_v1(users)
            loaded(users["users"])
            observe("count", len(users["users"]))
            return roles.data.roles[0].name
        """,
    ),
    "gathered": (
        """
        async def main(chat):
            pages = await asyncio.gather(*[chat.query_users({}, offset=offset) for offset in range(2)])
            return [page["users"] for page in pages]
        """,
        """
        async def main(chat):
            pages = as_v1(
                await asyncio.gather(
                    *[chat.query_users(payload=QueryUsersPayload(filter_conditions={}, offset=offset)) for offset in range(2)],
                ),
            )
            return [page["users"] for page in pages]
        """,
    ),
    "members gathered and unpacked": (
        """
        async def main(chat):
            members, roles = await asyncio.gather(
                chat.channel("messaging", "general").query_members({}), chat.list_roles()
            )
            observe("read", members[0]["channel_role"])
            return roles
        """,
        """
        async def main(chat):
            members, roles = await asyncio.gather(
                chat.chat.query_members(
                    payload=QueryMembersPayload(
                        type="messaging",
                        id="general",
                        filter_conditions={},
                    ),
                ), chat.list_roles()
            )
            members = as_v1(members.data.members)
            observe("read", members[0]["channel_role"])
            return as_v1(roles)
        """,
    ),
}
ASYNC_HEAD = """import asyncio

from stream_chat import StreamChatAsync


def loaded(value):
    return value


"""
ASYNC_TAIL = """

async def run():
    async with StreamChatAsync("key", "secret") as chat:
        observe("end", await main(chat))


asyncio.run(run())
"""


def program(body: str) -> str:
    return HEAD + dedent(body).lstrip("\n")


def rewritten(source: str, **settings: object) -> str:
    chosen = RewriteSettings(todo=False, unproven=True)._replace(**settings)  # type: ignore[arg-type]
    return rewrite_source(source.encode(), "program.py", chosen).after.decode()


@pytest.mark.parametrize(("before", "after"), ROWS.values(), ids=ROWS)
def test_the_code_becomes(before: str, after: str) -> None:
    assert rewritten(program(before)).partition(BELOW)[2] == dedent(after).lstrip("\n")


@pytest.mark.parametrize("before", [row[0] for row in ROWS.values()], ids=ROWS)
def test_every_site_is_safe(before: str) -> None:
    result = rewrite_source(program(before).encode(), "program.py", RewriteSettings(todo=False, unproven=True))
    assert result.troubles == ()
    assert [site.instruction for site in result.sites if site.applicability is not Applicability.SAFE] == []


@pytest.mark.parametrize("before", [row[0] for row in ROWS.values()], ids=ROWS)
def test_a_second_run_changes_nothing(before: str) -> None:
    once = rewritten(program(before))
    assert rewritten(once) == once


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "with absent fields"])
@pytest.mark.parametrize("before", [row[0] for row in ROWS.values()], ids=ROWS)
def test_the_program_reads_the_same(before: str, complete: bool) -> None:
    _check_runs(program(before), complete)


@pytest.mark.parametrize(("before", "after"), ASYNC_ROWS.values(), ids=ASYNC_ROWS)
def test_the_asynchronous_code_becomes_and_reads_the_same(before: str, after: str) -> None:
    source = ASYNC_HEAD + dedent(before).lstrip("\n") + ASYNC_TAIL
    text = rewritten(source)
    assert text.partition(BELOW)[2].partition("\n\nasync def run")[0] == dedent(after).lstrip("\n")
    assert rewritten(text) == text
    for complete in (True, False):
        _check_runs(source, complete)


def _check_runs(source: str, complete: bool) -> None:
    """Run a program before and after, and compare the requests and what it observes."""
    after = rewritten(source)
    for seed in range(3):
        old, new = (run(text, answer=answerer(seed, complete=complete)) for text in (source, after))
        assert old.observed
        assert [one.text for one in compare_traces(old, new) if not _fails_alike(one.path, old, new)] == []


def _fails_alike(path: str, old: Trace, new: Trace) -> bool:
    """Return whether a program ends at a missing field in both: v1 says KeyError, v2 that None has no attributes."""
    return path == "error" and old.error.startswith("KeyError") and "'NoneType' object" in new.error


LOST = {
    "a key that v2 has under another name": (
        'print(client.mute_user("joe", "jane")["mute"])',
        "v2 with a list `mutes`",
    ),
    "the whole of it": ('print(client.mute_user("joe", "jane"))', "v2's has no `mute`"),
    "another status": ('print(client.unban_user("joe").status_code())', "the status 201"),
    "an answer of another kind": ('print(client.flag_user("joe"))', "item_id of the review queue"),
}


@pytest.mark.parametrize(("before", "reason"), LOST.values(), ids=LOST)
def test_what_v2_does_not_answer_stays(before: str, reason: str) -> None:
    result = rewrite_source(program(before).encode(), "program.py", RewriteSettings(todo=False, unproven=True))
    assert not result.changed
    assert reason in " ".join(site.instruction for site in result.sites)


SENT_AGAIN = {
    "spread": (
        'r = client.get_message("m1")\nclient.update_message({**r["message"], "text": "x"})\n',
        True,
    ),
    "changed in place": (
        'message = client.get_message("m1")["message"]\nmessage["text"] = "x"\nclient.update_message(message)\n',
        True,
    ),
    "one of a list": (
        'for user in client.query_users({})["users"]:\n    user["level"] = 1\n    client.upsert_user(user)\n',
        True,
    ),
    "only its id": (
        'r = client.get_message("m1")\nprint(r)\nclient.delete_message(r["message"]["id"])\n',
        False,
    ),
    "only an id that may be missing": (
        'r = client.channel("messaging", "general").create("jane")\nclient.delete_message(r["channel"]["id"])\n',
        False,
    ),
}


@pytest.mark.parametrize(("before", "said"), SENT_AGAIN.values(), ids=SENT_AGAIN)
def test_what_is_read_and_sent_again_is_unsafe(before: str, said: bool) -> None:
    result = rewrite_source(program(before).encode(), "program.py", RewriteSettings(todo=False, unproven=True))
    told = [site.applicability for site in result.sites if "what was read is sent again" in site.instruction]
    assert told == ([Applicability.UNSAFE] if said else [])


WITHOUT = {
    "returned": ("def f():\n    return client.query_users({})\n", "SM506"),
    "logged": ("r = client.query_users({})\nprint(r)\n", "SM506"),
    "a time": ('r = client.query_users({})\nprint(r["users"][0]["created_at"])\n', "SM506"),
    "changed": ('r = client.query_users({})\nr["users"] = []\n', "SM507"),
    "an optional field": ('print(client.query_users({})["users"][0]["name"])\n', "SM507"),
    "gathered": ("async def f(x):\n    return [client.list_roles(), await x]\n", "SM506"),
}


@pytest.mark.parametrize(("before", "reason"), WITHOUT.values(), ids=WITHOUT)
def test_without_helpers_it_is_left(before: str, reason: str) -> None:
    settings = RewriteSettings(todo=False, unproven=True, helpers=False)
    result = rewrite_source(program(before).encode(), "program.py", settings)
    assert not result.changed
    assert reason in [facet.reason for site in result.sites for facet in site.facets]


def test_without_helpers_what_is_understood_moves() -> None:
    before = 'r = client.query_users({})\nfor user in r["users"]:\n    print(user["id"], user.get("tier"))\n'
    after = rewritten(program(before), helpers=False)
    assert after.endswith('for user in r.data.users:\n    print(user.id, user.custom.get("tier"))\n')
    assert "compat" not in after


def test_a_name_that_another_file_reads_has_v1s_shape() -> None:
    files = {
        "app.py": HEAD + "ROLES = client.list_roles()\nprint(ROLES['duration'])\n",
        "views.py": "import app\n\nprint(app.ROLES['roles'])\n",
    }
    assert "ROLES = as_v1(client.list_roles())\nprint(ROLES['duration'])\n" in programs.rewritten(files)["app.py"]
    files["views.py"] = "import app\n"
    assert "ROLES = client.list_roles()\nprint(ROLES.data.duration)\n" in programs.rewritten(files)["app.py"]


ANNOTATED = """
from stream_chat.types.stream_response import StreamResponse


def load() -> StreamResponse:
    return client.list_roles()


def show(found: "StreamResponse") -> None:
    if isinstance(found, StreamResponse):
        observe("read", [found["duration"], found.status_code()])


show(load())
"""


def test_what_is_annotated_as_a_response_has_the_class_of_the_helpers() -> None:
    source = program(ANNOTATED)
    after = rewritten(source)
    assert "def load() -> V1Response:\n    return as_v1(client.list_roles())\n" in after
    assert 'def show(found: "V1Response") -> None:\n    if isinstance(found, V1Response):\n' in after
    assert "stream_chat" not in after
    _check_runs(source, complete=True)


def test_the_annotation_stays_where_calls_stay() -> None:
    source = program(ANNOTATED + "client.unflag_user('a')\n")
    assert "def load() -> StreamResponse:" in rewritten(source)
