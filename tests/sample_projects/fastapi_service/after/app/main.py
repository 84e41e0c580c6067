from fastapi import FastAPI

from app.audit import get_audit
from app.routes import channels, users

app = FastAPI(title="Support")
app.include_router(users.router)
app.include_router(channels.router)


@app.get("/audit")
def read_audit():
    return [{"kind": kind, "id": subject} for kind, subject in get_audit().entries]
