"""Upgrades a database, to be killed while it does. Says when it begins: what comes before is not worth a kill."""

import os
import sys

import structlog

from storage import migration  # noqa: F401 - it takes long to import, and is no part of the upgrade
from storage.database import upgrade_database

if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    os.write(1, b"begins\n")
    upgrade_database(sys.argv[1], now_ms=0)
