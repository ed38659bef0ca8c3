"""The hours in which on-demand work runs, per provider and region: include/policies/off_peak.yaml."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, model_validator

from nightshift.batch.capacity.local_time import MIDNIGHT, instant
from nightshift.errors import Misconfigured
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
HORIZON = timedelta(days=400)  # how far ahead an opening or a closing is looked for: every holiday once, and some more

Period = tuple[datetime, datetime]


@dataclass(frozen=True)
class Opening:
    """Opens on these days (Monday is 0) at one clock time and closes at another, both counted from midnight."""

    days: frozenset[int]
    opens: timedelta
    closes: timedelta  # beyond 24 hours it is on the next day


@dataclass(frozen=True)
class Window:
    """When one provider's region is off peak. All instants carry a time zone; those that come back are in UTC."""

    zone: ZoneInfo
    openings: tuple[Opening, ...]
    holidays: Container[date] = ()  # days that are off peak from midnight to midnight

    def is_open(self, at: datetime) -> bool:
        return self.next_opening(at, within=timedelta(0)) is not None

    def next_opening(self, at: datetime, within: timedelta = HORIZON) -> datetime | None:
        """The first instant from `at` on at which it is open, which may be `at`; None where that is too far ahead."""
        at = at.astimezone(UTC)
        period = self._period(at, within)
        return max(period[0], at) if period is not None and period[0] <= at + within else None

    def closes_at(self, at: datetime) -> datetime | None:
        """The first instant from `at` on at which it is closed, which may be `at`; None where it does not close."""
        at = at.astimezone(UTC)
        period = self._period(at, timedelta(0))
        if period is None or period[0] > at:
            return at
        return period[1] if period[1] < at + HORIZON else None

    def _period(self, at: datetime, within: timedelta) -> Period | None:
        """The first open period that ends after `at`, whole as far as the horizon; it may begin after `within`."""
        found: Period | None = None
        for start, end in self._openings_from(at):
            if found is not None and start > found[1]:
                return found
            if found is not None:
                found = (found[0], max(found[1], end))
            elif start > at + within:
                return None
            elif end > at:
                found = (start, end)
        return found

    def _openings_from(self, at: datetime) -> Iterator[Period]:
        """Every opening that may matter from `at` on, by its start; they may overlap."""
        day = at.astimezone(self.zone).date() - timedelta(days=2)  # one before may reach into the present one
        last = day + HORIZON + timedelta(days=4)
        while day < last:
            yield from sorted(self._openings_on(day))
            day += timedelta(days=1)

    def _openings_on(self, day: date) -> Iterator[Period]:
        hours = [(item.opens, item.closes) for item in self.openings if day.weekday() in item.days]
        if day in self.holidays:
            hours.append((timedelta(0), MIDNIGHT))
        for opens, closes in hours:
            start, end = instant(day, opens, self.zone), instant(day, closes, self.zone)
            if start < end:  # one that lies in a skipped hour does not open
                yield start, end


def find_window(provider: str, region: str) -> Window | None:
    """The window of a provider's region, or None where it is always open. Raises Misconfigured."""
    entries = {(item.provider, item.region): item for item in load(_path(), OffPeakPolicy).windows}
    found = entries.get((provider, region)) or entries.get((provider, "*"))
    return found.window() if found is not None else None


def _clock(value: Any) -> timedelta:
    """A clock time in the file."""
    if not isinstance(value, str):
        raise ValueError('write the time in quotes, like "19:00": YAML reads it as a number without them')
    found = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", value)
    clock = timedelta(hours=int(found[1]), minutes=int(found[2])) if found else None
    if clock is None or clock > MIDNIGHT:
        raise ValueError('a time is "00:00" to "23:59", or "24:00" for the end of the day')
    return clock


Clock = Annotated[timedelta, BeforeValidator(_clock)]


class _Hours(Document):
    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: Clock = Field(alias="from")
    closes: Clock = Field(alias="to")

    @model_validator(mode="after")
    def edges_differ(self) -> Self:
        if self.opens == self.closes:
            raise ValueError('from and to are equal; a whole day is from "00:00" to "24:00"')
        if self.opens == MIDNIGHT:
            raise ValueError('from "24:00" is "00:00" of the next day; write that')
        return self

    def opening(self) -> Opening:
        closes = self.closes if self.closes > self.opens else self.closes + MIDNIGHT
        return Opening(frozenset(WEEKDAYS.index(day) for day in self.days), self.opens, closes)


class _Holidays(Document):
    country: str
    subdivision: str | None = None


class _Entry(Document):
    provider: str
    region: str
    time_zone: str
    open: tuple[_Hours, ...] = ()
    holidays: _Holidays | None = None

    @model_validator(mode="after")
    def it_opens(self) -> Self:
        if not self.open and self.holidays is None:
            raise ValueError("this window never opens; give `open` or `holidays`, or leave the entry out")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"time_zone: {self.time_zone!r} is not a name of the IANA time zone database") from None
        return self

    def window(self) -> Window:
        holidays = _public_holidays(self.holidays.country, self.holidays.subdivision) if self.holidays else ()
        return Window(ZoneInfo(self.time_zone), tuple(item.opening() for item in self.open), holidays)


class OffPeakPolicy(Document):
    """include/policies/off_peak.yaml."""

    windows: tuple[_Entry, ...] = ()

    @model_validator(mode="after")
    def one_entry_each(self) -> Self:
        pairs = sorted((item.provider, item.region) for item in self.windows)
        for one, other in pairwise(pairs):
            if one == other:
                raise ValueError(f"{one[0]}/{one[1]} has two entries; put all hours into one")
        return self


@cache
def _public_holidays(country: str, subdivision: str | None) -> Container[date]:
    from holidays import country_holidays

    try:
        return country_holidays(country, subdiv=subdivision)
    except NotImplementedError as error:
        raise Misconfigured(
            f"include/policies/off_peak.yaml: holidays: {error}; use ISO 3166 codes, or leave the subdivision out"
        ) from None


def _path() -> Path:
    return include_folder() / "policies" / "off_peak.yaml"
