"""The steps of a connection test, as poller and asker name them to each other."""

from enum import StrEnum


class Step(StrEnum):
    """What has to go right until the first reading is there, in this order."""

    NAME = "name"
    TCP = "tcp"
    HOST_KEY = "host_key"
    LOGIN = "login"
    PYTHON = "python"
    FIRST_READING = "first_reading"
