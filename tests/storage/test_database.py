"""Transactions mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from nightshift.errors import Misconfigured
from nightshift.storage.database import Database
from nightshift.storage.tables import Budget, LedgerEntry, Run, RunState, Shard, ShardState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_run(run_id: str = "run-1") -> Run:
    return Run(
        run_id=run_id,
        state=RunState.ADMITTED,
        application="desk",
        resolution={"nested": [1, "zwei", None]},
        deadline=NOON,
        output_uri="file:///out",
        input_rows=3,
        created_at=NOON,
    )


def a_shard(run_id: str = "run-1") -> Shard:
    return Shard(
        shard_id=f"{run_id}/w0/00000/a1",
        run_id=run_id,
        wave=0,
        number=0,
        attempt=1,
        tier="light",
        model="m",
        provider="openai",
        region="global",
        digest="0" * 64,
        request_uri="file:///requests",
        requests=3,
        request_bytes=100,
        first_row=0,
        last_row=2,
        estimate=10**15,
        state=ShardState.PLANNED,
    )


def an_entry(transfer: str, account: str, amount: int = 1, at: datetime = NOON) -> LedgerEntry:
    return LedgerEntry(transfer=transfer, kind="settle", account=account, amount=amount, run_id="run-1", at=at)


def entries(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count()).select_from(LedgerEntry)).scalar_one()


def test_a_block_that_ends_well_is_committed(database: Database) -> None:
    with database.transaction() as session:
        session.add(a_run())
    with database.transaction() as session:
        run = session.get_one(Run, "run-1")
        assert (run.state, run.resolution) == ("admitted", {"nested": [1, "zwei", None]})
        assert (run.cached_rows, run.finished_at, run.summary) == (0, None, None)


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as session:
            session.add(a_run())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.transaction() as session:
        assert session.get(Run, "run-1") is None


def test_what_was_read_may_be_used_after_the_transaction(database: Database) -> None:
    with database.transaction() as session:
        run = a_run()
        session.add(run)
    assert run.application == "desk"


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-8))])
def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database, zone: timezone) -> None:
    at = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=zone)
    with database.transaction() as session:
        session.add(an_entry("t", "a", at=at))
    with database.transaction() as session:
        read = session.execute(select(LedgerEntry.at)).scalar_one()
    assert read == at
    assert read.utcoffset() == timedelta(0)


def test_instants_compare_in_the_database_whatever_zone_they_were_written_in(database: Database) -> None:
    east = timezone(timedelta(hours=9))
    with database.transaction() as session:
        session.add(an_entry("before", "a", at=(NOON - timedelta(minutes=1)).astimezone(east)))
        session.add(an_entry("after", "a", at=NOON + timedelta(minutes=1)))
    with database.transaction() as session:
        earlier = select(LedgerEntry.transfer).where(LedgerEntry.at < NOON.astimezone(east))
        assert session.scalars(earlier).all() == ["before"]


def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), database.transaction() as session:
        session.add(an_entry("t", "a", at=NOON.replace(tzinfo=None)))
    assert entries(database) == 0


def test_a_shard_that_two_processes_read_is_moved_on_by_one_of_them(database: Database) -> None:
    with database.transaction() as session:
        session.add(a_run())
        session.flush()
        session.add(a_shard())
    with database.transaction() as session:
        mine = session.get_one(Shard, "run-1/w0/00000/a1")
    with database.transaction() as session:
        theirs = session.get_one(Shard, "run-1/w0/00000/a1")
    theirs.state = ShardState.SUBMITTING
    with database.transaction() as session:
        session.add(theirs)
    mine.state = ShardState.COLLECTED
    with pytest.raises(StaleDataError), database.transaction() as session:
        session.add(mine)
    with database.transaction() as session:
        assert session.get_one(Shard, "run-1/w0/00000/a1").state == "submitting"


def test_a_shard_needs_its_run(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(a_shard("nobody"))


def test_a_transfer_touches_an_account_once(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([an_entry("settle:1", "a"), an_entry("settle:1", "b"), an_entry("settle:2", "a")])
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(an_entry("settle:1", "a", amount=5))
    assert entries(database) == 3


def test_amounts_are_exact_beyond_a_double(database: Database) -> None:
    amount = 2**62 + 1
    with database.transaction() as session:
        session.add(an_entry("t", "a", amount=amount))
    with database.transaction() as session:
        assert session.execute(select(LedgerEntry.amount)).scalar_one() == amount


def test_writers_wait_for_each_other_instead_of_failing(database: Database) -> None:
    """A read that turns into a write is what fails with SQLITE_BUSY when the lock is taken late."""
    with database.transaction() as session:
        session.add(Budget(application="desk", period="2026-11", cap=10**9))
    writers, rounds = 6, 10
    together = Barrier(writers)

    def work(writer: int) -> None:
        together.wait()
        for number in range(rounds):
            with database.transaction() as session:
                budget = session.get_one(Budget, ("desk", "2026-11"), with_for_update=True)
                budget.spent += 1
                session.add(an_entry(f"t{writer}-{number}", "a"))

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(work, range(writers)))
    with database.transaction() as session:
        assert session.get_one(Budget, ("desk", "2026-11")).spent == writers * rounds
    assert entries(database) == writers * rounds


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/d", "not a url with hunter2"])
def test_an_unusable_url_is_named_without_its_password(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"NIGHTSHIFT_DATABASE_URL.*sqlite.*postgresql") as raised:
        Database(url)
    assert "hunter2" not in str(raised.value)
