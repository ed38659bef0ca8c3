"""Requests and tokens per minute, shared by all tasks of all runs: one row per scope, one conditional UPDATE decides.

A window lasts a minute from its first request on; what the end of one and the start of the next let through together is
left to the provider's 429. Call `take` and `pause` in a transaction of their own: it locks the row for everybody.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from nightshift.batch.capacity.limits import RateLimits
from nightshift.storage.tables import RateWindow

MINUTE = timedelta(minutes=1)
SHORTEST_WAIT = 0.05  # seconds; what was full a moment ago may have become free
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def scope_of(provider: str, region: str, model: str) -> str:
    """The name under which a budget is shared."""
    return f"{provider}/{region}/{model}"


def take(session: Session, scope: str, limits: RateLimits, *, requests: int, tokens: int, now: datetime) -> float:
    """Seconds to wait before asking again; 0 when granted. Who is told to wait has taken nothing.

    What is larger than a whole minute's budget is granted in a window of its own, which lasts as many minutes as it
    uses budgets.
    """
    if limits == RateLimits():
        return _seconds_until(_find(session, scope), now, without_limit=True)
    if not _take(session, scope, limits, requests, tokens, now):
        _create(session, scope)
        if not _take(session, scope, limits, requests, tokens, now):
            return _seconds_until(_find(session, scope), now, without_limit=False)
    return 0.0


def pause(session: Session, scope: str, until: datetime) -> None:
    """Everybody waits until then, because the provider said so. An instant before one on record changes nothing."""
    _create(session, scope)
    is_later = or_(RateWindow.paused_until.is_(None), RateWindow.paused_until < until)
    session.execute(update(RateWindow).where(RateWindow.scope == scope, is_later).values(paused_until=until))


def hold(session: Session, scope: str) -> None:
    """Let nobody else hold the scope before this transaction ends: what is counted in it stays true."""
    _create(session, scope)
    session.execute(update(RateWindow).where(RateWindow.scope == scope).values(scope=scope))


def _take(session: Session, scope: str, limits: RateLimits, requests: int, tokens: int, now: datetime) -> bool:
    is_over = RateWindow.ends_at <= now
    new_end = literal(now + MINUTE * _minutes(limits, requests, tokens), RateWindow.ends_at.type)
    taken = session.execute(
        update(RateWindow)
        .where(RateWindow.scope == scope)
        .where(or_(RateWindow.paused_until.is_(None), RateWindow.paused_until <= now))
        .where(or_(is_over, _has_room(limits, requests, tokens)))
        .values(
            requests=case((is_over, 0), else_=RateWindow.requests) + requests,
            tokens=case((is_over, 0), else_=RateWindow.tokens) + tokens,
            ends_at=case((is_over, new_end), else_=RateWindow.ends_at),
        )
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an UPDATE always yields a CursorResult


def _has_room(limits: RateLimits, requests: int, tokens: int) -> ColumnElement[bool]:
    columns = (
        (RateWindow.requests, limits.requests_per_minute, requests),
        (RateWindow.tokens, limits.tokens_per_minute, tokens),
    )
    return and_(*(column <= limit - amount for column, limit, amount in columns if limit is not None))


def _minutes(limits: RateLimits, requests: int, tokens: int) -> int:
    """How many windows' budgets the amounts use up, at least one."""
    parts = ((limits.requests_per_minute, requests), (limits.tokens_per_minute, tokens))
    return max([1, *(-(-amount // limit) for limit, amount in parts if limit is not None)])


def _create(session: Session, scope: str) -> None:
    # ON CONFLICT makes two first requests of a scope agree. The window is over, so that the next request begins one.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(RateWindow).values(scope=scope, ends_at=_LONG_AGO, requests=0, tokens=0)
    session.execute(statement.on_conflict_do_nothing(index_elements=["scope"]))


def _find(session: Session, scope: str) -> tuple[datetime, datetime | None] | None:
    found = session.execute(select(RateWindow.ends_at, RateWindow.paused_until).where(RateWindow.scope == scope))
    row = found.one_or_none()
    return (row.ends_at, row.paused_until) if row is not None else None


def _seconds_until(found: tuple[datetime, datetime | None] | None, now: datetime, *, without_limit: bool) -> float:
    ends_at, paused_until = found if found is not None else (now, None)
    if paused_until is not None and paused_until > now:
        return (paused_until - now).total_seconds()
    return 0.0 if without_limit else max((ends_at - now).total_seconds(), SHORTEST_WAIT)
