import os

from celery import Celery

app = Celery("jobs", broker=os.getenv("BROKER_URL", "memory://"), include=["jobs.users", "jobs.digest"])
app.conf.task_always_eager = os.getenv("EAGER") == "1"
