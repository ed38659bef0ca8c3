"""What an application may spend in a month. The cap holds under any concurrency: one conditional UPDATE decides."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from pydantic import Field
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from nightshift.errors import BudgetExceeded
from nightshift.finops.ledger import Kind, record
from nightshift.finops.money import shown, to_picodollars
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load
from nightshift.storage.tables import Budget


class BudgetPolicy(Document):
    """include/budgets/<application>.yaml."""

    monthly_usd: Decimal = Field(gt=0, le=9_000_000)  # the largest that 64 bits of picodollars hold


def period_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m")


def reserve(session: Session, *, application: str, run_id: str, amount: int, at: datetime) -> None:
    """Set `amount` picodollars aside for a run. Raises BudgetExceeded when the month has less left."""
    period = period_of(at)
    cap = to_picodollars(load(include_folder() / "budgets" / f"{application}.yaml", BudgetPolicy).monthly_usd)
    _open_period(session, application, period, cap)
    taken = session.execute(
        update(Budget)
        .where(Budget.application == application, Budget.period == period)
        .where(Budget.spent + Budget.reserved <= Budget.cap - amount)  # this way round, no sum leaves 64 bits
        .values(reserved=Budget.reserved + amount)
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE always yields a CursorResult
        raise _exceeded(session, application, period, amount)
    record(session, f"reserve:{run_id}", "reserve", run_id, _available(application), _reserved(application), amount, at)


def settle(
    session: Session,
    *,
    application: str,
    run_id: str,
    period: str,
    transfer: str,
    model: str,
    amount: int,
    at: datetime,
) -> None:
    """Book what one shard really cost against the run's reservation; exactly once per `transfer`."""
    record(session, transfer, "settle", run_id, _reserved(application), f"spend:{application}:{model}", amount, at)
    session.execute(
        update(Budget)
        .where(Budget.application == application, Budget.period == period)
        .values(reserved=Budget.reserved - amount, spent=Budget.spent + amount)
    )


def release(
    session: Session, *, application: str, run_id: str, period: str, reserved: int, spent: int, at: datetime
) -> None:
    """Close the run's reservation: what was not spent is available again; what was overspent is adjusted openly."""
    rest = reserved - spent
    kind: Kind = "release" if rest >= 0 else "adjust"
    record(session, f"release:{run_id}", kind, run_id, _reserved(application), _available(application), rest, at)
    session.execute(
        update(Budget)
        .where(Budget.application == application, Budget.period == period)
        .values(reserved=Budget.reserved - rest)
    )


def cover(
    session: Session, *, application: str, run_id: str, period: str, transfer: str, amount: int, at: datetime
) -> None:
    """Reserve openly, and above any cap, what was settled after the run's reservation was closed."""
    record(session, transfer, "adjust", run_id, _available(application), _reserved(application), amount, at)
    session.execute(
        update(Budget)
        .where(Budget.application == application, Budget.period == period)
        .values(reserved=Budget.reserved + amount)
    )


def _open_period(session: Session, application: str, period: str, cap: int) -> None:
    # The row must exist before the conditional UPDATE; ON CONFLICT makes two first reservations of a month agree.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"application": application, "period": period, "cap": cap, "reserved": 0, "spent": 0}
    statement = insert(Budget).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=["application", "period"], set_={"cap": cap}))


def _exceeded(session: Session, application: str, period: str, amount: int) -> BudgetExceeded:
    budget = session.get_one(Budget, (application, period), populate_existing=True)
    left = budget.cap - budget.spent - budget.reserved
    return BudgetExceeded(
        f"the budget of {application} for {period} has less left than the run asks for",
        field="budget_usd",
        value=shown(amount),
        limit=f"{shown(max(left, 0))} left of {shown(budget.cap)} "
        f"(spent {shown(budget.spent)}, reserved by other runs {shown(budget.reserved)})",
        way_out="ask for less, wait until other runs settle, or raise monthly_usd in "
        f"include/budgets/{application}.yaml",
    )


def _available(application: str) -> str:
    return f"budget:{application}:available"


def _reserved(application: str) -> str:
    return f"budget:{application}:reserved"
