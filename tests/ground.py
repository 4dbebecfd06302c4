"""The ground tests stand on, laid before Django reads its settings: a data folder of their own, and a key."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

DATA = tempfile.mkdtemp(prefix="greenmine-tests-")
os.environ["GREENMINE_DATA"] = DATA
os.environ["GREENMINE_DEMO"] = os.environ["GREENMINE_DEBUG"] = os.environ["GREENMINE_HTTPS"] = "0"
os.environ["GREENMINE_SECRET_KEY"] = "a key for tests only, never for serving anything"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs a loop in the test's own thread
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
