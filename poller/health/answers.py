"""What the health port answers: `/healthz` for orchestrators, `/metrics` for Prometheus."""

import json
import time
from collections.abc import Callable

from poller.health.exposition import exposition, form_of
from poller.health.http_request import Answer, Request
from poller.health.judgement import Judgement
from poller.health.trouble_text import TROUBLE_TEXT
from poller.health.watch import HealthWatch

KEPT_S = 1.0
"""An exposition costs 2 ms; however often one asks, no more than one a second is made."""
_INDEX = b"Watchpost, the poller's health port.\n/healthz  whether it is well\n/metrics  its figures, for Prometheus\n"


class HealthAnswers:
    """For the thread of the health port."""

    def __init__(self, watch: HealthWatch, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes a clock that never goes back, in seconds."""
        self._watch = watch
        self._clock = clock
        self._kept: dict[str, Answer] = {}
        self._made_at = clock()

    def __call__(self, request: Request) -> Answer:
        """The answer."""
        if request.path == "/healthz":
            return health_answer(self._watch.now())
        if request.path == "/metrics":
            return self._metrics(request.accepted)
        return Answer(200 if request.path == "/" else 404, _INDEX)

    def _metrics(self, accepted: str) -> Answer:
        form, now_s = form_of(accepted), self._clock()
        if now_s - self._made_at >= KEPT_S:
            self._kept.clear()
            self._made_at = now_s
        if form not in self._kept:
            self._kept[form] = Answer(200, exposition(self._watch.exposed(), accepted), form)
        return self._kept[form]


def health_answer(judgement: Judgement) -> Answer:
    """200 while the poller does its work, else 503; and why."""
    content = {
        "status": judgement.health.value,
        "reasons": [{"code": trouble.value, "text": TROUBLE_TEXT[trouble]} for trouble in judgement.troubles],
    }
    body = json.dumps(content).encode() + b"\n"
    return Answer(200 if judgement.is_serving else 503, body, "application/json")
