"""On-demand work waits for the window, unless the deadline forces it earlier; the reason says both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.capacity.off_peak import Opening, Window
from nightshift.batch.capacity.starting import MARGIN, StartPlan, plan_start

NIGHTS = Window(ZoneInfo("America/Chicago"), (Opening(frozenset(range(7)), timedelta(hours=19), timedelta(hours=31)),))
NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)  # 12:00 in Chicago; the window opens seven hours later
HOUR = timedelta(hours=1)
CENT = 10**10


def plan(
    now: datetime = NOON,
    deadline: timedelta = 24 * HOUR,
    needed: timedelta = HOUR,
    window: Window | None = NIGHTS,
    batch_cost: int | None = None,
) -> StartPlan:
    return plan_start(
        now,
        deadline=now + deadline,
        needed=needed,
        window=window,
        realtime_cost=10 * CENT,
        batch_cost=batch_cost,
    )


def test_it_waits_for_the_window() -> None:
    found = plan()
    assert found == StartPlan(
        NOON + 7 * HOUR,
        "Waits for the off-peak window, which opens Mon 2026-11-23 19:00 America/Chicago (2026-11-24 01:00 UTC): "
        "it needs about 60 min and is done before the deadline Tue 2026-11-24 12:00 America/Chicago "
        "(2026-11-24 18:00 UTC). "
        "The price does not depend on the hour: starting at another time costs $0.00 more or less.",
        0,
    )


def test_it_starts_at_once_where_the_deadline_forces_it() -> None:
    found = plan(deadline=9 * HOUR, needed=2 * HOUR)
    assert found.start_at == NOON
    assert found.reason.startswith(
        "Starts at once, at Mon 2026-11-23 12:00 America/Chicago (2026-11-23 18:00 UTC), outside of the off-peak "
        "window, which opens Mon 2026-11-23 19:00 America/Chicago (2026-11-24 01:00 UTC): it needs about 2 h 00 min, "
        "so it has to start by Mon 2026-11-23 18:00 America/Chicago (2026-11-24 00:00 UTC) to be done by the deadline "
        "Mon 2026-11-23 21:00 America/Chicago (2026-11-24 03:00 UTC)."
    )


def test_it_starts_at_once_in_the_window() -> None:
    found = plan(now=NOON + 8 * HOUR)
    assert found.start_at == NOON + 8 * HOUR
    assert "is open until Tue 2026-11-24 07:00 America/Chicago (2026-11-24 13:00 UTC)" in found.reason


@pytest.mark.parametrize(
    "window",
    [None, Window(ZoneInfo("UTC"), (Opening(frozenset(range(7)), 0 * HOUR, 24 * HOUR),)), Window(ZoneInfo("UTC"), ())],
)
def test_it_starts_at_once_where_there_is_nothing_to_wait_for(window: Window | None) -> None:
    found = plan(window=window)
    assert found.start_at == NOON
    assert found.reason.startswith("Starts at once")


@pytest.mark.parametrize(
    ("batch_cost", "difference", "words"),
    [
        (5 * CENT, 5 * CENT, "At $0.10 it costs $0.05 more than the same requests at the batch price."),
        (10 * CENT, 0, "At $0.10 it costs as much as the same requests at the batch price."),
        (12 * CENT, -2 * CENT, "At $0.10 it costs $0.02 less than the same requests at the batch price."),
    ],
)
def test_the_batch_price_is_the_alternative_where_there_is_one(batch_cost: int, difference: int, words: str) -> None:
    found = plan(batch_cost=batch_cost)
    assert found.cost_difference == difference
    assert found.reason.endswith(words)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    deadline=st.timedeltas(timedelta(0), timedelta(days=3)),
    needed=st.timedeltas(timedelta(0), timedelta(days=1)),
)
def test_it_starts_in_the_window_or_at_once_and_always_leaves_the_margin(
    now: datetime, deadline: timedelta, needed: timedelta
) -> None:
    found = plan(now, deadline, needed)
    assert found.start_at >= now
    if found.start_at > now:
        assert NIGHTS.is_open(found.start_at)
        assert not NIGHTS.is_open(now)
        assert found.start_at + needed * MARGIN <= now + deadline
    elif not NIGHTS.is_open(now):
        opening = NIGHTS.next_opening(now)
        assert opening is not None
        assert opening + needed * MARGIN > now + deadline
