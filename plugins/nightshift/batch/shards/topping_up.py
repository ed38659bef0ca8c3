"""Gives request files that are too short for a batch rows of files that can spare some."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


class Move(NamedTuple):
    """Rows (by number, ascending) that leave one file for their place in another."""

    giver: int
    taker: int
    numbers: Integers


class Contents:
    """The rows of one file and what each takes up of every limit."""

    def __init__(self) -> None:
        self._numbers: list[Integers] = []
        self._amounts: list[Integers] = []
        self.requests = 0

    def add(self, numbers: Integers, amounts: Integers) -> None:
        self._numbers.append(numbers)
        self._amounts.append(amounts)
        self.requests += len(numbers)

    def remove(self, places: Integers) -> None:
        import numpy as np

        numbers, amounts = self.rows()
        self._numbers, self._amounts = [np.delete(numbers, places)], [np.delete(amounts, places, axis=1)]
        self.requests -= len(places)

    def rows(self) -> tuple[Integers, Integers]:
        import numpy as np

        return np.concatenate(self._numbers), np.concatenate(self._amounts, axis=1)


def top_up(files: dict[int, tuple[Contents, Integers]], least: int) -> list[Move]:
    """The moves after which as many files as possible have `least` requests. `files`: contents and room, by number.

    A file gives only what leaves it with `least`; the nearest earlier files are asked first. A file that cannot be
    completed this way stays as it is.
    """
    moves: list[Move] = []
    for taker, (contents, left) in files.items():
        if contents.requests < least:
            moves += _complete(taker, left, files, least)
    return moves


def _complete(taker: int, left: Integers, files: dict[int, tuple[Contents, Integers]], least: int) -> list[Move]:
    missing = least - files[taker][0].requests
    gifts: list[tuple[int, Integers]] = []
    for giver in sorted(files, key=lambda number: (number > taker, -number)):
        spare = min(files[giver][0].requests - least, missing)
        if spare <= 0 or giver == taker:
            continue
        amounts = files[giver][0].rows()[1]
        places = _choose(amounts, spare, left)
        if places.size:
            gifts.append((giver, places))
            left = left - amounts[:, places].sum(axis=1)
            missing -= len(places)
    return [_move(giver, taker, places, files) for giver, places in gifts] if missing == 0 else []


def _choose(amounts: Integers, count: int, left: Integers) -> Integers:
    """Places of up to `count` rows that fit: the last ones, so that ranges stay apart, or else the smallest ones."""
    import numpy as np

    rows = amounts.shape[1]
    if (amounts[:, rows - count :].sum(axis=1) <= left).all():
        return np.arange(rows - count, rows)
    share = (amounts / np.maximum(left, 1)[:, None]).max(axis=0)
    smallest = np.argsort(share, kind="stable")[:count]
    fits = (np.cumsum(amounts[:, smallest], axis=1) <= left[:, None]).all(axis=0)
    chosen: Integers = np.sort(smallest[fits])
    return chosen


def _move(giver: int, taker: int, places: Integers, files: dict[int, tuple[Contents, Integers]]) -> Move:
    source = files[giver][0]
    numbers, amounts = source.rows()
    source.remove(places)
    files[taker][0].add(numbers[places], amounts[:, places])
    return Move(giver, taker, numbers[places])
