"""How grave a notice is. Pure."""

from typing import Literal

Severity = Literal["crit", "warn", "ok", "hint"]
"""`ok` is for what went well, `hint` for what is good to know."""
