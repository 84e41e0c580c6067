"""What frameworks hand over and keep, over files: a decoy beside every kind of evidence."""

# ruff: noqa: E501  # one line of a program is one line

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from programs import resolvers, rewrite_all, rewritten

from streammigrate.codemod.index import find_project
from streammigrate.codemod.resolve import Confidence, Receiver
from streammigrate.codemod.settings import RewriteSettings

PROVEN, LIKELY = Confidence.PROVEN, Confidence.LIKELY
CLIENTS = "from stream_chat import StreamChat\nchat = StreamChat('k', 's')\ndef get_chat():\n    return chat\n"
FAKES = "class Fake:\n    def go(self): ...\n"


class Row(NamedTuple):
    """A program in which `.go` is looked up once."""

    files: Mapping[str, str]
    cls: str = ""
    """Empty for a decoy."""
    confidence: Confidence = PROVEN


def program(text: str, **files: str) -> dict[str, str]:
    """Return a program of several files in one text: `# path` begins each."""
    found: dict[str, str] = {"clients.py": CLIENTS, "fakes.py": FAKES}
    path = "app.py"
    for line in text.strip("\n").splitlines():
        if line.startswith("# ") and line.endswith(".py"):
            path = line[2:]
            found[path] = ""
        else:
            found[path] = found.get(path, "") + line + "\n"
    return found | files


def proven(text: str, cls: str = "StreamChat") -> Row:
    return Row(program(text), cls)


def likely(text: str, cls: str = "StreamChat") -> Row:
    return Row(program(text), cls, LIKELY)


def decoy(text: str) -> Row:
    return Row(program(text))


def resolved(files: Mapping[str, str]) -> tuple[Receiver | None, bool]:
    """Return what the receiver of the only `.go` or `.upsert_user` outside fakes.py is, and whether it may be something."""
    found: list[tuple[Receiver | None, bool]] = []
    for path, resolver in resolvers(files).items():
        if path != "fakes.py":
            nodes = [n for n in ast.walk(resolver.tree) if isinstance(n, ast.Attribute)]
            asked = [node.value for node in nodes if node.attr in ("go", "upsert_user")]
            found += [(resolver.receiver(node), resolver.may_be(node)) for node in asked]
    (answer,) = found
    return answer


def check(row: Row) -> None:
    receiver, may_be = resolved(row.files)
    if not row.cls:
        assert receiver is None or receiver.confidence is Confidence.UNKNOWN, receiver.evidence
    else:
        assert receiver is not None
        assert (receiver.cls, receiver.confidence) == (row.cls, row.confidence), receiver.evidence
        assert may_be


STATE = "# main.py\nfrom fastapi import FastAPI\nfrom clients import chat\nfrom fakes import Fake\n"
VIEW = "# views.py\nfrom fastapi import Request\n"

FASTAPI = {
    "Depends over files": proven(
        "from fastapi import Depends\nfrom clients import get_chat\ndef view(chat=Depends(get_chat)):\n    chat.go()"
    ),
    "Depends of another thing": decoy(
        "from fastapi import Depends\nfrom clients import get_chat\nfrom fakes import Fake\ndef view(chat=Depends(Fake)):\n    chat.go()"
    ),
    "Depends that is not FastAPI's": decoy(
        "from mine import Depends\nfrom clients import get_chat\ndef view(chat=Depends(get_chat)):\n    chat.go()"
    ),
    "Depends of one thing or another": likely(
        "from fastapi import Depends\nfrom clients import get_chat\nfrom fakes import Fake\ndef get(debug: bool):\n    if debug:\n        return Fake()\n    return get_chat()\ndef view(chat=Depends(get)):\n    chat.go()"
    ),
    "Depends of what is not known, annotated": proven(
        "from fastapi import Depends\nfrom stream_chat import StreamChat\nfrom other import get\ndef view(chat: StreamChat = Depends(get)):\n    chat.go()"
    ),
    "Depends of what is not known": decoy(
        "from fastapi import Depends\nfrom stream_chat import StreamChat\nfrom other import get\ndef view(chat=Depends(get)):\n    chat.go()"
    ),
    "Depends by keyword": proven(
        "from fastapi import Depends\nfrom clients import get_chat\ndef view(chat=Depends(dependency=get_chat)):\n    chat.go()"
    ),
    "Security": proven(
        "import fastapi\nfrom clients import get_chat\ndef view(chat=fastapi.Security(get_chat, scopes=['a'])):\n    chat.go()"
    ),
    "Depends of a method": proven(
        "from fastapi import Depends\nfrom clients import get_chat\nclass Chats:\n    def get(self):\n        return get_chat()\nchats = Chats()\ndef view(chat=Depends(chats.get)):\n    chat.go()"
    ),
    "Depends of an object that is called": proven(
        "from fastapi import Depends\nfrom clients import get_chat\nclass Chats:\n    def __call__(self):\n        return get_chat()\ndef view(chat=Depends(Chats())):\n    chat.go()"
    ),
    "Depends of a class": proven(
        """
# service.py
from clients import chat
class Service:
    def __init__(self):
        self.chat = chat
# app.py
from fastapi import Depends
from service import Service
def view(service=Depends(Service)):
    service.chat.go()
"""
    ),
    "Depends without an argument": proven(
        """
# service.py
from fastapi import Depends
from clients import get_chat
class Service:
    def __init__(self, chat=Depends(get_chat)):
        self.chat = chat
# app.py
from fastapi import Depends
from service import Service
def view(service: Service = Depends()):
    service.chat.go()
"""
    ),
    "Depends without an argument, another class": decoy(
        "from fastapi import Depends\nfrom fakes import Fake\ndef view(chat: Fake = Depends()):\n    chat.go()"
    ),
    "Depends of what depends": proven(
        """
# deps.py
from fastapi import Depends
from clients import get_chat
def channel(chat=Depends(get_chat)):
    return chat.channel('messaging', 'general')
# app.py
from fastapi import Depends
from deps import channel
def view(channel=Depends(channel)):
    channel.go()
""",
        "Channel",
    ),
    "Depends of an async generator": proven(
        """
# deps.py
from stream_chat import StreamChatAsync
async def get():
    async with StreamChatAsync('k', 's') as chat:
        yield chat
# app.py
from fastapi import Depends
from deps import get
async def view(chat=Depends(get)):
    await chat.go()
""",
        "StreamChatAsync",
    ),
    "an alias of another module": proven(
        """
# deps.py
from typing import Annotated
from fastapi import Depends
from clients import get_chat
Chat = Annotated[object, Depends(get_chat)]
# app.py
from deps import Chat
def view(chat: Chat):
    chat.go()
"""
    ),
    "a quoted annotation": proven(
        "from typing import Annotated\nfrom fastapi import Depends\nfrom clients import get_chat\ndef view(chat: 'Annotated[object, Depends(get_chat)]'):\n    chat.go()"
    ),
    "an override for tests": proven(
        """
# main.py
from fastapi import FastAPI, Depends
from clients import get_chat
app = FastAPI()
@app.get('/')
def view(chat=Depends(get_chat)):
    chat.go()
# tests/test_main.py
from main import app
from clients import get_chat
from fakes import Fake
app.dependency_overrides[get_chat] = lambda: Fake()
"""
    ),
    "called by somebody else too": likely(
        "from fastapi import Depends\nfrom clients import get_chat\nfrom fakes import Fake\ndef view(chat=Depends(get_chat)):\n    chat.go()\nview(Fake())"
    ),
    "state": proven(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state of a client, too": proven(
        f"{STATE}app = FastAPI()\napp.state.client = chat\n{VIEW}def view(request: Request):\n    request.app.state.client.go()"
    ),
    "state of another thing": decoy(
        f"{STATE}app = FastAPI()\napp.state.chat = Fake()\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state under another name": decoy(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\n{VIEW}def view(request: Request):\n    request.app.state.db.go()"
    ),
    "state of the request and not of the application": decoy(
        f"{STATE}app = FastAPI()\napp.state.client = chat\n{VIEW}def view(request: Request):\n    request.state.client.go()"
    ),
    "state of the request": proven(
        f"{STATE}app = FastAPI()\n@app.middleware('http')\nasync def add(request: Request, call_next):\n    request.state.chat = chat\n    return await call_next(request)\n{VIEW}def view(request: Request):\n    request.state.chat.go()".replace(
            "import FastAPI\n", "import FastAPI, Request\n"
        )
    ),
    "state, stored twice": likely(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\ndef patch():\n    app.state.chat = Fake()\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state, and None at the end": proven(
        f"{STATE}app = FastAPI()\n@app.on_event('startup')\nasync def start():\n    app.state.chat = chat\n@app.on_event('shutdown')\nasync def stop():\n    app.state.chat = None\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state, in the lifespan": proven(
        f"{STATE}async def lifespan(app: FastAPI):\n    app.state.chat = chat\n    yield\napp = FastAPI(lifespan=lifespan)\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state, in a lifespan without annotations": proven(
        f"{STATE}async def lifespan(app):\n    app.state.chat = chat\n    yield\napp = FastAPI(lifespan=lifespan)\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state, as the lifespan yields it": proven(
        f"from contextlib import asynccontextmanager\n{STATE}from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def lifespan(app):\n    yield {{'chat': chat}}\napp = FastAPI(lifespan=lifespan)\n{VIEW}def view(request: Request):\n    request.state.chat.go()"
    ),
    "state, in a function that is given the application": proven(
        f"# setup.py\nfrom clients import chat\ndef set_up(app):\n    app.state.chat = chat\n{STATE}from setup import set_up\napp = FastAPI()\nset_up(app)\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state of an own class of application": proven(
        f"{STATE}class App(FastAPI):\n    pass\napp = App()\napp.state.chat = chat\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state, handed out by a dependency": proven(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\n# views.py\nfrom fastapi import Request, Depends\ndef get(request: Request):\n    return request.app.state.chat\ndef view(chat=Depends(get)):\n    chat.go()"
    ),
    "Starlette, no annotation": likely(
        "# main.py\nfrom starlette.applications import Starlette\nfrom clients import chat\napp = Starlette()\napp.state.chat = chat\n# views.py\ndef view(request):\n    request.app.state.chat.upsert_user({})"
    ),
    "Starlette, no annotation, stored twice": decoy(
        "# main.py\nfrom starlette.applications import Starlette\nfrom clients import chat\nfrom fakes import Fake\napp = Starlette()\napp.state.chat = chat\ndef patch():\n    app.state.chat = Fake()\n# views.py\ndef view(request):\n    request.app.state.chat.upsert_user({})"
    ),
    "state, and a stand-in of a test": proven(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()\n# tests/test_main.py\nfrom main import app\nfrom fakes import Fake\ndef test_view():\n    app.state.chat = Fake()"
    ),
    "state, in the test with the stand-in": likely(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\n# tests/test_main.py\nfrom main import app\nfrom fakes import Fake\ndef test_view():\n    app.state.chat = Fake()\n    app.state.chat.go()"
    ),
    "state of what is only called an application": likely(
        f"{STATE}def set_up(app):\n    app.state.chat = chat\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state, and an application that is not known": decoy(
        f"{STATE}from other import thing\napp = FastAPI()\napp.state.chat = chat\ndef set_up(app, x):\n    app.state.chat = x\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "a dependency, and a stand-in of a test": proven(
        "from fastapi import Depends\nfrom clients import get_chat\ndef view(chat=Depends(get_chat)):\n    chat.go()\n# tests/test_app.py\nfrom app import view\nfrom fakes import Fake\ndef test_view():\n    view(chat=Fake())"
    ),
    "state by setattr, and something else": likely(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\nsetattr(app.state, 'chat', Fake())\n{VIEW}def view(request: Request):\n    request.app.state.chat.go()"
    ),
    "state by getattr": proven(
        f"{STATE}app = FastAPI()\napp.state.chat = chat\n{VIEW}def view(request: Request):\n    getattr(request.app.state, 'chat').go()"
    ),
}

FLASK = {
    "g": proven(
        "# hooks.py\nfrom flask import g\nfrom clients import get_chat\ndef before():\n    g.chat = get_chat()\n# views.py\nfrom flask import g\ndef view():\n    g.chat.go()"
    ),
    "g of another thing": decoy(
        "# hooks.py\nfrom flask import g\nfrom fakes import Fake\ndef before():\n    g.chat = Fake()\n# views.py\nfrom flask import g\ndef view():\n    g.chat.go()"
    ),
    "a g that is not Flask's": decoy(
        "# hooks.py\nfrom flask import g\nfrom clients import get_chat\ndef before():\n    g.client = get_chat()\n# views.py\nfrom mine import g\ndef view():\n    g.client.go()"
    ),
    "g by a getter": proven(
        "# hooks.py\nfrom flask import g\nfrom clients import chat\ndef get():\n    if 'client' not in g:\n        g.client = chat\n    return g.client\n# views.py\nfrom hooks import get\ndef view():\n    get().go()"
    ),
    "g.get": proven(
        "# hooks.py\nfrom flask import g\nfrom clients import chat\ndef before():\n    g.client = chat\n# views.py\nfrom flask import g\ndef view():\n    g.get('client').go()"
    ),
    "extensions": proven(
        "# main.py\nfrom flask import Flask\nfrom clients import chat\ndef create_app():\n    app = Flask(__name__)\n    app.extensions['chat'] = chat\n    return app\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.extensions['chat'].go()"
    ),
    "extensions under another key": decoy(
        "# main.py\nfrom flask import Flask\nfrom clients import chat\ndef create_app():\n    app = Flask(__name__)\n    app.extensions['chat'] = chat\n    return app\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.extensions['db'].go()"
    ),
    "another mapping of the application": decoy(
        "# main.py\nfrom flask import Flask\nfrom clients import chat\ndef create_app():\n    app = Flask(__name__)\n    app.extensions['chat'] = chat\n    return app\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.config['chat'].go()"
    ),
    "config": proven(
        "# main.py\nfrom flask import Flask\nfrom clients import chat\napp = Flask(__name__)\napp.config['CHAT'] = chat\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.config['CHAT'].go()"
    ),
    "config by update": proven(
        "# main.py\nfrom flask import Flask\nfrom clients import chat\napp = Flask(__name__)\napp.config.update(DEBUG=True, CHAT=chat)\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.config.get('CHAT').go()"
    ),
    "config of another thing": decoy(
        "# main.py\nfrom flask import Flask\napp = Flask(__name__)\napp.config['CHAT'] = 'key'\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.config['CHAT'].go()"
    ),
    "an attribute of the application": proven(
        "# main.py\nfrom flask import Flask\nfrom clients import chat\ndef create_app():\n    app = Flask(__name__)\n    app.chat = chat\n    return app\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.chat.go()"
    ),
    "an attribute of another application": decoy(
        "# main.py\nfrom mine import Thing\nfrom clients import chat\nthing = Thing()\nthing.client = chat\n# views.py\nfrom flask import current_app\ndef view():\n    current_app.client.go()"
    ),
    "a proxy": proven(
        "# proxies.py\nfrom werkzeug.local import LocalProxy\nfrom flask import current_app\nchat = LocalProxy(lambda: current_app.extensions['chat'])\n# main.py\nfrom flask import Flask\nfrom clients import chat\napp = Flask(__name__)\napp.extensions['chat'] = chat\n# views.py\nfrom proxies import chat\ndef view():\n    chat.go()"
    ),
    "a proxy of another thing": decoy(
        "# proxies.py\nfrom werkzeug.local import LocalProxy\nfrom fakes import Fake\nfrom clients import get_chat\nchat = LocalProxy(lambda: Fake())\n# views.py\nfrom proxies import chat\ndef view():\n    chat.go()"
    ),
    "a proxy that is not known": decoy(
        "# proxies.py\nfrom mine import LocalProxy\nfrom clients import get_chat\nclient = LocalProxy(get_chat)\n# views.py\nfrom proxies import client\ndef view():\n    client.go()"
    ),
    "an extension": proven(
        """
# ext.py
from stream_chat import StreamChat
class Chat:
    def __init__(self, app=None):
        self.client = None
        if app is not None:
            self.init_app(app)
    def init_app(self, app):
        self.client = StreamChat(app.config['KEY'], app.config['SECRET'])
        app.extensions['chat'] = self
# main.py
from flask import Flask
from ext import Chat
chat = Chat()
def create_app():
    app = Flask(__name__)
    chat.init_app(app)
    return app
# views.py
from flask import current_app
def view():
    current_app.extensions['chat'].client.go()
"""
    ),
}

CLICK = {
    "pass_obj": proven(
        """
# cli.py
import click
from clients import get_chat
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = get_chat()
# commands.py
import click
from cli import cli
@cli.command()
@click.argument('user')
@click.pass_obj
def add(client, user):
    client.go()
"""
    ),
    "pass_obj, the other parameter": decoy(
        """
# cli.py
import click
from clients import get_chat
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = get_chat()
# commands.py
import click
from cli import cli
@cli.command()
@click.argument('user')
@click.pass_obj
def add(client, user):
    user.go()
"""
    ),
    "pass_obj of another object": decoy(
        """
# cli.py
import click
from fakes import Fake
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = Fake()
@cli.command()
@click.pass_obj
def add(client):
    client.go()
"""
    ),
    "pass_context": proven(
        """
# cli.py
import click
from clients import get_chat
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = get_chat()
@cli.command()
@click.pass_context
def add(context):
    context.obj.go()
"""
    ),
    "a key of the object": proven(
        """
# cli.py
import click
from clients import get_chat
@click.group()
@click.option('--debug')
@click.pass_context
def cli(ctx, debug):
    ctx.ensure_object(dict)
    ctx.obj['debug'] = debug
    ctx.obj['chat'] = get_chat()
@cli.command()
@click.pass_context
def add(ctx):
    ctx.obj['chat'].go()
if __name__ == '__main__':
    cli(obj={})
"""
    ),
    "another key of the object": decoy(
        """
# cli.py
import click
from clients import get_chat
@click.group()
@click.option('--db')
@click.pass_context
def cli(ctx, db):
    ctx.ensure_object(dict)
    ctx.obj['db'] = db
    ctx.obj['chat'] = get_chat()
@cli.command()
@click.pass_context
def add(ctx):
    ctx.obj['db'].go()
"""
    ),
    "a mapping as the object": proven(
        """
# cli.py
import click
from clients import get_chat
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = {'chat': get_chat(), 'debug': False}
@cli.command()
@click.pass_obj
def add(obj):
    obj['chat'].go()
"""
    ),
    "an own object": proven(
        """
# cli.py
import click
from clients import get_chat
class State:
    def __init__(self, client):
        self.client = client
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = State(get_chat())
@cli.command()
@click.pass_obj
def add(state):
    state.client.go()
"""
    ),
    "a decorator that passes a class": proven(
        """
# cli.py
import click
from stream_chat import StreamChat
pass_chat = click.make_pass_decorator(StreamChat)
# commands.py
import click
from cli import pass_chat
@click.command()
@pass_chat
def add(chat):
    chat.go()
"""
    ),
    "a decorator that passes another class": decoy(
        """
# cli.py
import click
from fakes import Fake
pass_chat = click.make_pass_decorator(Fake)
# commands.py
import click
from cli import pass_chat
@click.command()
@pass_chat
def add(chat):
    chat.go()
"""
    ),
    "typer": proven(
        """
# cli.py
import typer
from clients import get_chat
app = typer.Typer()
@app.callback()
def main(ctx: typer.Context):
    ctx.obj = get_chat()
# commands.py
import typer
from cli import app
@app.command()
def add(ctx: typer.Context):
    ctx.obj.go()
"""
    ),
    "two programs with an object each": likely(
        """
# cli.py
import click
from clients import get_chat
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = get_chat()
@cli.command()
@click.pass_obj
def add(client):
    client.go()
# other.py
import click
from fakes import Fake
@click.group()
@click.pass_context
def other(ctx):
    ctx.obj = Fake()
"""
    ),
    "the context by a call": proven(
        """
# cli.py
import click
from clients import get_chat
def main():
    click.get_current_context().obj = get_chat()
# commands.py
import click
def add():
    click.get_current_context().obj.go()
"""
    ),
}

DJANGO = {
    "settings by manage.py": proven(
        """
# manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.conf')
# site1/__init__.py
# site1/conf.py
from stream_chat import StreamChat
CHAT = StreamChat('k', 's')
# app/views.py
from django.conf import settings
def view(request):
    settings.CHAT.go()
"""
    ),
    "settings by name": likely(
        """
# site1/__init__.py
# site1/settings.py
from stream_chat import StreamChat
CHAT = StreamChat('k', 's')
# app/views.py
from django.conf import settings
def view(request):
    settings.CHAT.go()
"""
    ),
    "settings in parts": proven(
        """
# manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings.dev')
# site1/__init__.py
# site1/settings/__init__.py
# site1/settings/base.py
from stream_chat import StreamChat
CHAT = StreamChat('k', 's')
# site1/settings/dev.py
from .base import *
DEBUG = True
# app/views.py
from django.conf import settings
def view(request):
    settings.CHAT.go()
"""
    ),
    "settings of which one differs": likely(
        """
# manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings.dev')
# site1/__init__.py
# site1/settings/__init__.py
# site1/settings/dev.py
from stream_chat import StreamChat
CHAT = StreamChat('k', 's')
# site1/settings/test.py
from fakes import Fake
CHAT = Fake()
# app/views.py
from django.conf import settings
def view(request):
    settings.CHAT.go()
"""
    ),
    "another setting": decoy(
        """
# site1/__init__.py
# site1/settings.py
from stream_chat import StreamChat
CHAT = StreamChat('k', 's')
KEY = 'k'
# app/views.py
from django.conf import settings
def view(request):
    settings.KEY.go()
"""
    ),
    "settings of another package": decoy(
        """
# site1/__init__.py
# site1/settings.py
from stream_chat import StreamChat
CHAT = StreamChat('k', 's')
# app/views.py
from dynaconf import settings
def view(request):
    settings.CHAT.go()
"""
    ),
    "a configuration": proven(
        """
# rooms/__init__.py
# rooms/apps.py
from django.apps import AppConfig
from stream_chat import StreamChat
class RoomsConfig(AppConfig):
    name = 'rooms'
    client = None
    def ready(self):
        self.client = StreamChat('k', 's')
# rooms/views.py
from django.apps import apps
def view(request):
    apps.get_app_config('rooms').client.go()
"""
    ),
    "another configuration": decoy(
        """
# rooms/__init__.py
# rooms/apps.py
from django.apps import AppConfig
from stream_chat import StreamChat
class RoomsConfig(AppConfig):
    name = 'rooms'
    def ready(self):
        self.client = StreamChat('k', 's')
# rooms/views.py
from django.apps import apps
def view(request):
    apps.get_app_config('users').client.go()
"""
    ),
    "a middleware": likely(
        "# site1/__init__.py\n# site1/middleware.py\nfrom clients import chat\ndef middleware(get_response):\n    def inner(request):\n        request.chat = chat\n        return get_response(request)\n    return inner\n# rooms/views.py\ndef view(request):\n    request.chat.upsert_user({})"
    ),
    "a middleware, and another one": decoy(
        "# site1/__init__.py\n# site1/middleware.py\nfrom clients import chat\nfrom fakes import Fake\ndef middleware(get_response):\n    def inner(request):\n        request.chat = chat\n        return get_response(request)\n    return inner\ndef other(request):\n    request.chat = Fake()\n# rooms/views.py\ndef view(request):\n    request.chat.upsert_user({})"
    ),
    "a client of the module": proven(
        "# rooms/__init__.py\n# rooms/chat.py\nfrom stream_chat import StreamChat\nclient = StreamChat('k', 's')\n# rooms/views.py\nfrom .chat import client\ndef view(request):\n    client.go()"
    ),
    "a signal handler that calls with the client": proven(
        "# rooms/__init__.py\n# rooms/init.py\ndef initialize(client):\n    client.go()\n# rooms/signals.py\nfrom django.dispatch import receiver\nfrom clients import chat\nfrom .init import initialize\n@receiver('post_save')\ndef on_save(sender, **kwargs):\n    initialize(chat)"
    ),
}

CONFTEST = "# tests/conftest.py\nimport pytest\nfrom clients import chat as real\nfrom fakes import Fake\n@pytest.fixture\ndef client():\n    return real\n"

PYTEST = {
    "a conftest": proven(f"{CONFTEST}# tests/api/test_a.py\ndef test_a(client):\n    client.go()"),
    "a fixture of another name": decoy(f"{CONFTEST}# tests/api/test_a.py\ndef test_a(server):\n    server.go()"),
    "a nearer conftest": decoy(
        f"{CONFTEST}# tests/api/conftest.py\nimport pytest\nfrom fakes import Fake\n@pytest.fixture\ndef client():\n    return Fake()\n# tests/api/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "a conftest of another folder": decoy(f"{CONFTEST}# other/test_a.py\ndef test_a(client):\n    client.go()"),
    "a fixture of the module": decoy(
        f"{CONFTEST}# tests/test_a.py\nimport pytest\nfrom fakes import Fake\n@pytest.fixture\ndef client():\n    return Fake()\ndef test_a(client):\n    client.go()"
    ),
    "a fixture of the class": proven(
        "# tests/test_a.py\nimport pytest\nfrom clients import chat\nclass TestA:\n    @pytest.fixture\n    def client(self):\n        yield chat\n    def test_a(self, client):\n        client.go()"
    ),
    "a fixture of a base class": proven(
        "# tests/base.py\nimport pytest\nfrom clients import chat\nclass Base:\n    @pytest.fixture\n    def client(self):\n        yield chat\n# tests/test_a.py\nfrom tests.base import Base\nclass TestA(Base):\n    def test_a(self, client):\n        client.go()"
    ),
    "a fixture of another class": decoy(
        "# tests/test_a.py\nimport pytest\nfrom clients import chat\nclass TestA:\n    @pytest.fixture\n    def client(self):\n        yield chat\ndef test_a(client):\n    client.go()"
    ),
    "a fixture that builds on the one of its name": proven(
        f"{CONFTEST}# tests/api/conftest.py\nimport pytest\n@pytest.fixture\ndef client(client):\n    return client\n# tests/api/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "a fixture of a fixture": proven(
        f"{CONFTEST}@pytest.fixture\ndef channel(client):\n    return client.channel('a', 'b')\n# tests/api/test_a.py\ndef test_a(channel):\n    channel.go()",
        "Channel",
    ),
    "a fixture whose fixture is another one below": likely(
        f"{CONFTEST}@pytest.fixture\ndef room(client):\n    client.go()\n# tests/api/conftest.py\nimport pytest\nfrom fakes import Fake\n@pytest.fixture\ndef client():\n    return Fake()\n"
    ),
    "renamed": proven(
        "# tests/conftest.py\nimport pytest\nfrom clients import chat\n@pytest.fixture(name='client')\ndef make():\n    return chat\n# tests/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "renamed, by its old name": decoy(
        "# tests/conftest.py\nimport pytest\nfrom clients import chat\n@pytest.fixture(name='client')\ndef make():\n    return chat\n# tests/test_a.py\ndef test_a(make):\n    make.go()"
    ),
    "by getfixturevalue": proven(
        f"{CONFTEST}# tests/test_a.py\ndef test_a(request):\n    request.getfixturevalue('client').go()"
    ),
    "another by getfixturevalue": decoy(
        f"{CONFTEST}# tests/test_a.py\ndef test_a(request):\n    request.getfixturevalue('server').go()"
    ),
    "imported into the conftest": proven(
        "# tests/conftest.py\nfrom tests.fixtures import client\n# tests/fixtures.py\nimport pytest\nfrom clients import chat\n@pytest.fixture\ndef client():\n    return chat\n# tests/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "imported by a star": proven(
        "# tests/conftest.py\nfrom tests.fixtures import *\n# tests/fixtures.py\nimport pytest\nfrom clients import chat\n@pytest.fixture\ndef client():\n    return chat\n# tests/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "of a plugin": proven(
        "# tests/conftest.py\npytest_plugins = ['tests.fixtures']\n# tests/fixtures.py\nimport pytest\nfrom clients import chat\n@pytest.fixture\ndef client():\n    return chat\n# tests/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "a factory": proven(
        "# tests/conftest.py\nimport pytest\nfrom stream_chat import StreamChat\n@pytest.fixture\ndef make():\n    def inner(key):\n        return StreamChat(key, 's')\n    return inner\n# tests/test_a.py\ndef test_a(make):\n    make('k').go()"
    ),
    "a factory that is not called": decoy(
        "# tests/conftest.py\nimport pytest\nfrom stream_chat import StreamChat\n@pytest.fixture\ndef make():\n    def inner(key):\n        return StreamChat(key, 's')\n    return inner\n# tests/test_a.py\ndef test_a(make):\n    make.go()"
    ),
    "set on the test by a fixture": proven(
        f"{CONFTEST}# tests/test_a.py\nimport pytest\nclass TestA:\n    @pytest.fixture(autouse=True)\n    def set_up(self, client):\n        self.chat = client\n    def test_a(self):\n        self.chat.go()"
    ),
    "a stand-in for the client": decoy(
        "# tests/conftest.py\nimport pytest\nfrom unittest.mock import MagicMock\nfrom stream_chat import StreamChat\n@pytest.fixture\ndef client():\n    return MagicMock(spec=StreamChat)\n# tests/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "a client of the application": decoy(
        "# tests/conftest.py\nimport pytest\nfrom fastapi.testclient import TestClient\nfrom fastapi import FastAPI\nfrom clients import chat as client\napp = FastAPI()\n@pytest.fixture\ndef client():\n    return TestClient(app)\n# tests/test_a.py\nfrom clients import chat as client\ndef test_a(client):\n    client.go()"
    ),
    "parametrize wins": decoy(
        f"{CONFTEST}# tests/test_a.py\nimport pytest\nfrom fakes import Fake\n@pytest.mark.parametrize('client', [Fake()])\ndef test_a(client):\n    client.go()"
    ),
    "parametrize of several names": decoy(
        f"{CONFTEST}# tests/test_a.py\nimport pytest\nfrom fakes import Fake\n@pytest.mark.parametrize('n, client', [(1, Fake())])\ndef test_a(n, client):\n    client.go()"
    ),
    "parametrize of another name": proven(
        f"{CONFTEST}# tests/test_a.py\nimport pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_a(n, client):\n    client.go()"
    ),
    "parametrize of the fixture itself": proven(
        f"{CONFTEST}# tests/test_a.py\nimport pytest\n@pytest.mark.parametrize('client', [1, 2], indirect=True)\ndef test_a(client):\n    client.go()"
    ),
    "parametrize of the whole module": decoy(
        f"{CONFTEST}# tests/test_a.py\nimport pytest\nfrom fakes import Fake\npytestmark = pytest.mark.parametrize('client', [Fake()])\ndef test_a(client):\n    client.go()"
    ),
    "parametrize of what a fixture asks for": likely(
        f"{CONFTEST}@pytest.fixture\ndef room(client):\n    client.go()\n# tests/test_a.py\nimport pytest\nfrom fakes import Fake\n@pytest.mark.parametrize('client', [Fake()])\ndef test_a(client, room):\n    pass"
    ),
    "set on the class by a fixture": proven(
        f"{CONFTEST}@pytest.fixture(scope='class')\ndef on_class(request, client):\n    request.cls.chat = client\n# tests/test_a.py\nimport pytest\nimport unittest\n@pytest.mark.usefixtures('on_class')\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        self.chat.go()"
    ),
    "set on another class by a fixture": decoy(
        f"{CONFTEST}@pytest.fixture(scope='class')\ndef on_class(request, client):\n    request.cls.chat = client\n# tests/test_a.py\nimport unittest\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        self.chat.go()"
    ),
    "parameters of a fixture": proven(
        "# tests/conftest.py\nimport pytest\nfrom clients import chat\n@pytest.fixture(params=[chat])\ndef client(request):\n    return request.param\n# tests/test_a.py\ndef test_a(client):\n    client.go()"
    ),
    "a patch gives a mock": decoy(
        f"{CONFTEST}# tests/test_a.py\nfrom unittest.mock import patch\n@patch('app.client')\ndef test_a(client):\n    client.go()"
    ),
    "a patch with an object of its own": proven(
        f"{CONFTEST}# tests/test_a.py\nfrom unittest.mock import patch\n@patch('app.client', None)\ndef test_a(client):\n    client.go()"
    ),
    "not a test": decoy(f"{CONFTEST}# tests/helpers.py\ndef test_connection(client):\n    client.go()"),
    "a parameter with a default": decoy(f"{CONFTEST}# tests/test_a.py\ndef test_a(client=None):\n    client.go()"),
    "unittest does not know fixtures": decoy(
        f"{CONFTEST}# tests/test_a.py\nimport unittest\nclass TestA(unittest.TestCase):\n    def test_a(self, client):\n        client.go()"
    ),
    "unittest setUp": proven(
        "# tests/test_a.py\nimport unittest\nfrom clients import chat\nclass TestA(unittest.TestCase):\n    def setUp(self):\n        self.client = chat\n    def test_a(self):\n        self.client.go()"
    ),
    "unittest setUpClass": proven(
        "# tests/test_a.py\nimport unittest\nfrom clients import chat\nclass TestA(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.client = chat\n    def test_a(self):\n        self.client.go()"
    ),
    "unittest asyncSetUp in a base class": proven(
        "# tests/base.py\nimport unittest\nfrom stream_chat import StreamChatAsync\nclass Base(unittest.IsolatedAsyncioTestCase):\n    async def asyncSetUp(self):\n        self.client = StreamChatAsync('k', 's')\n# tests/test_a.py\nfrom tests.base import Base\nclass TestA(Base):\n    async def test_a(self):\n        await self.client.go()",
        "StreamChatAsync",
    ),
    "Django's setUpTestData": proven(
        "# tests/test_a.py\nfrom django.test import TestCase\nfrom clients import chat\nclass TestA(TestCase):\n    @classmethod\n    def setUpTestData(cls):\n        cls.chat = chat\n    def test_a(self):\n        self.chat.go()"
    ),
    "Django's own client": decoy(
        "# tests/test_a.py\nfrom django.test import TestCase\nfrom clients import chat\nclass TestA(TestCase):\n    @classmethod\n    def setUpTestData(cls):\n        cls.client = chat\n    def test_a(self):\n        self.client.go()"
    ),
    "Django's own client, replaced": proven(
        "# tests/test_a.py\nfrom django.test import TestCase\nfrom clients import chat\nclass TestA(TestCase):\n    def setUp(self):\n        self.client = chat\n    def test_a(self):\n        self.client.go()"
    ),
}

TASKS = "# tasks.py\nfrom celery import Celery, Task, shared_task\nfrom clients import chat\nfrom fakes import Fake\napp = Celery()\n"

CELERY = {
    "what is serialised is not known": decoy(
        f"{TASKS}@app.task\ndef send(client):\n    client.go()\n# views.py\nfrom tasks import send\nfrom clients import chat\ndef view():\n    send.delay(chat)"
    ),
    "the task is not the first argument": decoy(
        f"{TASKS}@shared_task(bind=True)\ndef send(self, user):\n    self.go()\n# views.py\nfrom tasks import send\nfrom clients import chat\ndef view():\n    send(chat)"
    ),
    "what follows the task": decoy(
        f"{TASKS}@shared_task(bind=True)\ndef send(self, client, user):\n    user.go()\n# views.py\nfrom tasks import send\nfrom clients import chat\ndef view():\n    send('a', chat)".replace(
            "user.go", "client.go"
        )
    ),
    "a task class with a client": proven(
        f"{TASKS}class ChatTask(Task):\n    _client = None\n    @property\n    def client(self):\n        if self._client is None:\n            self._client = chat\n        return self._client\n@app.task(base=ChatTask, bind=True)\ndef send(self, user):\n    self.client.go()"
    ),
    "a task class with a client, by the task's name": proven(
        f"{TASKS}class ChatTask(Task):\n    _client = None\n    @property\n    def client(self):\n        if self._client is None:\n            self._client = chat\n        return self._client\n@app.task(base=ChatTask)\ndef send(user):\n    send.client.go()"
    ),
    "a task class with something else": decoy(
        f"{TASKS}class ChatTask(Task):\n    @property\n    def client(self):\n        return Fake()\n@app.task(base=ChatTask, bind=True)\ndef send(self, user):\n    self.client.go()"
    ),
    "a task without a class": decoy(
        f"{TASKS}class ChatTask(Task):\n    client = chat\n@app.task(bind=True)\ndef send(self, user):\n    self.client.go()"
    ),
}

AIOHTTP = (
    "# main.py\nfrom aiohttp import web\nfrom clients import chat\nfrom fakes import Fake\napp = web.Application()\n"
)

BOT = "# main.py\nfrom discord.ext import commands\nfrom clients import chat\nfrom fakes import Fake\nbot = commands.Bot('!')\n"

OTHERS = {
    "aiohttp": proven(
        f"{AIOHTTP}app['chat'] = chat\n# views.py\nfrom aiohttp import web\nasync def view(request: web.Request):\n    request.app['chat'].go()"
    ),
    "aiohttp, another key": decoy(
        f"{AIOHTTP}app['chat'] = chat\n# views.py\nfrom aiohttp import web\nasync def view(request: web.Request):\n    request.app['db'].go()"
    ),
    "aiohttp, the request's own": decoy(
        f"{AIOHTTP}app['chat'] = chat\n# views.py\nfrom aiohttp import web\nasync def view(request: web.Request):\n    request['chat'].go()"
    ),
    "aiohttp, at the start": proven(
        f"{AIOHTTP}async def start(app):\n    app['chat'] = chat\napp.on_startup.append(start)\n# views.py\nfrom aiohttp import web\nasync def view(request: web.Request):\n    request.app['chat'].go()"
    ),
    "aiohttp, no annotation": likely(
        f"{AIOHTTP}app['chat'] = chat\n# views.py\nasync def view(request):\n    request.app['chat'].upsert_user({{}})"
    ),
    "aiohttp, no annotation, stored twice": decoy(
        f"{AIOHTTP}app['chat'] = chat\ndef patch(app):\n    app['chat'] = Fake()\n# views.py\nasync def view(request):\n    request.app['chat'].upsert_user({{}})"
    ),
    "Sanic": proven(
        "# main.py\nfrom sanic import Sanic\nfrom clients import chat\napp = Sanic('a')\napp.ctx.chat = chat\n# views.py\nfrom sanic import Request\nasync def view(request: Request):\n    request.app.ctx.chat.go()"
    ),
    "Sanic, the request's own": decoy(
        "# main.py\nfrom sanic import Sanic\nfrom clients import chat\napp = Sanic('a')\napp.ctx.client = chat\n# views.py\nfrom sanic import Request\nasync def view(request: Request):\n    request.ctx.client.go()"
    ),
    "a bot of an own class": likely(
        "# main.py\nfrom discord.ext import commands\nfrom clients import chat\nclass Bot(commands.Bot):\n    def __init__(self):\n        super().__init__('!')\n        self.chat = chat\n# cogs.py\nasync def add(ctx):\n    ctx.bot.chat.upsert_user({})"
    ),
    "a bot of an own class, and another class": decoy(
        "# main.py\nfrom discord.ext import commands\nfrom clients import chat\nfrom fakes import Fake\nclass Bot(commands.Bot):\n    def __init__(self):\n        super().__init__('!')\n        self.chat = chat\nclass Other:\n    def __init__(self):\n        self.chat = Fake()\n# cogs.py\nasync def add(ctx):\n    ctx.bot.chat.upsert_user({})"
    ),
    "a bot": likely(
        f"{BOT}bot.chat = chat\n# cogs.py\nclass Rooms:\n    def __init__(self, bot):\n        self.bot = bot\n    async def add(self, ctx):\n        self.bot.chat.upsert_user({{}})"
    ),
    "a bot, something else that is done": decoy(
        f"{BOT}bot.chat = chat\n# cogs.py\nclass Rooms:\n    def __init__(self, bot):\n        self.bot = bot\n    async def add(self, ctx):\n        self.bot.chat.go({{}})"
    ),
    "a bot, stored twice": decoy(
        f"{BOT}bot.chat = chat\ndef patch():\n    bot.chat = Fake()\n# cogs.py\ndef add(bot):\n    bot.chat.upsert_user({{}})"
    ),
    "a bot, and a class that has the name": decoy(
        f"{BOT}bot.chat = chat\nclass Other:\n    chat = Fake()\n# cogs.py\ndef add(bot):\n    bot.chat.upsert_user({{}})"
    ),
    "a bot, and a class with a method of the name": decoy(
        f"{BOT}bot.chat = chat\nclass Other:\n    def chat(self): ...\n# cogs.py\ndef add(bot):\n    bot.chat.upsert_user({{}})"
    ),
    "a bot, and a store of what is not known": decoy(
        f"{BOT}bot.chat = chat\ndef patch(bot, fake):\n    bot.chat = fake\n# cogs.py\ndef add(bot):\n    bot.chat.upsert_user({{}})"
    ),
    "a bot, in a test that gives a stand-in": decoy(
        f"{BOT}bot.chat = chat\n# tests/test_cogs.py\ndef test_add(mocker):\n    bot = mocker.Mock()\n    bot.chat.upsert_user({{}})"
    ),
    "a name that many use": decoy(
        f"{BOT}bot.client = chat\n# cogs.py\ndef add(bot):\n    bot.client.upsert_user({{}})"
    ),
    "an own class that lacks the attribute": decoy(
        f"{BOT}bot.chat = chat\n# cogs.py\nclass Own:\n    pass\ndef add():\n    Own().chat.upsert_user({{}})"
    ),
    "the data of a bot": likely(
        f"{BOT}def start(application):\n    application.bot_data['chat'] = chat\n# cogs.py\ndef add(update, context):\n    context.bot_data['chat'].upsert_user({{}})"
    ),
    "other data of the same key": decoy(
        f"{BOT}def start(application):\n    application.bot_data['chat'] = chat\n# cogs.py\ndef add(update, context):\n    context.user_data['chat'].upsert_user({{}})"
    ),
    "a local mapping of the same key": decoy(
        f"{BOT}data = {{}}\ndata['chat'] = chat\n# cogs.py\ndef add(load):\n    data = load()\n    data['chat'].upsert_user({{}})"
    ),
}

INJECT = "# deco.py\nimport functools\nfrom clients import get_chat\nfrom fakes import Fake\n"
WITH_CHAT = (
    INJECT
    + "def with_chat(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        return f(get_chat(), *args, **kwargs)\n    return inner\n"
)

CALLS = {
    "under another name": proven(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nfrom rooms import add as add_room\nfrom clients import chat\nadd_room(chat)"
    ),
    "of a module": proven(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nimport rooms\nfrom clients import chat\nrooms.add(client=chat)"
    ),
    "by a star": proven(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nfrom rooms import *\nfrom clients import chat\nadd(chat)"
    ),
    "through a package": proven(
        "# rooms/__init__.py\nfrom .add import add\n# rooms/add.py\ndef add(client):\n    client.go()\n# main.py\nfrom rooms import add\nfrom clients import chat\nadd(chat)"
    ),
    "with two things": likely(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nfrom rooms import add\nfrom clients import chat\nfrom fakes import Fake\nadd(chat)\nadd(Fake())"
    ),
    "with what is not known": decoy(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nfrom rooms import add\nfrom clients import chat\nfrom other import thing\nadd(chat)\nadd(thing)"
    ),
    "a function of the same name": decoy(
        "# rooms.py\ndef add(client):\n    client.go()\n# users.py\ndef add(client):\n    pass\n# main.py\nfrom users import add\nfrom clients import chat\nadd(chat)"
    ),
    "a function that nobody calls": decoy("# rooms.py\ndef add(client):\n    client.go()"),
    "handed on": decoy(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nfrom rooms import add\nfrom clients import chat\nfrom other import register\nadd(chat)\nregister(add)"
    ),
    "handed on, of a module": decoy(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nimport rooms\nfrom clients import chat\nfrom other import register\nrooms.add(chat)\nregister(rooms.add)"
    ),
    "handed on to a thread": proven(
        "# rooms.py\ndef add(client):\n    client.go()\n# main.py\nimport asyncio\nimport rooms\nfrom clients import chat\nasync def main():\n    await asyncio.to_thread(rooms.add, chat)"
    ),
    "a method": proven(
        "# rooms.py\nclass Rooms:\n    def add(self, client):\n        client.go()\n# main.py\nfrom rooms import Rooms\nfrom clients import chat\nrooms = Rooms()\nrooms.add(chat)"
    ),
    "a method of another class": decoy(
        "# rooms.py\nclass Rooms:\n    def add(self, client):\n        client.go()\nclass Others:\n    def add(self, client): ...\n# main.py\nfrom rooms import Others\nfrom clients import chat\nOthers().add(chat)"
    ),
    "a constructor": proven(
        "# rooms.py\nclass Rooms:\n    def __init__(self, client):\n        self.client = client\n    def add(self):\n        self.client.go()\n# main.py\nfrom rooms import Rooms as R\nfrom clients import chat\nR(chat).add()"
    ),
    "a default of None": proven(
        "# rooms.py\ndef add(client=None):\n    client.go()\n# main.py\nfrom rooms import add\nfrom clients import chat\nadd(chat)\nadd()"
    ),
    "recursion between files": proven(
        "# a.py\nimport b\ndef one(client, n):\n    b.two(client, n - 1)\n# b.py\nimport a\ndef two(client, n):\n    client.go()\n    if n:\n        a.one(client, n)\n# main.py\nfrom a import one\nfrom clients import chat\none(chat, 3)"
    ),
    "a decorator that nobody knows": likely(
        "# rooms.py\nfrom other import logged\n@logged\ndef add(client):\n    client.go()\n# main.py\nfrom rooms import add\nfrom clients import chat\nadd(chat)"
    ),
    "a decorator that gives the first argument": proven(
        f"{WITH_CHAT}# main.py\nfrom deco import with_chat\n@with_chat\ndef add(client, user):\n    client.go()\nadd('u')"
    ),
    "a decorator that gives the first argument, handed on": proven(
        f"{WITH_CHAT}# main.py\nfrom deco import with_chat\nfrom other import register\n@with_chat\ndef add(client, user):\n    client.go()\nregister(add)"
    ),
    "a decorator that moves the others": decoy(
        f"{WITH_CHAT.replace('get_chat()', 'Fake()')}# main.py\nfrom deco import with_chat\nfrom clients import chat\n@with_chat\ndef add(client, user):\n    client.go()\nadd(chat)"
    ),
    "a decorator, and what it moves": proven(
        f"{WITH_CHAT.replace('get_chat()', 'Fake()')}# main.py\nfrom deco import with_chat\nfrom clients import chat\n@with_chat\ndef add(fake, client):\n    client.go()\nadd(chat)"
    ),
    "a decorator that gives a keyword": proven(
        f"{INJECT}def with_chat(f):\n    def inner(*args, **kwargs):\n        return f(*args, chat=get_chat(), **kwargs)\n    return inner\n# main.py\nfrom deco import with_chat\n@with_chat\ndef add(user, chat):\n    chat.go()\nadd('u')"
    ),
    "a decorator of a method": proven(
        f"{INJECT}def with_chat(f):\n    def inner(self, *args, **kwargs):\n        return f(self, get_chat(), *args, **kwargs)\n    return inner\n# main.py\nfrom deco import with_chat\nclass Rooms:\n    @with_chat\n    def add(self, client, user):\n        client.go()\nRooms().add('u')"
    ),
    "a decorator with arguments": proven(
        f"{INJECT}def with_chat(timeout):\n    def outer(f):\n        def inner(*args, **kwargs):\n            return f(get_chat(), *args, **kwargs)\n        return inner\n    return outer\n# main.py\nfrom deco import with_chat\n@with_chat(3)\ndef add(client, user):\n    client.go()\nadd('u')"
    ),
    "a decorator that only passes on": proven(
        f"{INJECT}def logged(f):\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n    return inner\n# main.py\nfrom deco import logged\nfrom clients import chat\n@logged\ndef add(user, client):\n    client.go()\nadd('u', chat)"
    ),
    "a decorator that changes the result": decoy(
        f"{INJECT}import json\ndef as_json(f):\n    def inner(*args):\n        return json.dumps(f(*args))\n    return inner\n# main.py\nfrom deco import as_json\nfrom clients import chat\n@as_json\ndef get():\n    return chat\nget().go()"
    ),
    "a decorator that keeps the result": proven(
        f"{INJECT}def logged(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        result = f(*args, **kwargs)\n        print(result)\n        return result\n    return inner\n# main.py\nfrom deco import logged\nfrom clients import chat\n@logged\ndef get():\n    return chat\nget().go()"
    ),
    "a decorator of a coroutine": proven(
        f"{INJECT}def logged(f):\n    async def inner(*args, **kwargs):\n        return await f(*args, **kwargs)\n    return inner\n# main.py\nfrom deco import logged\nfrom clients import chat\n@logged\nasync def get():\n    return chat\nasync def main():\n    (await get()).go()"
    ),
    "a decorator of a coroutine, not awaited": decoy(
        f"{INJECT}def logged(f):\n    async def inner(*args, **kwargs):\n        return await f(*args, **kwargs)\n    return inner\n# main.py\nfrom deco import logged\nfrom clients import chat\n@logged\nasync def get():\n    return chat\nasync def main():\n    get().go()"
    ),
    "a decorator that makes the result awaitable": decoy(
        f"{INJECT}def as_async(f):\n    async def inner(*args):\n        return f(*args)\n    return inner\n# main.py\nfrom deco import as_async\nfrom clients import chat\n@as_async\ndef get():\n    return chat\nget().go()"
    ),
    "a decorator that only passes on, handed on": decoy(
        f"{INJECT}def logged(f):\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n    return inner\n# main.py\nfrom deco import logged\nfrom clients import chat\nfrom other import register\n@logged\ndef add(user, client):\n    client.go()\nadd('u', chat)\nregister(add)"
    ),
    "two decorators": decoy(
        f"{WITH_CHAT}def more(f):\n    def inner(*args):\n        return f(*args)\n    return inner\n# main.py\nfrom deco import with_chat, more\nfrom clients import chat\n@more\n@with_chat\ndef add(client, user):\n    user.go()\nadd(chat)"
    ),
}

TABLES = {
    "fastapi": FASTAPI,
    "flask": FLASK,
    "click": CLICK,
    "django": DJANGO,
    "pytest": PYTEST,
    "celery": CELERY,
    "others": OTHERS,
    "calls": CALLS,
}
ROWS = {f"{table}: {name}": row for table, rows in TABLES.items() for name, row in rows.items()}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_evidence(row: Row) -> None:
    check(row)


WHOLE = {
    "fastapi": """
# main.py
from fastapi import FastAPI
from stream_chat import StreamChat
async def lifespan(app: FastAPI):
    app.state.chat = StreamChat("k", "s")
    yield
    app.state.chat = None
app = FastAPI(lifespan=lifespan)
# views.py
from fastapi import APIRouter, Depends, Request
router = APIRouter()
def get_chat(request: Request):
    return request.app.state.chat
@router.post("/a")
def a(chat=Depends(get_chat)):
    chat.upsert_user({"id": "u"})
@router.post("/b")
def b(request: Request):
    request.app.state.chat.upsert_user({"id": "u"})
""",
    "flask": """
# ext.py
from stream_chat import StreamChat
class Chat:
    def init_app(self, app):
        self.client = StreamChat(app.config["KEY"], app.config["SECRET"])
        app.extensions["chat"] = self
chat = Chat()
# main.py
from flask import Flask, g
from stream_chat import StreamChat
from ext import chat
def create_app():
    app = Flask(__name__)
    chat.init_app(app)
    app.config.update(CHAT=StreamChat("k", "s"))
    @app.before_request
    def before():
        g.chat = app.config["CHAT"]
    return app
# views.py
from flask import current_app, g
def a():
    current_app.extensions["chat"].client.upsert_user({"id": "u"})
def b():
    current_app.config["CHAT"].upsert_user({"id": "u"})
def c():
    g.chat.upsert_user({"id": "u"})
""",
    "django": """
# manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.conf")
# site1/conf.py
from stream_chat import StreamChat
CHAT = StreamChat("k", "s")
# rooms/apps.py
from django.apps import AppConfig
from stream_chat import StreamChat
class RoomsConfig(AppConfig):
    name = "rooms"
    client = None
    def ready(self):
        self.client = StreamChat("k", "s")
# rooms/views.py
from django.apps import apps
from django.conf import settings
def a(request):
    settings.CHAT.upsert_user({"id": "u"})
def b(request):
    apps.get_app_config("rooms").client.upsert_user({"id": "u"})
""",
    "click": """
# cli.py
import click
from stream_chat import StreamChat
pass_chat = click.make_pass_decorator(StreamChat)
@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = StreamChat("k", "s")
# commands.py
import click
from cli import cli, pass_chat
@cli.command()
@click.argument("user")
@click.pass_obj
def a(chat, user):
    chat.upsert_user({"id": user})
@cli.command()
@pass_chat
def b(chat):
    chat.upsert_user({"id": "u"})
@cli.command()
@click.pass_context
def c(ctx):
    ctx.obj.upsert_user({"id": "u"})
""",
    "click, with a mapping": """
# cli.py
import click
from stream_chat import StreamChat
@click.group()
@click.option("--debug")
@click.pass_context
def cli(ctx, debug):
    ctx.obj = {"chat": StreamChat("k", "s"), "debug": debug}
@cli.command()
@click.pass_obj
def a(obj):
    obj["chat"].upsert_user({"id": "u"})
""",
    "celery": """
# tasks.py
from celery import Task, shared_task
from stream_chat import StreamChat
class ChatTask(Task):
    _client = None
    @property
    def client(self):
        if self._client is None:
            self._client = StreamChat("k", "s")
        return self._client
@shared_task(base=ChatTask, bind=True)
def a(self, user):
    self.client.upsert_user({"id": user})
@shared_task(base=ChatTask)
def b(user):
    b.client.upsert_user({"id": user})
""",
    "pytest": """
# tests/conftest.py
import pytest
from stream_chat import StreamChat
@pytest.fixture(name="chat", params=["s"])
def make_chat(request):
    yield StreamChat("k", request.param)
# tests/test_a.py
import pytest
class TestA:
    @pytest.fixture(autouse=True)
    def set_up(self, chat):
        self.chat = chat
    def test_a(self):
        self.chat.upsert_user({"id": "u"})
    def test_b(self, request):
        request.getfixturevalue("chat").upsert_user({"id": "u"})
""",
    "aiohttp": """
# main.py
from aiohttp import web
from stream_chat import StreamChatAsync
async def start(app):
    app["chat"] = StreamChatAsync("k", "s")
async def stop(app):
    await app["chat"].close()
app = web.Application()
app.on_startup.append(start)
app.on_cleanup.append(stop)
# views.py
from aiohttp import web
async def a(request: web.Request):
    await request.app["chat"].upsert_user({"id": "u"})
""",
    "a decorator": """
# deco.py
from stream_chat import StreamChat
def with_chat(f):
    def inner(*args, **kwargs):
        return f(StreamChat("k", "s"), *args, **kwargs)
    return inner
# main.py
from deco import with_chat
@with_chat
def a(chat, user):
    chat.upsert_user({"id": user})
a("u")
""",
}
WHOLE["a proxy"] = """
# proxies.py
from werkzeug.local import LocalProxy
from flask import current_app
chat = LocalProxy(lambda: current_app.extensions["chat"])
# main.py
from flask import Flask
from stream_chat import StreamChat
app = Flask(__name__)
app.extensions["chat"] = StreamChat("k", "s")
# views.py
from proxies import chat
def a():
    chat.upsert_user({"id": "u"})
"""
WHOLE["a lambda"] = """
# main.py
from fastapi import Depends
from stream_chat import StreamChat
client = StreamChat("k", "s")
def a(chat=Depends(lambda: client)):
    chat.upsert_user({"id": "u"})
"""
BOT_PROGRAM = """
# main.py
from discord.ext import commands
from stream_chat import StreamChat
bot = commands.Bot("!")
bot.chat = StreamChat("k", "s")
# cogs.py
class Rooms:
    def __init__(self, bot):
        self.bot = bot
    async def a(self, ctx):
        self.bot.chat.upsert_user({"id": "u"})
"""


REACHED = [pytest.param(row.files, id=name) for name, row in ROWS.items() if row.cls]


@pytest.mark.parametrize("files", REACHED)
def test_the_file_that_asks_is_looked_at(files: Mapping[str, str], tmp_path: Path) -> None:
    """A file that is left out while the others move would be left behind."""
    for path, text in {"pyproject.toml": "[project]\nname = 'x'\n", **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = {path for project in find_project([str(tmp_path)], RewriteSettings()) for path in project.files}
    asking = [path for path, text in files.items() if path != "fakes.py" and (".go" in text or ".upsert_user" in text)]
    assert not [path for path in asking if str(tmp_path / path) not in found]


def files_of(text: str) -> dict[str, str]:
    return {path: held for path, held in program(text).items() if path not in ("clients.py", "fakes.py")}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_a_program_moves_whole(text: str) -> None:
    after = rewritten(files_of(text))
    assert not [path for path, held in after.items() if "stream_chat" in held or ".upsert_user(" in held]
    assert len({view.id for view in rewrite_all(files_of(text)).cohorts}) == len(rewrite_all(files_of(text)).cohorts)


@pytest.mark.parametrize("text", [*WHOLE.values(), BOT_PROGRAM], ids=[*WHOLE.keys(), "a bot"])
def test_a_program_with_a_client_that_goes_elsewhere_is_never_half_moved(text: str) -> None:
    """Wherever the object is kept, whoever gets it out of there gets the one that was put there."""
    files = files_of(text)
    last = [*files][-1]
    lines = files[last].splitlines()
    call = next(line for line in reversed(lines) if ".upsert_user(" in line)
    receiver = call.strip().removeprefix("await ").partition(".upsert_user(")[0]
    indent = call[: len(call) - len(call.lstrip())]
    lines.insert(lines.index(call) + 1, f"{indent}elsewhere({receiver})")
    files[last] = "\n".join(["from somewhere import elsewhere", *lines, ""])
    after = rewritten(files)
    if "_v1" not in "".join(after.values()):
        moved = [path for path, held in after.items() if "getstream" in held]
        stays = [path for path, held in after.items() if "stream_chat" in held]
        assert not moved or not stays or set(moved).isdisjoint(stays)


def test_what_is_only_likely_moves_when_it_is_asked_for() -> None:
    files = files_of(BOT_PROGRAM)
    assert rewritten(files) == files
    after = rewritten(files, unsafe=True)
    assert not [path for path, held in after.items() if "stream_chat" in held or ".upsert_user(" in held]
