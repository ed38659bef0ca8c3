"""The cap holds under any concurrency, and every picodollar is somewhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from nightshift.errors import BudgetExceeded, Misconfigured
from nightshift.finops import budgets
from nightshift.finops.ledger import spent_by_run
from nightshift.storage.database import Database
from nightshift.storage.tables import Budget, LedgerEntry

AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
DOLLAR = 10**12
CAP = DOLLAR


def reserve(database: Database, run_id: str, amount: int, at: datetime = AT) -> None:
    with database.transaction() as session:
        budgets.reserve(session, application="desk", run_id=run_id, amount=amount, at=at)


def settle(database: Database, run_id: str, transfer: str, amount: int, model: str = "m") -> None:
    with database.transaction() as session:
        budgets.settle(
            session,
            application="desk",
            run_id=run_id,
            period="2026-11",
            transfer=transfer,
            model=model,
            amount=amount,
            at=AT,
        )


def release(database: Database, run_id: str, reserved: int) -> None:
    with database.transaction() as session:
        spent = spent_by_run(session, run_id)
        budgets.release(
            session, application="desk", run_id=run_id, period="2026-11", reserved=reserved, spent=spent, at=AT
        )


def standing(database: Database) -> tuple[int, int]:
    """Reserved and spent."""
    with database.transaction() as session:
        budget = session.get_one(Budget, ("desk", "2026-11"))
        return budget.reserved, budget.spent


def accounts(database: Database) -> dict[str, int]:
    with database.transaction() as session:
        rows = session.execute(select(LedgerEntry.account, func.sum(LedgerEntry.amount)).group_by(LedgerEntry.account))
        return {account: int(total) for account, total in rows}


def transfers(database: Database) -> list[tuple[int, int]]:
    """Number of entries and their sum, per transfer."""
    with database.transaction() as session:
        grouped = select(func.count(), func.sum(LedgerEntry.amount)).group_by(LedgerEntry.transfer)
        return [(number, int(total)) for number, total in session.execute(grouped)]


@pytest.mark.usefixtures("one_dollar")
def test_a_run_is_reserved_settled_and_released(database: Database) -> None:
    reserve(database, "run", 900)
    settle(database, "run", "settle:1", 100)
    settle(database, "run", "settle:2", 200, model="n")
    assert standing(database) == (600, 300)
    release(database, "run", 900)
    assert standing(database) == (0, 300)
    assert accounts(database) == {
        "budget:desk:available": -300,
        "budget:desk:reserved": 0,
        "spend:desk:m": 100,
        "spend:desk:n": 200,
    }


@pytest.mark.usefixtures("one_dollar")
def test_the_last_picodollar_may_be_reserved_and_the_next_may_not(database: Database) -> None:
    reserve(database, "first", CAP - 1)
    reserve(database, "second", 1)
    with pytest.raises(BudgetExceeded) as raised:
        reserve(database, "third", 1)
    error = raised.value
    assert error.field == "budget_usd"
    assert error.value == "$0.000000000001"
    assert error.limit == "$0.00 left of $1.00 (spent $0.00, reserved by other runs $1.00)"
    assert "include/budgets/desk.yaml" in error.way_out
    assert standing(database) == (CAP, 0)


@pytest.mark.usefixtures("one_dollar")
def test_what_was_spent_is_not_available_again(database: Database) -> None:
    reserve(database, "first", CAP)
    settle(database, "first", "settle:1", CAP - 10)
    release(database, "first", CAP)
    with pytest.raises(BudgetExceeded):
        reserve(database, "second", 11)
    reserve(database, "second", 10)


@pytest.mark.usefixtures("one_dollar")
def test_a_refused_reservation_leaves_no_trace(database: Database) -> None:
    with pytest.raises(BudgetExceeded):
        reserve(database, "run", CAP + 1)
    assert transfers(database) == []


@pytest.mark.usefixtures("one_dollar")
def test_each_month_in_utc_has_its_own_budget(database: Database) -> None:
    reserve(database, "november", CAP, at=datetime.fromisoformat("2026-11-30T23:59:59+00:00"))
    reserve(database, "december", CAP, at=datetime.fromisoformat("2026-11-30T23:00:00-01:00"))
    assert standing(database) == (CAP, 0)


def test_a_changed_cap_holds_from_the_next_reservation_on(database: Database, one_dollar: Path) -> None:
    reserve(database, "first", CAP)
    one_dollar.write_text('monthly_usd: "2.00"')
    reserve(database, "second", CAP)
    one_dollar.write_text('monthly_usd: "1.00"')
    with pytest.raises(BudgetExceeded, match=r"\$0.00 left of \$1.00"):
        reserve(database, "third", 1)


def test_the_largest_budget_works_to_its_last_picodollar(database: Database, one_dollar: Path) -> None:
    one_dollar.write_text('monthly_usd: "9000000"')
    for number in range(9):
        reserve(database, f"run-{number}", 1_000_000 * DOLLAR)
    with pytest.raises(BudgetExceeded):
        reserve(database, "one more", 1_000_000 * DOLLAR)
    assert standing(database) == (9_000_000 * DOLLAR, 0)


def test_a_budget_that_does_not_fit_the_database_is_refused_by_name(database: Database, one_dollar: Path) -> None:
    one_dollar.write_text('monthly_usd: "9000001"')
    with pytest.raises(Misconfigured, match=r"include/budgets/desk.yaml: monthly_usd"):
        reserve(database, "run", 1)


@pytest.mark.usefixtures("one_dollar")
def test_an_application_without_a_budget_is_named(database: Database) -> None:
    with pytest.raises(Misconfigured, match=r"include/budgets/nobody.yaml does not exist"), database.transaction() as s:
        budgets.reserve(s, application="nobody", run_id="r", amount=1, at=AT)


@pytest.mark.usefixtures("one_dollar")
@pytest.mark.parametrize("model", ["m", "another"])
def test_a_shard_is_settled_once(database: Database, model: str) -> None:
    reserve(database, "run", 900)
    settle(database, "run", "settle:1", 100)
    with pytest.raises(IntegrityError):
        settle(database, "run", "settle:1", 50, model=model)
    assert standing(database) == (800, 100)


@pytest.mark.usefixtures("one_dollar")
def test_a_run_is_reserved_and_released_once(database: Database) -> None:
    reserve(database, "run", 900)
    with pytest.raises(IntegrityError):
        reserve(database, "run", 900)
    release(database, "run", 900)
    with pytest.raises(IntegrityError):
        release(database, "run", 900)
    assert standing(database) == (0, 0)


@pytest.mark.usefixtures("one_dollar")
def test_overspending_is_adjusted_openly(database: Database) -> None:
    reserve(database, "run", 100)
    settle(database, "run", "settle:1", 130)
    release(database, "run", 100)
    assert standing(database) == (0, 130)
    with database.transaction() as session:
        kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.transfer == "release:run")).all()
    assert kinds == ["adjust", "adjust"]


@pytest.mark.usefixtures("one_dollar")
def test_parallel_reservations_never_exceed_the_cap(database: Database) -> None:
    """Each asks for a seventh of the cap and a little, so exactly six of twenty-four can win."""
    amount, runs = CAP // 7 + 1000, 24
    together = Barrier(8)

    def ask(number: int) -> bool:
        if number < 8:
            together.wait()
        try:
            reserve(database, f"run-{number}", amount)
        except BudgetExceeded:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(ask, range(runs)))
    assert won == 6
    assert standing(database) == (6 * amount, 0)
    assert accounts(database)["budget:desk:reserved"] == 6 * amount


@dataclass
class _Run:
    """What a run should look like, kept beside the database."""

    reserved: int
    settled: list[int] = field(default_factory=list)
    open: bool = True


STEP = st.tuples(
    st.sampled_from(["reserve", "settle", "settle", "release"]),
    st.integers(min_value=0, max_value=4),
    st.integers(min_value=0, max_value=CAP // 3),
)


# The database is emptied by hand at the start of each example: the fixture lives for all of them.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=20))
@pytest.mark.usefixtures("one_dollar")
def test_any_order_of_events_keeps_the_books_balanced(database: Database, steps: list[tuple[str, int, int]]) -> None:
    with database.transaction() as session:
        session.execute(delete(LedgerEntry))
        session.execute(delete(Budget))
    reserve(database, "opens the month", 0)
    runs: dict[str, _Run] = {}
    for number, (kind, place, amount) in enumerate(steps):
        _apply(database, runs, kind, place, amount, number)
        outstanding = sum(run.reserved - sum(run.settled) for run in runs.values() if run.open)
        spent = sum(sum(run.settled) for run in runs.values())
        assert standing(database) == (outstanding, spent)
    for name, run in runs.items():
        if run.open:
            release(database, name, run.reserved)
    spent = sum(sum(run.settled) for run in runs.values())
    assert standing(database) == (0, spent)
    assert set(transfers(database)) <= {(2, 0)}
    books = accounts(database)
    assert books["budget:desk:reserved"] == 0
    assert books.get("spend:desk:m", 0) == spent == -books["budget:desk:available"]


def _apply(database: Database, runs: dict[str, _Run], kind: str, place: int, amount: int, number: int) -> None:
    if kind == "reserve":
        taken = sum(run.reserved if run.open else sum(run.settled) for run in runs.values())
        if taken + amount > CAP:
            with pytest.raises(BudgetExceeded):
                reserve(database, f"run-{number}", amount)
        else:
            reserve(database, f"run-{number}", amount)
            runs[f"run-{number}"] = _Run(amount)
        return
    still_open = [name for name, run in runs.items() if run.open]
    if not still_open:
        return
    name = still_open[place % len(still_open)]
    if kind == "settle":
        settle(database, name, f"settle:{number}", amount)
        runs[name].settled.append(amount)
    else:
        release(database, name, runs[name].reserved)
        runs[name].open = False
