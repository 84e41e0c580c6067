import os

import pytest

os.environ.setdefault("STREAM_API_KEY", "key")
os.environ.setdefault("STREAM_API_SECRET", "secret")
