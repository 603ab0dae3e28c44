"""Moments of files as UTC milliseconds: ISO 8601, and the decimal seconds of OpenMetrics; exact, many at a time."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

import numpy as np
from numpy.typing import NDArray

_OURS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_PLAIN_SECONDS = re.compile(r"\d{1,15}\.\d{3}", re.ASCII)
_SECONDS = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LIMIT_MS = 2**62
_TEXT_LIMIT = 64


def iso_moments(texts: Sequence[str]) -> list[int | None]:
    """UTC milliseconds of ISO 8601 times that name their zone; None for anything else."""
    if all(map(_OURS.fullmatch, texts)):
        try:
            read = np.array([text[:-1] for text in texts], dtype="datetime64[ms]").astype(np.int64)
        except ValueError:
            pass
        else:
            found: list[int | None] = read.tolist()
            return found
    return [_iso_moment(text) for text in texts]


def decimal_moments(texts: Sequence[str]) -> list[int | None]:
    """UTC milliseconds of decimal seconds, rounded to the nearest; None for anything else."""
    if all(map(_PLAIN_SECONDS.fullmatch, texts)):
        # Never through a float: a time of today has no more than its milliseconds to spare in one.
        return [int(text[:-4]) * 1000 + int(text[-3:]) for text in texts]
    return [_decimal_moment(text) for text in texts]


def known_moments(moments: Sequence[int | None]) -> tuple[list[int], NDArray[np.int64]]:
    """Where there are moments, and which ones."""
    places = [place for place, moment in enumerate(moments) if moment is not None]
    return places, np.array([moments[place] for place in places], dtype=np.int64)


def _iso_moment(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text) if len(text) <= _TEXT_LIMIT else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    # To the nearest, a half up.
    return (moment - _EPOCH + _MILLISECOND / 2) // _MILLISECOND


def _decimal_moment(text: str) -> int | None:
    if len(text) > _TEXT_LIMIT or not _SECONDS.fullmatch(text):
        return None
    try:
        moment = round(Decimal(text) * 1000)
    except (InvalidOperation, OverflowError):
        return None
    return moment if abs(moment) < _LIMIT_MS else None
