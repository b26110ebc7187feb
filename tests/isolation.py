"""A pytest plugin: every test run has a data folder of its own, so that two runs at once do not share a database.

Loaded before Django's settings are (`-p tests.isolation`).
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "KUBARIUM_TEST_DATA" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="kubarium-tests-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    # The processes of pytest-xdist inherit it, and tell their databases apart by their own suffix.
    os.environ["KUBARIUM_TEST_DATA"] = os.environ["DATA_DIR"] = _folder
