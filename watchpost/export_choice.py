"""What an export is of, and in which form, as the options of `watchpost export` say it. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import PurePath

from storage.errors import InvalidInputError
from storage.host import Host
from storage.rollup import Interval
from storage.transfer.selection import matching_metrics, stored_metrics


class ExportForm(StrEnum):
    """How readings are written."""

    CSV = "csv"
    PARQUET = "parquet"
    OPENMETRICS = "openmetrics"


_FORM_OF_ENDING = {
    ".csv": ExportForm.CSV,
    ".parquet": ExportForm.PARQUET,
    ".pq": ExportForm.PARQUET,
    ".om": ExportForm.OPENMETRICS,
    ".openmetrics": ExportForm.OPENMETRICS,
    ".prom": ExportForm.OPENMETRICS,
}


def chosen_form(given: ExportForm | None, target: str) -> ExportForm:
    """What was asked for, else what the file's ending says, else CSV."""
    return given or _FORM_OF_ENDING.get(PurePath(target).suffix.lower(), ExportForm.CSV)


def chosen_interval(given: Interval | None, form: ExportForm, *, stored: bool) -> Interval:
    """What was asked for. Without that, readings as they are where they are to come back, else what fits the range."""
    if given is not None:
        return given
    return Interval.RAW if stored or form is ExportForm.OPENMETRICS else Interval.AUTO


def chosen_metrics(patterns: Sequence[str], *, all_metrics: bool, stored: bool) -> list[str]:
    """Names of metrics, none twice.

    Raises:
        InvalidInputError: none was asked for, or one that there is not.
    """
    named = [*patterns, *(["*"] if all_metrics else [])]
    if not named and not stored:
        raise InvalidInputError(
            "Which metric?",
            hint="For example --metric cpu_usage_percent or --metric 'disk_*'; --all-metrics, or --stored for what can "
            "be imported again. --list-metrics shows all of them.",
        )
    return list(dict.fromkeys([*(stored_metrics() if stored else []), *matching_metrics(named)]))


def chosen_hosts(hosts: Sequence[Host], groups: Sequence[str], tags: Sequence[str]) -> list[Host]:
    """Those of the hosts that are in one of the groups, and have one of the tags, where any are asked for.

    Raises:
        InvalidInputError: there are some asked for, and no host is left.
    """
    left = [host for host in hosts if (not groups or host.group in groups) and (not tags or set(tags) & set(host.tags))]
    if not left and (groups or tags):
        raise InvalidInputError(
            "No host has that group and tag.", hint="“watchpost hosts list” shows the groups and tags that there are."
        )
    return left
