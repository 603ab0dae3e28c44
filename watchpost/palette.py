"""Colours and shapes, the same everywhere. A state always has its shape and its word besides its colour."""

from alerts.thresholds import Severity
from fleet.reading import Health

BACKGROUND = "#0C0E13"
SURFACE = "#14171F"
BORDER = "#222733"
TEXT = "#E8EBF2"
TEXT_2 = "#A6AFBF"
TEXT_3 = "#788294"
ACCENT = "#7C93FF"
OK = "#3CC29A"
WARNING = "#F0B84A"
CRITICAL = "#F26A6A"
OFF = "#8892A4"
TRACK = "#2A3040"
"""What is left of a bar."""

CPU = "#7C93FF"
MEMORY = "#34C6AC"
DISK = "#5CC1EE"
RECEIVED = "#5CC1EE"
SENT = "#B08CF5"
SWAP = "#B08CF5"
IOWAIT = "#E879A8"
SYSTEM = "#F2A65A"

HEALTH_COLOUR = {
    Health.OK: OK,
    Health.WARNING: WARNING,
    Health.CRITICAL: CRITICAL,
    Health.BLOCKED: CRITICAL,
    Health.UNREACHABLE: OFF,
    Health.UNKNOWN: OFF,
}
HEALTH_SHAPE = {
    Health.OK: "✔",
    Health.WARNING: "▲",
    Health.CRITICAL: "✖",
    Health.BLOCKED: "⊘",
    Health.UNREACHABLE: "◌",
    Health.UNKNOWN: "○",
}
SEVERITY_COLOUR = {Severity.OK: OK, Severity.WARNING: WARNING, Severity.CRITICAL: CRITICAL}
SEVERITY_SHAPE = {Severity.OK: "✔", Severity.WARNING: "▲", Severity.CRITICAL: "✖"}
