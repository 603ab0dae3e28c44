import resource
from collections.abc import Iterator

import pytest

from simulated_fleet.serving.descriptors import allow_hosts, descriptors_needed
from storage.open_files import TooFewDescriptorsError


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_limit_is_raised_to_what_the_hosts_take() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    allow_hosts(100)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == descriptors_needed(100)


def test_one_that_is_high_enough_stays() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    allow_hosts(1)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_too_few_are_refused_with_the_number_that_it_takes() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    hosts = 50_000_000
    assert descriptors_needed(hosts) > hard
    with pytest.raises(TooFewDescriptorsError) as caught:
        allow_hosts(hosts)
    assert str(descriptors_needed(hosts)) in caught.value.message
    assert str(hard) in caught.value.message
