"""What a finding says, what it means and where to look, for a person. Pure."""

from rich.text import Text

from alerts.thresholds import Finding
from storage.printable import printable
from watchpost import palette
from watchpost.quantities import percent

_NAMES = {
    "cpu_usage_percent": "CPU",
    "memory_used_percent": "Memory",
    "filesystem_used_percent": "Disk",
    "network_error_percent": "Network errors",
}
_MEANINGS = {
    "cpu_usage_percent": "All cores together have been busy. Short peaks are normal; if it lasts, `top` on the host "
    "names the process.",
    "memory_used_percent": "Little memory is left that can be had without swapping; when it is gone the kernel kills "
    "a process. `ps aux --sort=-rss` on the host shows the largest.",
    "filesystem_used_percent": "When it is full, programs can no longer write there. `du -xh {subject} | sort -h` on "
    "the host shows what takes the room.",
    "network_error_percent": "Packets arrive broken: a bad cable, port or driver. `ip -s link` on the host has counts.",
}


def finding_title(finding: Finding) -> str:
    """`Disk /srv 86%, over 80%`."""
    name = _NAMES.get(finding.metric, finding.metric)
    subject = f" {printable(finding.subject)}" if finding.subject else ""
    # 80.2% is not to read “80%, over 80%”.
    digits = 0 if abs(finding.value - finding.limit) >= 1 else 2
    return f"{name}{subject} {percent(finding.value, digits=digits)}, over {finding.limit:g}%"


def finding_meaning(finding: Finding) -> str:
    """What it means and what to do, in a sentence or two."""
    meaning = _MEANINGS.get(finding.metric, "")
    return meaning.replace("{subject}", printable(finding.subject or "/", 100))


def finding_line(finding: Finding) -> Text:
    """The title with its shape and colour: `▲ Disk /srv 86%, over 80%`."""
    colour = palette.SEVERITY_COLOUR[finding.severity]
    return Text(f"{palette.SEVERITY_SHAPE[finding.severity]} {finding_title(finding)}", f"bold {colour}")
