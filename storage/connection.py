"""The type of an open connection, for rooms that hand one on and do not speak SQL themselves."""

from sqlalchemy import Connection

__all__ = ["Connection"]
