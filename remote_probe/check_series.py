"""Which series of a person's own numbers are sent: bounded, and in a layout that does not change all the time."""

from remote_probe import json_line, series

# A series that comes and goes keeps its place that many rounds after it was last there.
ROUNDS_KEPT = 10
# Each change of the series costs the store a new layout. So many in a row are free, then one in ten rounds.
_CHANGES_AT_ONCE = 10
_CHANGES_A_ROUND = 0.1
# A layout has to fit into a line of 1 MiB with what the other checks have in it.
_BYTES_LIMIT = 400 * 1024
# Quotes, brackets, names of the metric and its labels.
_BYTES_BESIDES = 48


class Room:
    """What all checks of a host may still take of its layout in this round."""

    def __init__(self):
        self._changes = float(_CHANGES_AT_ONCE)
        self.next_round()

    def next_round(self):
        """All is free again; changes come back slowly."""
        self._changes = min(self._changes + _CHANGES_A_ROUND, _CHANGES_AT_ONCE)
        self._is_changing = False
        self._series = series.CUSTOM_LIMIT
        self._bytes = _BYTES_LIMIT

    def may_change(self):
        """Whether the series may change in this round; when one check's do, those of others may as well."""
        if not self._is_changing and self._changes >= 1:
            self._changes -= 1
            self._is_changing = True
        return self._is_changing

    def choose(self, costs):
        """What fits of series that cost so many bytes each, taken in this order: their places."""
        chosen = []  # type: list[int]
        left = self._bytes
        for place, cost in enumerate(costs):
            if len(chosen) == self._series:
                break
            if cost <= left:
                left -= cost
                chosen.append(place)
        return chosen

    def use(self, costs):
        """These series are sent."""
        self._series = max(0, self._series - len(costs))
        self._bytes -= sum(costs)


class KeptSeries:
    """The series of one check.

    Attributes:
        series: as they are announced.
    """

    def __init__(self, check):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._check = check
        self._gone_for = {}  # type: dict[tuple[str, bool], int]

    def take(self, samples, room):
        """The values for `series`, which may have changed by then; absent ones None.

        Args:
            samples: as `check_numbers.read_samples` gives them.
            room: what is left of the host's layout.
        """
        values = {(text, is_counter): value for text, value, is_counter in samples}
        known = self._gone_for
        for key in known:
            known[key] = 0 if key in values else known[key] + 1
        wish = self._wish(values, room)
        if wish != list(known) and room.may_change():
            self._gone_for = {key: known.get(key, 0) for key in wish}
            self.series = series.custom(self._check, wish)
        room.use(self._costs(self._gone_for))
        return [values.get(key) for key in self._gone_for]

    def _wish(self, values, room):
        """What would be sent if it were decided now: what is there before what was, old places before new ones."""
        known = [key for key, rounds in self._gone_for.items() if rounds <= ROUNDS_KEPT]
        wish = known + [key for key in values if key not in self._gone_for]
        by_need = sorted(wish, key=lambda key: key not in values)
        chosen = {by_need[place] for place in room.choose(self._costs(by_need))}
        return [key for key in wish if key in chosen]

    def _costs(self, keys):
        check = len(json_line.encode_text(self._check)) + _BYTES_BESIDES
        return [check + len(json_line.encode_text(text)) for text, _ in keys]
