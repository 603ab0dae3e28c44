"""What an export is of, as the options say it."""

import pytest

from storage.catalogue import CATALOGUE
from storage.errors import InvalidInputError
from storage.host import Host
from storage.rollup import Interval
from storage.transfer.selection import stored_metrics
from watchpost.export_choice import ExportForm, chosen_form, chosen_hosts, chosen_interval, chosen_metrics

HOSTS = [
    Host(name="a", address="a", id=1, revision=1, group="web", tags=("prod", "eu")),
    Host(name="b", address="b", id=2, revision=1, group="web", tags=("test",)),
    Host(name="c", address="c", id=3, revision=1, group="db", tags=("prod",)),
]


@pytest.mark.parametrize(
    ("given", "target", "form"),
    [
        (None, "-", ExportForm.CSV),
        (None, "x.csv", ExportForm.CSV),
        (None, "x.PARQUET", ExportForm.PARQUET),
        (None, "x.om", ExportForm.OPENMETRICS),
        (None, "x.txt", ExportForm.CSV),
        (ExportForm.CSV, "x.parquet", ExportForm.CSV),
    ],
)
def test_the_form_is_as_asked_for_or_as_the_file_is_called(
    given: ExportForm | None, target: str, form: ExportForm
) -> None:
    assert chosen_form(given, target) is form


def test_what_is_to_come_back_is_not_rolled_up() -> None:
    assert chosen_interval(None, ExportForm.CSV, stored=False) is Interval.AUTO
    assert chosen_interval(None, ExportForm.CSV, stored=True) is Interval.RAW
    assert chosen_interval(None, ExportForm.OPENMETRICS, stored=False) is Interval.RAW
    assert chosen_interval(Interval.H1, ExportForm.OPENMETRICS, stored=True) is Interval.H1


def test_metrics_by_name_pattern_or_kind() -> None:
    assert chosen_metrics(["load1", "load*"], all_metrics=False, stored=False) == ["load1", "load5", "load15"]
    assert chosen_metrics([], all_metrics=True, stored=False) == list(CATALOGUE)
    assert chosen_metrics([], all_metrics=False, stored=True) == stored_metrics()
    assert chosen_metrics(["cpu_usage_percent"], all_metrics=False, stored=True)[-1] == "cpu_usage_percent"
    with pytest.raises(InvalidInputError, match="Which metric"):
        chosen_metrics([], all_metrics=False, stored=False)


@pytest.mark.parametrize(
    ("groups", "tags", "names"),
    [([], [], "abc"), (["web"], [], "ab"), (["web", "db"], ["prod"], "ac"), ([], ["eu", "test"], "ab")],
)
def test_groups_and_tags_leave_hosts_out(groups: list[str], tags: list[str], names: str) -> None:
    assert "".join(host.name for host in chosen_hosts(HOSTS, groups, tags)) == names


def test_no_host_left_is_an_error_and_no_host_at_all_is_none() -> None:
    with pytest.raises(InvalidInputError, match="group and tag"):
        chosen_hosts(HOSTS, ["db"], ["eu"])
    assert chosen_hosts([], [], []) == []
