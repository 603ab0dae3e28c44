"""Memory and swap."""

from dataclasses import replace

from storage.series import SeriesKey
from tests.watchpost.host_views import machine_view, with_values
from watchpost.terminal.memory_panel import memory_panel


def shown(width: int = 40, **changes: float) -> str:
    values = {SeriesKey(name): value for name, value in changes.items()}
    return "\n".join(line.plain for line in memory_panel(with_values(machine_view(), values), width))


def test_it_says_how_much_is_used_and_what_the_rest_is() -> None:
    text = shown()
    assert text.splitlines()[0].split() == ["81%", "used", "51.8", "/", "64.0", "GiB"]
    for part in ("available 12.2 GiB", "cached 6.1 GiB", "free 4.9 GiB", "buffers 623 MiB"):
        assert part in " ".join(text.split())


def test_swap_has_a_bar_and_its_traffic() -> None:
    text = shown()
    assert "swap 5%" in text
    assert "410 MiB / 8.0 GiB" in text
    assert "↓ 0 B/s · ↑ 0 B/s" in text


def test_a_host_without_swap_says_so() -> None:
    assert shown(swap_total_bytes=0.0).splitlines()[-1].split() == ["swap", "none"]


def test_every_line_stays_in_its_width() -> None:
    for width in (24, 40, 100):
        assert all(line.cell_len <= width for line in memory_panel(machine_view(), width))


def test_nothing_known_is_no_failure() -> None:
    empty = replace(machine_view(with_history=False), values={})
    assert memory_panel(empty, 40)
