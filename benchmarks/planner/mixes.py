"""Request sizes in bytes, the same ones every time: log-normal, as lengths of texts are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sizes = NDArray[np.int32]

ENVELOPE = 300  # bytes of every request line apart from the user's text
LONGEST = 2_000_000  # bytes; about what the longest contexts on offer hold


@dataclass(frozen=True)
class Mix:
    """`judged` is False for an order of rows that no planner can serve that decides row by row."""

    name: str
    draw: Callable[[int], Sizes]
    judged: bool = True


def _texts(seed: int, rows: int, median: float, spread: float) -> Sizes:
    drawn = np.random.default_rng(seed).lognormal(np.log(median), spread, rows)
    return (np.minimum(drawn, LONGEST) + ENVELOPE).astype(np.int32)


def _chats(rows: int) -> Sizes:
    return _texts(1, rows, 600, 0.4)


def _documents(rows: int) -> Sizes:
    return _texts(2, rows, 20_000, 0.8)


def _at_both_limits(rows: int) -> Sizes:
    """190 MB and 50,000 requests are reached at about the same row, so either may end a file."""
    return _texts(3, rows, 2_000, 1.05)


def _heavy_tail(rows: int) -> Sizes:
    return _texts(4, rows, 800, 2.5)


def _chats_among_documents(rows: int) -> Sizes:
    documents = np.random.default_rng(5).random(rows) < 0.1
    return np.where(documents, _texts(6, rows, 60_000, 1.0), _texts(7, rows, 800, 0.7))


def _chats_then_documents(rows: int) -> Sizes:
    return np.concatenate([_chats(rows - rows // 4), _documents(rows // 4)])


MIXES = (
    Mix("short chats", _chats),
    Mix("long documents", _documents),
    Mix("at both limits", _at_both_limits),
    Mix("heavy tail", _heavy_tail),
    Mix("chats among documents", _chats_among_documents),
    Mix("chats, then documents", _chats_then_documents, judged=False),
)
