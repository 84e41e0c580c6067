import os

from flask import Flask
from getstream import Stream

from board.journal import Journal


def create_app(config=None):
    app = Flask(__name__)
    app.config.update(
        STREAM_API_KEY=os.environ["STREAM_API_KEY"],
        STREAM_API_SECRET=os.environ["STREAM_API_SECRET"],
        MODERATOR="moderator",
    )
    app.config.update(config or {})
    app.extensions["chat"] = Stream(
        api_key=app.config["STREAM_API_KEY"],
        api_secret=app.config["STREAM_API_SECRET"],
        timeout=6.0,
    )
    app.extensions["journal"] = Journal()
    app.extensions["cards"] = {}

    from board import members, posts

    app.register_blueprint(posts.bp)
    app.register_blueprint(members.bp, url_prefix="/members")

    return app
