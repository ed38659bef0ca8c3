"""Clock times become instants in every time zone, in the nights when clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.capacity.local_time import instant

BERLIN = "Europe/Berlin"
# Changes of an hour by night, of half an hour, at midnight, of a whole day (Samoa left out 30 December 2011), and none.
ZONES = [BERLIN, "America/Chicago", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "Asia/Kolkata", "UTC"]


def at(zone: str, day: str, hours: float) -> str:
    return instant(date.fromisoformat(day), timedelta(hours=hours), ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("zone", "day", "hours", "expected"),
    [
        (BERLIN, "2026-01-15", 20, "2026-01-15T19:00:00+00:00"),
        (BERLIN, "2026-07-15", 20, "2026-07-15T18:00:00+00:00"),
        (BERLIN, "2026-03-28", 24, "2026-03-28T23:00:00+00:00"),
        (BERLIN, "2026-03-28", 31, "2026-03-29T05:00:00+00:00"),  # seven the next morning, clocks have changed
        (BERLIN, "2026-03-29", 2, "2026-03-29T01:00:00+00:00"),  # skipped: 2 to 3
        (BERLIN, "2026-03-29", 2.5, "2026-03-29T01:00:00+00:00"),
        (BERLIN, "2026-03-29", 3, "2026-03-29T01:00:00+00:00"),
        (BERLIN, "2026-10-25", 2.5, "2026-10-25T00:30:00+00:00"),  # repeated: 2 to 3
        (BERLIN, "2026-10-25", 3, "2026-10-25T02:00:00+00:00"),
        ("America/Havana", "2026-03-08", 0, "2026-03-08T05:00:00+00:00"),  # skipped: midnight to 1
        ("Pacific/Apia", "2011-12-30", 12, "2011-12-30T10:00:00+00:00"),  # skipped: the whole day
    ],
)
def test_a_clock_time_is_one_instant(zone: str, day: str, hours: float, expected: str) -> None:
    assert at(zone, day, hours) == expected


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    minutes=st.lists(st.integers(0, 2 * 24 * 60), min_size=2, max_size=2),
)
def test_a_later_clock_time_is_not_an_earlier_instant(zone: str, day: date, minutes: list[int]) -> None:
    early, late = (instant(day, timedelta(minutes=item), ZoneInfo(zone)) for item in sorted(minutes))
    assert early <= late


@given(
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_what_a_clock_shows_is_found_again(zone: str, moment: datetime) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    clock = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    found = instant(local.date(), clock, ZoneInfo(zone))
    if local.fold:
        assert found < moment
        assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)
    else:
        assert found == moment
