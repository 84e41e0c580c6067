from collections import deque


class Queue:
    def __init__(self):
        self._jobs = deque()
        self.dead = []

    def put(self, job):
        self._jobs.append(job)

    def take(self):
        return self._jobs.popleft() if self._jobs else None

    def bury(self, job, status):
        self.dead.append({"kind": job["kind"], "status": status})
