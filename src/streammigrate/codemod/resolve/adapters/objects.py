"""The objects of frameworks that hold what a project keeps in them, by the dotted names of their classes.

From the frameworks' reference: FastAPI and Starlette (`app.state`, `request.app`), Flask and Quart (`g`, `current_app`,
`app.extensions`, `app.config`), aiohttp (`request.app`), Sanic (`app.ctx`), click and typer (`ctx.obj`), Celery.
"""

from __future__ import annotations

APP = "starlette.applications.Starlette()"
REQUEST = "starlette.requests.Request()"
REQUEST_STATE = f"{REQUEST}.state"
STATE = "starlette.datastructures.State()"
FLASK = "flask.Flask()"
G = "flask.g"
AIOHTTP = "aiohttp.web.Application()"
AIOHTTP_REQUEST = "aiohttp.web.Request()"
SANIC = "sanic.Sanic()"
SANIC_REQUEST = "sanic.Request()"
CONTEXT = "click.Context()"
CONTEXT_OBJECT = f"{CONTEXT}.obj"
CELERY = "celery.Celery()"
TASK = "celery.Task()"
FIXTURE_REQUEST = "pytest.FixtureRequest()"

CLIENTS_OF_TESTS = frozenset({"client", "async_client"})
"""What Django's test cases set on each test."""

_CLASSES = {
    "fastapi.FastAPI": APP,
    "fastapi.applications.FastAPI": APP,
    "starlette.applications.Starlette": APP,
    "fastapi.Request": REQUEST,
    "fastapi.WebSocket": REQUEST,
    "fastapi.requests.Request": REQUEST,
    "fastapi.requests.HTTPConnection": REQUEST,
    "fastapi.websockets.WebSocket": REQUEST,
    "starlette.requests.Request": REQUEST,
    "starlette.requests.HTTPConnection": REQUEST,
    "starlette.websockets.WebSocket": REQUEST,
    "starlette.datastructures.State": STATE,
    "flask.Flask": FLASK,
    "flask.app.Flask": FLASK,
    "quart.Quart": FLASK,
    "aiohttp.web.Application": AIOHTTP,
    "aiohttp.web_app.Application": AIOHTTP,
    "aiohttp.web.Request": AIOHTTP_REQUEST,
    "aiohttp.web_request.Request": AIOHTTP_REQUEST,
    "sanic.Sanic": SANIC,
    "sanic.Request": SANIC_REQUEST,
    "sanic.request.Request": SANIC_REQUEST,
    "click.Context": CONTEXT,
    "click.core.Context": CONTEXT,
    "typer.Context": CONTEXT,
    "typer.models.Context": CONTEXT,
    "click.get_current_context": CONTEXT,
    "celery.Celery": CELERY,
    "pytest.FixtureRequest": FIXTURE_REQUEST,
}
_SAME = {"flask.current_app": FLASK, "quart.current_app": FLASK, "quart.g": G}
_ATTRIBUTES = {
    (APP, "state"): STATE,
    (REQUEST, "app"): APP,
    (AIOHTTP_REQUEST, "app"): AIOHTTP,
    (AIOHTTP_REQUEST, "config_dict"): AIOHTTP,
    (SANIC_REQUEST, "app"): SANIC,
    (CONTEXT, "parent"): CONTEXT,
}
_RESULTS = {
    f"{CONTEXT}.find_root": CONTEXT,
    f"{FLASK}._get_current_object": FLASK,
}
_NAMES = {
    APP: ("app", "application"),
    FLASK: ("app", "application", "current_app"),
    AIOHTTP: ("app", "application"),
    SANIC: ("app", "application"),
    REQUEST: ("request", "req", "websocket"),
    CONTEXT: ("ctx", "context"),
    G: ("g",),
    STATE: ("state",),
    REQUEST_STATE: ("state",),
}
_TITLES = {
    APP: "the application",
    REQUEST: "the request",
    STATE: "the application's state",
    REQUEST_STATE: "the request's state",
    FLASK: "the application",
    G: "Flask's `g`",
    AIOHTTP: "the application",
    AIOHTTP_REQUEST: "the request",
    SANIC: "the application",
    CONTEXT: "click's context",
    CONTEXT_OBJECT: "the object of click's context",
    TASK: "the task",
    FIXTURE_REQUEST: "the fixture's request",
}
# Objects that stand for what a function gives, each time that something is looked up on them.
PROXIES = ("werkzeug.local.LocalProxy", "django.utils.functional.SimpleLazyObject")
# What is assigned to as a whole, and is then a mapping whose keys are known one by one.
MAPPINGS = frozenset({CONTEXT_OBJECT})


def made_by(dotted: str) -> str:
    """Return the kind of object that calling a framework's class or function gives; empty for none that is known here."""
    return _CLASSES.get(dotted) or _RESULTS.get(dotted, "")


def kind(dotted: str) -> str:
    """Return the kind of object that a dotted name stands for: `flask.current_app` is the application."""
    return _SAME.get(dotted, dotted)


def known_attribute(of: str, attr: str) -> str:
    """Return the kind of object that an attribute of an object always is; empty where the project says."""
    return _ATTRIBUTES.get((of, attr), "")


def keeps(of: str) -> bool:
    """Return whether a project can keep things of its own in the object of a dotted name."""
    return "()" in of or of == G


def usual_names(of: str) -> tuple[str, ...]:
    """Return the names by which people call an object: those of its kind, or the attribute that it is."""
    return _NAMES.get(of) or (of.rpartition(".")[2],)


def title(of: str) -> str:
    """Return how an object is called in a chain of evidence."""
    for kind in sorted(_TITLES, key=len, reverse=True):
        if of == kind or of.startswith(f"{kind}."):
            return f"{_TITLES[kind]}{of.removeprefix(kind)}"
    return of
