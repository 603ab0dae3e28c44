"""Runs in the bundle before Watchpost does. What Watchpost starts (python3, sh, ssh) must not load the bundle's libraries."""

import os

_BEFORE = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
os.environ.pop("LD_LIBRARY_PATH", None)
if _BEFORE is not None:
    os.environ["LD_LIBRARY_PATH"] = _BEFORE
