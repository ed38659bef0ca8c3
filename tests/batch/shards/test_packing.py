"""Every limit holds, every row is placed once, and neither depends on how the rows arrive."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nightshift.batch.shards import packing
from nightshift.batch.shards.packing import FileLimits, Packer
from nightshift.errors import InvalidInput
from nightshift.model_registry.capabilities import BatchLimits

FIRST = 40  # the number of the first row
Plan = list[list[int]]
Row = tuple[int, int]  # bytes, tokens

ROWS = st.lists(st.tuples(st.one_of(st.integers(1, 40), st.integers(1, 1000)), st.integers(0, 300)), max_size=120)
LIMITS = st.builds(
    FileLimits,
    max_requests=st.integers(1, 40),
    max_bytes=st.integers(1000, 4000),
    max_request_bytes=st.none(),
    max_tokens=st.one_of(st.none(), st.integers(300, 2000)),
    min_requests=st.just(1),
)


@dataclass
class Packed:
    """What a caller of Packer ends up with, when it does as it is told."""

    files: dict[int, list[int]] = field(default_factory=dict)
    sealed: set[int] = field(default_factory=set)
    most_open: int = 0


def pack(limits: FileLimits, rows: list[Row], chunk: int = 10**9) -> Packed:
    packer, found = Packer(limits), Packed()
    for start in range(0, len(rows), chunk):
        part = rows[start : start + chunk]
        numbers = np.arange(start, start + len(part)) + FIRST
        sizes, tokens = (np.array(column, dtype=np.int64) for column in zip(*part, strict=True))
        cuts = packer.add(numbers, sizes, tokens)
        for piece in cuts.pieces:
            assert piece.file not in found.sealed
            found.files.setdefault(piece.file, []).extend(numbers[piece.rows].tolist())
        found.sealed.update(cuts.sealed)
        found.most_open = max(found.most_open, len(found.files) - len(found.sealed))
    for giver, taker, moved in packer.finish():
        assert not {giver, taker} & found.sealed
        leaving = set(moved.tolist())
        found.files[giver] = [number for number in found.files[giver] if number not in leaving]
        found.files[taker] = sorted([*found.files[taker], *moved.tolist()])
    assert sorted(found.files) == list(range(packer.files))
    return found


def plan(limits: FileLimits, rows: list[Row], chunk: int = 10**9) -> Plan:
    return [numbers for _, numbers in sorted(pack(limits, rows, chunk).files.items())]


def counts(limits: FileLimits, rows: list[Row]) -> list[int]:
    return [len(file) for file in plan(limits, rows)]


def used(file: list[int], rows: list[Row]) -> tuple[int, int, int]:
    taken = [rows[number - FIRST] for number in file]
    return len(taken), sum(size for size, _ in taken), sum(tokens for _, tokens in taken)


def capacity(limits: FileLimits) -> tuple[int, int, float]:
    return limits.max_requests, limits.max_bytes, float("inf") if limits.max_tokens is None else limits.max_tokens


def row_by_row(limits: FileLimits, rows: list[Row]) -> Plan:
    """The same rule, as slow and plain as can be."""
    whole = capacity(limits)
    files: Plan = []
    still_open: list[int] = []
    waits: set[int] = set()
    room: list[tuple[float, ...]] = []
    for place, (size, tokens) in enumerate(rows):
        need = (1, size, tokens)
        for number in list(still_open):
            if all(part <= left for part, left in zip(need, room[number], strict=True)):
                break
            if number not in waits:
                waits.add(number)
                if any(left <= limit // packing.FULL for left, limit in zip(room[number], whole, strict=True)):
                    still_open.remove(number)
        else:
            if len(still_open) == packing.OPEN_FILES:
                shares = {
                    number: min(left / limit for left, limit in zip(room[number], whole, strict=True) if limit < 1e18)
                    for number in still_open
                }
                still_open.remove(min(still_open, key=lambda number: shares[number]))
            number = len(files)
            files.append([])
            still_open.append(number)
            room.append(whole)
        files[number].append(place + FIRST)
        room[number] = tuple(left - part for left, part in zip(room[number], need, strict=True))
    return files


@given(limits=LIMITS, rows=ROWS, least=st.integers(1, 40))
def test_every_row_is_in_one_file_and_no_limit_is_passed(limits: FileLimits, rows: list[Row], least: int) -> None:
    limits = FileLimits(limits.max_requests, limits.max_bytes, None, limits.max_tokens, min(least, limits.max_requests))
    files = plan(limits, rows)
    assert sorted(number for file in files for number in file) == list(range(FIRST, FIRST + len(rows)))
    for file in files:
        assert file == sorted(file)
        assert file
        assert all(amount <= limit for amount, limit in zip(used(file, rows), capacity(limits), strict=True))


@given(limits=LIMITS, rows=ROWS)
def test_it_is_first_fit_in_row_order(limits: FileLimits, rows: list[Row]) -> None:
    assert plan(limits, rows) == row_by_row(limits, rows)


@given(limits=LIMITS, rows=ROWS, chunk=st.integers(1, 50), least=st.integers(1, 10))
def test_chunks_do_not_matter(limits: FileLimits, rows: list[Row], chunk: int, least: int) -> None:
    limits = FileLimits(limits.max_requests, limits.max_bytes, None, limits.max_tokens, min(least, limits.max_requests))
    assert plan(limits, rows, chunk) == plan(limits, rows)


@given(limits=LIMITS, rows=ROWS, least=st.integers(1, 10))
def test_few_files_are_open_at_once(limits: FileLimits, rows: list[Row], least: int) -> None:
    limits = FileLimits(limits.max_requests, limits.max_bytes, None, limits.max_tokens, min(least, limits.max_requests))
    held = packing.HELD_FILES if least > 1 else 0
    # Row by row; a file that is opened and one that is sealed in the same chunk are counted together.
    assert pack(limits, rows, chunk=1).most_open <= packing.OPEN_FILES + held


@given(rows=st.integers(1, 3000), least=st.integers(1, 50), more=st.integers(0, 200))
@example(rows=310, least=100, more=50)  # two givers are needed
def test_no_file_is_too_short_for_a_batch_where_rows_can_be_had(rows: int, least: int, more: int) -> None:
    limits = FileLimits(least + more, 10**9, min_requests=least)
    found = counts(limits, [(10, 3)] * rows)
    spare = sum(limits.max_requests - least for _ in range(min(rows // limits.max_requests, packing.HELD_FILES)))
    rest = rows % limits.max_requests
    if rest and rows > limits.max_requests and rest + spare >= least:
        assert min(found) >= least
    assert len(found) == -(-rows // limits.max_requests)


def test_the_last_file_gets_its_rows_from_the_end_of_the_one_before() -> None:
    files = plan(FileLimits(50_000, 10**9, min_requests=100), [(1000, 300)] * 50_050)
    assert [len(file) for file in files] == [49_950, 100]
    assert files[0] == list(range(FIRST, FIRST + 49_950))


def test_a_file_that_gives_keeps_enough_and_the_nearest_gives_first() -> None:
    assert counts(FileLimits(150, 10**9, min_requests=100), [(10, 3)] * 310) == [110, 100, 100]


def test_fewer_rows_than_a_batch_needs_are_one_file() -> None:
    assert counts(FileLimits(50_000, 10**9, min_requests=100), [(1000, 300)] * 99) == [99]


def test_a_last_file_of_large_rows_gets_small_ones() -> None:
    small, large = [(10, 1)] * 150, [(4000, 1)]
    limits = FileLimits(1000, 4400, min_requests=30)
    files = plan(limits, [*small, *large, *small])
    assert min(len(file) for file in files) >= 30
    for file in files:
        assert used(file, [*small, *large, *small])[1] <= 4400


def test_a_file_that_cannot_be_completed_stays_as_it_is() -> None:
    rows = [(100, 1)] * 10 + [(850, 1)]  # only one of the first ten fits beside the last
    assert counts(FileLimits(10, 1000, min_requests=5), rows) == [10, 1]


def test_small_rows_fill_what_large_ones_leave() -> None:
    rows = [(600, 1), (600, 1)] + [(100, 1)] * 8
    assert plan(FileLimits(100, 1000), rows) == [[40, 42, 43, 44, 45], [41, 46, 47, 48, 49]]


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_file_that_waits_for_small_rows_goes_on_waiting(chunk: int) -> None:
    rows = [(600, 1), (600, 1), (396, 1), (500, 1), (3, 1)]
    assert plan(FileLimits(100, 1000), rows, chunk) == [[40, 42, 44], [41], [43]]


def test_the_fullest_of_too_many_open_files_ends() -> None:
    rows = [(600, 1), (700, 1), (500, 1), (650, 1), (550, 1), (300, 1)]  # 700 ends, or 300 would go there
    assert plan(FileLimits(100, 1000), rows) == [[40, 45], [41], [42], [43], [44]]
    rows = [*rows[:5], (290, 1), (400, 1), (440, 1)]
    assert plan(FileLimits(100, 1000), rows) == [[40, 45], [41], [42, 46], [43], [44, 47]]


def test_a_file_that_is_as_good_as_full_ends_at_once() -> None:
    rows = [(999, 1), (2, 1), (1, 1)]
    assert plan(FileLimits(100, 1000), rows) == [[40], [41, 42]]


def size_mix(seed: int, rows: int, median: float, spread: float, largest: int) -> NDArray[np.int64]:
    drawn = np.random.default_rng(seed).lognormal(np.log(median), spread, rows)
    return np.minimum(drawn, largest).astype(np.int64) + 300


@pytest.mark.parametrize(
    ("median", "spread", "limits"),
    [
        (600, 0.6, FileLimits(500, 10**9, min_requests=100)),
        (20_000, 0.8, FileLimits(50_000, 20_000_000)),
        (1_500, 1.8, FileLimits(50_000, 10**9, max_tokens=2_000_000)),
        (800, 2.5, FileLimits(50_000, 10**9, max_tokens=2_000_000, min_requests=100)),
    ],
)
def test_the_number_of_files_is_within_two_percent_of_the_least_possible(
    median: float, spread: float, limits: FileLimits
) -> None:
    sizes = size_mix(7, 150_000, median, spread, 2_000_000)
    tokens = -(-sizes // 3)
    packer = Packer(limits)
    packer.add(np.arange(len(sizes)), sizes, tokens)
    packer.finish()
    amounts = (len(sizes), int(sizes.sum()), int(tokens.sum()))
    least = max(-(-amount // limit) for amount, limit in zip(amounts, capacity(limits), strict=True))
    assert least > 100
    assert packer.files <= least * 1.02


@pytest.mark.parametrize(
    ("limits", "value", "limit"),
    [
        (FileLimits(10, 1000), "row 43: 1001 bytes", "1000 bytes"),
        (FileLimits(10, 9000, max_request_bytes=900), "row 42: 950 bytes", "900 bytes"),
        (FileLimits(10, 9000, max_tokens=50), "row 41: 51 tokens (estimated)", "50 tokens (estimated)"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 100])
def test_the_first_row_that_fits_nowhere_is_named(limits: FileLimits, value: str, limit: str, chunk: int) -> None:
    rows = [(1, 1), (10, 51), (950, 1), (1001, 60), (5000, 1)]
    with pytest.raises(InvalidInput) as raised:
        pack(limits, rows, chunk)
    error = raised.value
    assert (error.field, error.value, error.limit) == ("input", value, limit)
    assert "shorten" in error.way_out
    assert ("rates.yaml" in error.way_out) == (limits.max_tokens is not None)


def test_the_smaller_token_limit_counts() -> None:
    batch = BatchLimits(
        max_requests=5, max_bytes=100, max_tokens=70, window_hours=24, listing_lag_seconds=0, discount=0.5
    )
    assert FileLimits.of(batch, None).max_tokens == 70
    assert FileLimits.of(batch, 60).max_tokens == 60
    assert FileLimits.of(batch, 80).max_tokens == 70


def test_without_a_batch_api_files_are_as_large_as_the_largest_batch() -> None:
    assert FileLimits.of(None, None) == FileLimits(50_000, 190_000_000)
