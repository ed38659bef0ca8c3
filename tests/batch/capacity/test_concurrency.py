"""Concurrency creeps up, drops at once, and never passes what the provider allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.capacity.concurrency import FIRST_PAUSE, LONGEST_PAUSE, START, AdaptiveLimit


def grown(most: int, to: int) -> AdaptiveLimit:
    limit = AdaptiveLimit(most)
    while limit.limit < to:
        limit.succeeded(limit.start())
    return limit


def test_it_starts_small() -> None:
    assert AdaptiveLimit(16).free(0) == START
    assert AdaptiveLimit(1).free(0) == 1


def test_a_round_of_successes_allows_one_more() -> None:
    limit = grown(16, to=4)
    for _ in range(3):
        limit.succeeded(limit.start())
        assert limit.limit == 4
    limit.succeeded(limit.start())
    assert limit.limit == 5


def test_it_never_passes_the_most() -> None:
    limit = grown(5, to=5)
    for _ in range(20):
        limit.succeeded(limit.start())
    assert limit.limit == 5


def test_what_is_in_flight_takes_its_place() -> None:
    limit = grown(16, to=3)
    tickets = [limit.start(), limit.start()]
    assert limit.free(0) == 1
    limit.failed(tickets[0])
    assert limit.free(0) == 2
    assert limit.limit == 3


def test_being_limited_halves_and_waits_as_told() -> None:
    limit = grown(16, to=9)
    limit.limited(limit.start(), now=100, retry_after=7)
    assert limit.limit == 4
    assert (limit.free(106.9), limit.wait(106.9)) == (0, pytest.approx(0.1))
    assert (limit.free(107), limit.wait(107)) == (4, 0)


def test_a_burst_of_refusals_halves_once_and_waits_for_the_last() -> None:
    limit = grown(16, to=8)
    tickets = [limit.start() for _ in range(8)]
    for number, ticket in enumerate(tickets):
        limit.limited(ticket, now=10, retry_after=1 + number)
    assert limit.limit == 4
    assert limit.wait(10) == 8
    limit.limited(limit.start(), now=20, retry_after=1)  # started afterwards: it is news
    assert limit.limit == 2


def test_successes_from_before_the_cut_do_not_count() -> None:
    limit = grown(16, to=8)
    tickets = [limit.start() for _ in range(8)]
    limit.limited(tickets[0], now=0, retry_after=1)
    for ticket in tickets[1:]:
        limit.succeeded(ticket)
    assert limit.limit == 4


def test_one_request_is_always_allowed_in_the_end() -> None:
    limit = AdaptiveLimit(16)
    for _ in range(10):
        limit.limited(limit.start(), now=0, retry_after=None)
    assert limit.limit == 1
    assert limit.free(LONGEST_PAUSE) == 1


@pytest.mark.parametrize("retry_after", [None, 0])
def test_without_retry_after_pauses_grow_until_an_answer_comes(retry_after: float | None) -> None:
    limit, now, pauses = AdaptiveLimit(16), 0.0, []
    for _ in range(9):
        limit.limited(limit.start(), now, retry_after)
        pauses.append(limit.wait(now))
        now += limit.wait(now)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    limit.succeeded(limit.start())
    limit.limited(limit.start(), now, retry_after=None)
    assert limit.wait(now) == FIRST_PAUSE


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["start", "start", "succeeded", "succeeded", "failed", "limited"]),
        st.integers(0, 50),
        st.one_of(st.none(), st.floats(0, 30)),
    ),
    max_size=200,
)


@given(most=st.integers(1, 20), events=EVENTS)
def test_whatever_happens_the_bounds_hold(most: int, events: list[tuple[str, int, float | None]]) -> None:
    limit, tickets, now = AdaptiveLimit(most), [], 0.0
    for kind, place, seconds in events:
        now += seconds or 0
        if kind == "start":
            if limit.free(now):
                tickets.append(limit.start())
        elif tickets:
            ticket = tickets.pop(place % len(tickets))
            if kind == "limited":
                limit.limited(ticket, now, seconds)
                assert limit.wait(now) >= (seconds or 0) - 1e-9
            else:
                getattr(limit, kind)(ticket)
        assert 1 <= limit.limit <= most
        assert limit.in_flight == len(tickets) <= most
