"""Clock times of a time zone as instants, in the nights when clocks change too.

Every clock time is one instant: of a repeated hour the first occurrence counts, and a time that clocks skip is the
moment at which they skip it. So a later clock time is never an earlier instant, and windows that touch on the clock
touch in time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT = timedelta(days=1)  # the end of a day


def instant(day: date, clock: timedelta, zone: ZoneInfo) -> datetime:
    """The instant (in UTC) at which the clock of `day` shows `clock` after midnight; 24 hours is the next midnight."""
    wall = datetime.combine(day, time.min) + clock
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    # Skipped: read with the clock of before the change it is too late, with that of after the change too early.
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _change_between(early, first, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after `before` with the offset of `after`; time zones change at whole seconds."""
    new_offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == new_offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)
