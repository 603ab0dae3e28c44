"""The metrics that can be exported, for people and scripts. Pure."""

from rich.table import Table
from rich.text import Text

from storage.catalogue import CATALOGUE
from watchpost.console import table


def metric_table() -> Table:
    """Every metric of the catalogue with its labels and what it is."""
    rows = table("METRIC", "LABEL", "UNIT", "WHAT")
    for metric in CATALOGUE.values():
        rows.add_row(Text(metric.name, "bold"), Text(", ".join(metric.labels)), Text(metric.unit), Text(metric.help))
    return rows


def metrics_as_json() -> dict[str, list[dict[str, object]]]:
    """The same for scripts."""
    return {
        "metrics": [
            {
                "name": metric.name,
                "kind": metric.kind.value,
                "unit": metric.unit.value,
                "labels": list(metric.labels),
                "help": metric.help,
            }
            for metric in CATALOGUE.values()
        ]
    }
