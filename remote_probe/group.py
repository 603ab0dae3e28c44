"""A cadence group: sources whose values go into one array, and the layout that names them."""

from remote_probe import json_line

TROUBLES = (OSError, ValueError, LookupError)
"""What comes of files that are missing, forbidden, or not as expected."""


class Group:
    """Reads its sources in order.

    A source has `series` (a tuple of flat series) and `read()`, which returns a list of values for them and may
    replace `series` when what there is to read has changed. It may raise what the host's files make it raise.
    """

    def __init__(self, name, number, sources, troubles=TROUBLES):
        self.name = name
        self.number = number
        self._sources = sources
        self._troubles = troubles
        self._announced = None

    def read(self):
        """Returns the values, and the layout line when it differs from the last one, else None."""
        values = []
        for source in self._sources:
            values += self._read(source)
        layout = [source.series for source in self._sources]
        if layout == self._announced:
            return values, None
        self._announced = layout
        return values, self._layout_line(layout)

    def _read(self, source):
        """What a source reads; all absent when the host will not tell."""
        try:
            values = source.read()
        except self._troubles:
            values = []
        return values if len(values) == len(source.series) else [None] * len(source.series)

    def _layout_line(self, layout):
        series = [flat for part in layout for flat in part]
        return json_line.encode({"layout": self.number, "group": self.name, "series": series})


def scrape_line(number, m, t, parts, top):
    """One scrape.

    Args:
        number: counts scrapes from 0.
        m: seconds on the steady clock.
        t: seconds on the wall clock.
        parts: the groups whose turn it was, with their values.
        top: the process table as rows, or None when it was not its turn.
    """
    texts = ['{"n":%d,"m":%.3f,"t":%.3f' % (number, m, t)]
    for group, values in parts:
        texts.append('"%s":[%d,%s]' % (group.name, group.number, json_line.encode_numbers(values)))
    if top is not None:
        texts.append('"top":' + json_line.encode(top))
    return ",".join(texts) + "}"
