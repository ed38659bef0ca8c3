"""When a piece of on-demand work starts: in the off-peak window, or earlier where the deadline leaves no choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nightshift.batch.capacity.off_peak import Window
from nightshift.finops.money import shown

# Rates are learnt while the work runs, so the time that it is thought to need is taken half as long again.
MARGIN = 1.5


@dataclass(frozen=True)
class StartPlan:
    """When the work starts and why. `cost_difference`: picodollars of this way minus the alternative in `reason`."""

    start_at: datetime
    reason: str
    cost_difference: int


def plan_start(
    now: datetime,
    *,
    deadline: datetime,
    needed: timedelta,
    window: Window | None,
    realtime_cost: int,
    batch_cost: int | None,
) -> StartPlan:
    """When to start, or to go on with, on-demand work that takes `needed` and has to be done by `deadline`.

    `window` None is always open. `batch_cost` is what the same requests cost through a batch API that takes them, None
    where there is none. Asked again at a checkpoint with what is left, it says whether to pause until the next window.
    """
    start_at, why = _start(now, deadline, needed, window)
    if batch_cost is None:
        price = "The price does not depend on the hour: starting at another time costs $0.00 more or less."
        return StartPlan(start_at, f"{why} {price}", 0)
    difference = realtime_cost - batch_cost
    comparison = "as much as" if difference == 0 else f"{shown(abs(difference))} {_more_or_less(difference)} than"
    price = f"At {shown(realtime_cost)} it costs {comparison} the same requests at the batch price."
    return StartPlan(start_at, f"{why} {price}", difference)


def _start(now: datetime, deadline: datetime, needed: timedelta, window: Window | None) -> tuple[datetime, str]:
    if window is None:
        return (
            now,
            f"Starts at once, at {_told(now)}: no off-peak window is set here; the deadline is {_told(deadline)}.",
        )
    opening = window.next_opening(now)
    if opening == now:
        closing = window.closes_at(now)
        until = f"until {_told(closing, window)}" if closing is not None else "and does not close"
        return now, f"Starts at once: the off-peak window is open {until}; the deadline is {_told(deadline, window)}."
    latest = deadline - needed * MARGIN
    if opening is not None and opening <= latest:
        return opening, (
            f"Waits for the off-peak window, which opens {_told(opening, window)}: "
            f"it needs about {_duration(needed)} and is done before the deadline {_told(deadline, window)}."
        )
    opens = f"opens {_told(opening, window)}" if opening is not None else "does not open in sight"
    return now, (
        f"Starts at once, at {_told(now, window)}, outside of the off-peak window, which {opens}: it needs about "
        f"{_duration(needed)}, so it has to start by {_told(latest, window)} to be done by the deadline "
        f"{_told(deadline, window)}."
    )


def _more_or_less(difference: int) -> str:
    return "more" if difference > 0 else "less"


def _told(at: datetime, window: Window | None = None) -> str:
    """For people: the region's clock, and UTC beside it."""
    in_utc = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if window is None:
        return in_utc
    return f"{at.astimezone(window.zone):%a %Y-%m-%d %H:%M} {window.zone.key} ({in_utc})"


def _duration(length: timedelta) -> str:
    minutes = -(-int(length.total_seconds()) // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"
