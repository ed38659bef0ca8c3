"""Decides which request file each row goes to, from the rows' sizes alone, before anything is written.

First fit in row order: a row goes to the oldest open file that has room. As long as rows are small against the file,
exactly one is open and every file is a contiguous range; where some are large, a handful stay open so that smaller rows
fill the gaps. What is decided for a row depends on the rows before it only, never on the chunks in which they arrive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nightshift.batch.shards.topping_up import Contents, Move, top_up
from nightshift.errors import InvalidInput
from nightshift.model_registry.capabilities import BatchLimits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

# Without a batch API nothing limits the file; it is as large as the largest that a batch API takes.
REALTIME_FILE_REQUESTS = 50_000
REALTIME_FILE_BYTES = 190_000_000

OPEN_FILES = 4  # that may wait for smaller rows at the same time
FULL = 200  # a file with at most this part of a limit left does not wait for smaller rows
HELD_FILES = 8  # at most so many full files are kept at hand, in case that the last file needs rows of theirs
_UNLIMITED = 2**62
_LEAST_LOOK_AHEAD, _MOST_LOOK_AHEAD = 64, 16_384  # rows; speed only


@dataclass(frozen=True)
class FileLimits:
    """What one request file may hold. Below `min_requests` the provider does not take it as a batch."""

    max_requests: int
    max_bytes: int
    max_request_bytes: int | None = None
    max_tokens: int | None = None
    min_requests: int = 1

    @staticmethod
    def of(batch: BatchLimits | None, max_tokens: int | None) -> FileLimits:
        """A provider's limits; `max_tokens` is a quota of enqueued tokens on top of them."""
        if batch is None:
            return FileLimits(REALTIME_FILE_REQUESTS, REALTIME_FILE_BYTES, max_tokens=max_tokens)
        given = [limit for limit in (batch.max_tokens, max_tokens) if limit is not None]
        return FileLimits(
            max_requests=batch.max_requests,
            max_bytes=batch.max_bytes,
            max_request_bytes=batch.max_request_bytes,
            max_tokens=min(given, default=None),
            min_requests=batch.min_requests,
        )


class Piece(NamedTuple):
    """Rows of one chunk (their places in it, ascending) that go to the end of a file."""

    file: int
    rows: Integers


class Cuts(NamedTuple):
    """What one chunk leads to. `sealed` files get no more rows, lose none, and come after their last piece."""

    pieces: list[Piece]
    sealed: list[int]


@dataclass
class _File:
    """A file that may get more rows. `left` is what it may still hold of requests, bytes and tokens.

    `waits`: a row did not fit while there was room worth filling, so smaller rows may still come.
    """

    number: int
    left: Integers
    waits: bool = False
    contents: Contents = field(default_factory=Contents)


class _Choice(NamedTuple):
    """What one file would do with the rows it is offered."""

    taken: Integers
    passed_on: Integers
    is_full: bool  # when the first one did not fit, which ends the file


class Packer:
    """Call `add` with chunks in row order, then `finish`. Files are numbered from 0 in the order of their first row."""

    def __init__(self, limits: FileLimits) -> None:
        import numpy as np

        self._limits = limits
        tokens = _UNLIMITED if limits.max_tokens is None else limits.max_tokens
        self._capacity = np.array([limits.max_requests, limits.max_bytes, tokens], dtype=np.int64)
        self._open: list[_File] = []
        self._held: list[_File] = []
        self._look_ahead = _LEAST_LOOK_AHEAD
        self.files = 0

    def add(self, numbers: Integers, sizes: Integers, tokens: Integers) -> Cuts:
        """Place the next rows. Raises InvalidInput for a row (named by its number) that fits no file."""
        import numpy as np

        amounts = np.stack([np.ones_like(sizes, dtype=np.int64), sizes, tokens]).astype(np.int64, copy=False)
        self._check(numbers, amounts)
        cuts, start = Cuts([], []), 0
        while start < len(numbers):
            stop = min(start + self._look_ahead, len(numbers))
            end, rows_are_left = self._place(start, stop, numbers, amounts, cuts)
            if rows_are_left:
                self._start_file(cuts)
            ahead = 2 * (end - start) if rows_are_left else 2 * self._look_ahead
            self._look_ahead = min(max(ahead, _LEAST_LOOK_AHEAD), _MOST_LOOK_AHEAD)
            start = end
        return cuts

    def finish(self) -> list[Move]:
        """Ends all files. The moves, done in their order, bring files that are too short up to `min_requests`."""
        last = sorted(self._held + self._open, key=lambda file: file.number)
        self._held, self._open = [], []
        return top_up({file.number: (file.contents, file.left) for file in last}, self._limits.min_requests)

    def _place(self, start: int, stop: int, numbers: Integers, amounts: Integers, cuts: Cuts) -> tuple[int, bool]:
        """Place rows from `start` on until one fits no open file; where that is, and whether there is such a row."""
        import numpy as np

        rest, choices = np.arange(start, stop), []
        for file in self._open:
            choice = self._choose(file, rest, amounts)
            choices.append((file, choice))
            rest = choice.passed_on
        end = int(rest[0]) if rest.size else stop
        for file, choice in choices:
            rows = choice.taken[: np.searchsorted(choice.taken, end)]  # what comes later is decided again
            if rows.size:
                self._put(file, rows, numbers, amounts, cuts)
            file.waits = file.waits or choice.passed_on.size > 0
            if choice.is_full:
                self._close(file, cuts)
        return end, bool(rest.size)

    def _put(self, file: _File, rows: Integers, numbers: Integers, amounts: Integers, cuts: Cuts) -> None:
        file.left = file.left - amounts[:, rows].sum(axis=1)
        cuts.pieces.append(Piece(file.number, rows))
        if self._limits.min_requests > 1:
            file.contents.add(numbers[rows], amounts[:, rows])

    def _choose(self, file: _File, rows: Integers, amounts: Integers) -> _Choice:
        """First fit of one file. Each turn takes rows up to one that does not fit, then looks at those that may."""
        import numpy as np

        taken = np.zeros(rows.size, dtype=bool)
        left, candidates, waits = file.left, np.arange(rows.size), file.waits
        while candidates.size:
            sums = np.cumsum(amounts[:, rows[candidates]], axis=1)
            fitting = min(int(np.searchsorted(sums[kind], left[kind], side="right")) for kind in range(len(left)))
            taken[candidates[:fitting]] = True
            if fitting:
                left = left - sums[:, fitting - 1]
            candidates = candidates[fitting:]
            if candidates.size and not waits:
                if bool((left <= self._capacity // FULL).any()):
                    return _Choice(rows[taken], rows[~taken], is_full=True)
                waits = True
            candidates = candidates[(amounts[:, rows[candidates]] <= left[:, None]).all(axis=0)]
        return _Choice(rows[taken], rows[~taken], is_full=False)

    def _start_file(self, cuts: Cuts) -> None:
        if len(self._open) == OPEN_FILES:
            fullest = min(self._open, key=lambda file: float((file.left / self._capacity).min()))
            self._close(fullest, cuts)
        self._open.append(_File(self.files, self._capacity))
        self.files += 1

    def _close(self, file: _File, cuts: Cuts) -> None:
        """Keep as many full files at hand as could complete a file of a single row."""
        self._open.remove(file)
        self._held.append(file)
        least = self._limits.min_requests
        spare = [max(held.contents.requests - least, 0) for held in self._held]
        while self._held and (sum(spare[1:]) >= least - 1 or len(self._held) > HELD_FILES):
            cuts.sealed.append(self._held.pop(0).number)
            spare.pop(0)

    def _check(self, numbers: Integers, amounts: Integers) -> None:
        limits = self._limits
        per_row = [
            (1, limits.max_request_bytes, "bytes", "larger than the provider takes in one request"),
            (1, limits.max_bytes, "bytes", "larger than the provider takes in a whole batch"),
            (2, limits.max_tokens, "tokens (estimated)", "larger than all tokens that may be enqueued at once"),
        ]
        found = [
            (int(over[0]), int(amounts[kind, over[0]]), limit, unit, problem)
            for kind, limit, unit, problem in per_row
            if limit is not None and (over := (amounts[kind] > limit).nonzero()[0]).size
        ]
        if found:
            place, amount, limit, unit, problem = min(found, key=lambda item: item[0])
            raise InvalidInput(
                f"one row's request is {problem}",
                field="input",
                value=f"row {numbers[place]}: {amount} {unit}",
                limit=f"{limit} {unit}",
                way_out="shorten the row's text, or the prompt's examples"
                + (", or raise enqueued_tokens in include/policies/rates.yaml" if "tokens" in unit else ""),
            )
