import logging

from notifications import handlers
from notifications.errors import JobFailed
from notifications.journal import Journal

log = logging.getLogger(__name__)


class Worker:
    def __init__(self, queue):
        self.queue = queue
        self.journal = Journal()

    def run(self):
        """Work off what is in the queue and return the results."""
        results = []
        while (job := self.queue.take()) is not None:
            results.append(self._work_off(job))
        return results

    def _work_off(self, job):
        data = {key: value for key, value in job.items() if key != "kind"}
        try:
            handler = handlers.HANDLERS[job["kind"]]
            return handler(self.journal, **data)
        except KeyError:
            self.queue.bury(job, "unknown")
        except JobFailed as failed:
            log.warning("%s failed with %s", failed.kind, failed.status)
            self.queue.bury(job, failed.status)
        return None
