"""A cache that keeps texts, as Redis does."""

import json
import time


class Cache:
    def __init__(self):
        self._texts = {}

    def get(self, key):
        text, ends = self._texts.get(key, (None, 0))
        return json.loads(text) if text is not None and ends > time.time() else None

    def set(self, key, value, seconds):
        self._texts[key] = json.dumps(value), time.time() + seconds
