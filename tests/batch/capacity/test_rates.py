"""A minute's budget holds under any concurrency, and everybody waits when the provider asks one to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, inspect

from nightshift.batch.capacity import rates
from nightshift.batch.capacity.limits import RateLimits
from nightshift.storage.database import Database
from nightshift.storage.tables import Base, RateWindow

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SCOPE = rates.scope_of("p", "south", "m")
LIMITS = RateLimits(requests_per_minute=10, tokens_per_minute=1000)


@pytest.fixture(autouse=True)
def _table(database: Database) -> None:
    if not inspect(database.engine).has_table("rate_windows"):
        Base.metadata.tables["rate_windows"].create(database.engine)


def take(
    database: Database,
    requests: int,
    tokens: int = 0,
    after: float = 0,
    limits: RateLimits = LIMITS,
    scope: str = SCOPE,
) -> float:
    with database.transaction() as session:
        return rates.take(session, scope, limits, requests=requests, tokens=tokens, now=NOW + after * SECOND)


def pause(database: Database, until: float) -> None:
    with database.transaction() as session:
        rates.pause(session, SCOPE, NOW + until * SECOND)


def test_a_minute_has_its_budget_and_the_next_one_too(database: Database) -> None:
    assert take(database, 6) == 0
    assert take(database, 4, after=20) == 0
    assert take(database, 1, after=20) == 40
    assert take(database, 1, after=59.5) == 0.5
    assert take(database, 10, after=60) == 0
    assert take(database, 1, after=60) == 60


def test_tokens_count_as_well_as_requests(database: Database) -> None:
    assert take(database, 1, tokens=1000) == 0
    assert take(database, 1, tokens=1) == 60
    assert take(database, 1, tokens=0) == 0


def test_who_has_to_wait_has_taken_nothing(database: Database) -> None:
    assert take(database, 1, tokens=900) == 0
    assert take(database, 9, tokens=101) == 60
    assert take(database, 9, tokens=100) == 0


def test_every_scope_has_a_budget_of_its_own(database: Database) -> None:
    assert take(database, 10) == 0
    assert take(database, 10, scope=rates.scope_of("p", "north", "m")) == 0


@pytest.mark.parametrize(
    ("requests", "tokens", "minutes"), [(10, 0, 1), (11, 0, 2), (1, 1001, 2), (1, 2000, 2), (35, 100, 4)]
)
def test_more_than_a_whole_budget_is_granted_alone(
    database: Database, requests: int, tokens: int, minutes: int
) -> None:
    assert take(database, 1) == 0
    assert take(database, requests, tokens) == 60
    assert take(database, requests, tokens, after=60) == 0
    assert take(database, 10, tokens=1000, after=61) == minutes * 60 - 1
    assert take(database, 10, tokens=1000, after=60 + minutes * 60) == 0


def test_a_limit_that_is_not_set_does_not_hold(database: Database) -> None:
    only_tokens = RateLimits(tokens_per_minute=5)
    assert take(database, 10**6, tokens=5, limits=only_tokens) == 0
    assert take(database, 0, tokens=1, limits=only_tokens) == 60
    assert [take(database, 10**6, tokens=10**9, limits=RateLimits()) for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("limits", [LIMITS, RateLimits()])
def test_a_pause_holds_for_everybody(database: Database, limits: RateLimits) -> None:
    assert take(database, 1, limits=limits) == 0
    pause(database, until=90)
    assert take(database, 1, after=10, limits=limits) == 80
    assert take(database, 1, after=89, limits=limits) == 1
    assert take(database, 1, after=90, limits=limits) == 0


def test_a_pause_may_come_before_the_first_request(database: Database) -> None:
    pause(database, until=5)
    assert take(database, 1) == 5
    assert take(database, 10, after=5) == 0


def test_the_longest_pause_counts(database: Database) -> None:
    pause(database, until=30)
    pause(database, until=10)
    assert take(database, 1) == 30
    pause(database, until=40)
    assert take(database, 1) == 40


def test_instants_of_any_time_zone_mean_the_same(database: Database) -> None:
    chicago = timezone(timedelta(hours=-6))
    with database.transaction() as session:
        assert rates.take(session, SCOPE, LIMITS, requests=10, tokens=0, now=NOW.astimezone(chicago)) == 0
    assert take(database, 1, after=1) == 59
    with database.transaction() as session:
        rates.pause(session, SCOPE, (NOW + 100 * SECOND).astimezone(chicago))
    assert take(database, 1, after=61) == 39


def test_a_changed_limit_holds_from_the_next_request_on(database: Database) -> None:
    assert take(database, 10) == 0
    assert take(database, 5, limits=RateLimits(requests_per_minute=15)) == 0
    assert take(database, 1) == 60


def test_parallel_takers_never_exceed_the_budget(database: Database) -> None:
    """Each asks for 3 of 10 requests, so exactly three of sixteen can win, in the first minute and in the second."""
    for minute in (0, 60):
        together = Barrier(8)

        def ask(number: int, after: int = minute, barrier: Barrier = together) -> bool:
            if number < 8:
                barrier.wait()
            return take(database, 3, tokens=10, after=after) == 0

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(16))) == 3
        with database.transaction() as session:
            window = session.get_one(RateWindow, SCOPE)
            assert (window.requests, window.tokens) == (9, 30)
            assert window.ends_at == NOW + (minute + 60) * SECOND


STEPS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12), st.integers(0, 1200)), min_size=1, max_size=25
)  # seconds later, requests, tokens


# The table is emptied by hand at the start of each example: the fixture lives for all of them.
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whoever_waits_as_told_is_served_and_no_window_is_overdrawn(
    database: Database, steps: list[tuple[int, int, int]]
) -> None:
    with database.transaction() as session:
        session.execute(delete(RateWindow))
    now, granted = 0.0, []
    for later, requests, tokens in steps:
        now += later
        wait = take(database, requests, tokens, after=now)
        if wait:
            assert wait > 0
            now += wait
            assert take(database, requests, tokens, after=now) == 0
        granted.append((now, requests, tokens))
    for requests, tokens in _windows(granted):
        assert len(requests) == 1 or sum(requests) <= 10
        assert len(tokens) == 1 or sum(tokens) <= 1000


def _windows(granted: list[tuple[float, int, int]]) -> list[tuple[list[int], list[int]]]:
    """What was granted, by window: each begins with the first grant after the one before, and lasts as it must."""
    windows: list[tuple[list[int], list[int]]] = []
    ends_at = float("-inf")
    for at, requests, tokens in granted:
        if at >= ends_at:
            windows.append(([], []))
            ends_at = at + 60 * max(1, -(-requests // 10), -(-tokens // 1000))
        windows[-1][0].append(requests)
        windows[-1][1].append(tokens)
    return windows


def test_what_is_counted_under_a_hold_stays_true(database: Database) -> None:
    """Eight workers read a number, and write it back one higher; without the hold most of that would be lost."""
    assert take(database, 0, scope="counted") == 0

    def count(_: int) -> None:
        with database.transaction() as session:
            rates.hold(session, "p/south")
            window = session.get_one(RateWindow, "counted")
            window.requests += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))
    with database.transaction() as session:
        assert session.get_one(RateWindow, "counted").requests == 40
