"""How many files a poller needs."""

import resource
import subprocess
import sys

import pytest

from poller.descriptors import (
    TooFewDescriptorsError,
    check_descriptors,
    descriptor_limit,
    descriptors_needed,
    hosts_possible,
)


def test_every_session_takes_one_and_workers_share_them() -> None:
    assert descriptors_needed(10_000) - descriptors_needed(0) == 10_000
    assert descriptors_needed(10_001, workers=2) - descriptors_needed(0) == 5_001


def test_too_few_are_refused_with_the_number_that_is_needed() -> None:
    with pytest.raises(TooFewDescriptorsError) as caught:
        check_descriptors(5_000, 0, 4_096)
    assert "5200" in caught.value.message
    assert "4096" in caught.value.message
    assert "LimitNOFILE=5200" in caught.value.hint


@pytest.mark.parametrize(("hosts", "workers", "limit"), [(3_896, 0, 4_096), (5_000, 2, 4_096), (10**6, 0, None)])
def test_enough_are_fine(hosts: int, workers: int, limit: int | None) -> None:
    check_descriptors(hosts, workers, limit)


def test_as_many_hosts_are_possible_as_are_not_refused() -> None:
    possible = hosts_possible(1_024)
    assert possible is not None
    check_descriptors(possible, 0, 1_024)
    with pytest.raises(TooFewDescriptorsError):
        check_descriptors(possible + 1, 0, 1_024)
    assert hosts_possible(10) == 0
    assert hosts_possible(None) is None


def test_the_limit_is_what_the_system_allows_and_is_asked_for_when_it_is_needed() -> None:
    assert descriptor_limit() in (resource.getrlimit(resource.RLIMIT_NOFILE)[1], None)
    code = (
        "import resource; from poller.descriptors import allow_descriptors;"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 300));"
        "allow_descriptors(250); print(resource.getrlimit(resource.RLIMIT_NOFILE)[0]);"
        "allow_descriptors(50); print(resource.getrlimit(resource.RLIMIT_NOFILE)[0]);"
        "allow_descriptors(900); print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["250", "250", "300"]
