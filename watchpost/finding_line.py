"""A finding as one coloured line. Pure."""

from rich.text import Text

from alerts.thresholds import Finding
from fleet.finding_text import finding_title
from watchpost import palette


def finding_line(finding: Finding) -> Text:
    """The title with its shape and colour: `▲ Disk /srv 86%, over 80%`."""
    colour = palette.SEVERITY_COLOUR[finding.severity]
    return Text(f"{palette.SEVERITY_SHAPE[finding.severity]} {finding_title(finding)}", f"bold {colour}")
