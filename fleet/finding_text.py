"""What a finding says, what it means and where to look, for a person. Pure."""

from alerts.thresholds import Finding
from storage.printable import printable
from storage.quantities import percent
from storage.translation import N_, _

_NAMES = {
    "cpu_usage_percent": N_("CPU"),
    "memory_used_percent": N_("Memory"),
    "filesystem_used_percent": N_("Disk"),
    "network_error_percent": N_("Network errors"),
}
_MEANINGS = {
    "cpu_usage_percent": N_(
        "All cores together have been busy. Short peaks are normal; if it lasts, `top` on the host names the process."
    ),
    "memory_used_percent": N_(
        "Little memory is left that can be had without swapping; when it is gone the kernel kills "
        "a process. `ps aux --sort=-rss` on the host shows the largest."
    ),
    "filesystem_used_percent": N_(
        "When it is full, programs can no longer write there. `du -xh {subject} | sort -h` on "
        "the host shows what takes the room."
    ),
    "network_error_percent": N_(
        "Packets arrive broken: a bad cable, port or driver. `ip -s link` on the host has counts."
    ),
}


def finding_title(finding: Finding) -> str:
    """`Disk /srv 86%, over 80%`."""
    name = _(_NAMES[finding.metric]) if finding.metric in _NAMES else finding.metric
    subject = f" {printable(finding.subject)}" if finding.subject else ""
    # 80.2% is not to read “80%, over 80%”.
    digits = 0 if abs(finding.value - finding.limit) >= 1 else 2
    value = percent(finding.value, digits=digits)
    return _("{what} {value}, over {limit}%").format(what=f"{name}{subject}", value=value, limit=f"{finding.limit:g}")


def finding_meaning(finding: Finding) -> str:
    """What it means and what to do, in a sentence or two."""
    meaning = _MEANINGS.get(finding.metric)
    # gettext answers "" with the header of its catalogue.
    return "" if meaning is None else _(meaning).replace("{subject}", printable(finding.subject or "/", 100))
