"""A mixin gives its views a client."""
import os

from stream_chat import StreamChat


class StreamMixin:
    def get_stream(self):
        return StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class View:
    def dispatch(self, method, **data):
        return getattr(self, method)(**data)


class ChannelView(StreamMixin, View):
    def post(self, name, owner):
        channel = self.get_stream().channel("team", name)
        channel.create(owner)
        channel.add_members([owner])
        return {"cid": channel.cid}

    def delete(self, name):
        self.get_stream().channel("team", name).delete()
        return {}


# drive
attempt("post", lambda: ChannelView().dispatch("post", name="general", owner="jane"))
attempt("delete", lambda: ChannelView().dispatch("delete", name="general"))
