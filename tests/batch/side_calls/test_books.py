"""Calls beside the rows: what fits the budget, what is booked when, and what a kill leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.room import left
from nightshift.batch.services import Services
from nightshift.batch.side_calls.books import Begun, Bill, Call, Remembered, SideCalls
from nightshift.batch.side_calls.totals import SideCosts, side_alerts, side_costs
from nightshift.batch.steps.execute.quotas import DoesNotFit, check_affordable
from nightshift.errors import (
    AnswerLost,
    BudgetExceeded,
    Misconfigured,
    ProviderRefused,
    ProviderUnavailable,
    StateConflict,
)
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake
from nightshift.storage.tables import Budget, LedgerEntry, Run, RunState, Shard, ShardState

BUDGET = 1_000
NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)


def no_provider(name: str, region: str) -> None:
    raise Misconfigured("nobody is asked here")


@dataclass
class Books:
    """A run with BUDGET picodollars, all of them reserved."""

    services: Services
    job: ResolvedJob

    @property
    def calls(self) -> SideCalls:
        return SideCalls(self.services, self.job, "judge")

    def all_costs(self) -> list[SideCosts]:
        with self.services.database.transaction() as session:
            return side_costs(session, self.job.run_id)

    @property
    def costs(self) -> SideCosts:
        (found,) = self.all_costs()
        return found

    def begin(self, key: str, most: int, *, repeatable: bool = False) -> Begun:
        begun = self.calls.begin(Call(key, "m", most, repeatable=repeatable))
        assert isinstance(begun, Begun)
        return begun

    def left(self) -> int:
        with self.services.database.transaction() as session:
            return left(session, self.job)

    def settled(self) -> list[int]:
        with self.services.database.transaction() as session:
            entries = session.scalars(select(LedgerEntry).where(LedgerEntry.account.like("spend:%")))
            return sorted(entry.amount for entry in entries)

    def balances(self) -> tuple[int, int]:
        """What the application's budget has reserved and spent, once it is sure that the ledger says the same."""
        with self.services.database.transaction() as session:
            entries = session.scalars(select(LedgerEntry)).all()
            budget = session.scalars(select(Budget)).one()
        assert sum(entry.amount for entry in entries) == 0
        reserved = sum(entry.amount for entry in entries if entry.account == "budget:desk:reserved")
        assert reserved == budget.reserved - BUDGET
        return budget.reserved, budget.spent

    def shard(self, estimate: int, number: int = 0) -> Shard:
        made = Shard(
            shard_id=f"{number}", run_id=self.job.run_id, wave=0, number=number, attempt=1, tier="t", model="m",
            provider="acme", region="here", digest="d", request_uri="u", requests=1, request_bytes=1, first_row=1,
            last_row=1, estimate=estimate, state=ShardState.PLANNED,
        )  # fmt: skip
        with self.services.database.transaction() as session:
            session.add(made)
        return made

    def move(self, state: RunState) -> None:
        with self.services.database.transaction() as session:
            session.get_one(Run, self.job.run_id).state = state


@pytest.fixture
def books(database: Database, lake: FileLake, make_job: Callable[..., ResolvedJob]) -> Books:
    job = make_job(run_id="r" * 160, budget=BUDGET)  # the longest that there may be
    with database.transaction() as session:
        session.add(Budget(application="desk", period=job.period, cap=10 * BUDGET, reserved=BUDGET, spent=0))
        session.add(
            Run(
                run_id=job.run_id, state=RunState.PREPARED, application="desk", resolution={}, deadline=job.deadline,
                output_uri="file:///out", input_rows=1, created_at=NOW,
            )
        )  # fmt: skip
    return Books(Services(database, lake, no_provider, no_provider), job)  # type: ignore[arg-type]


def test_a_call_takes_its_highest_cost_until_its_real_one_is_in_the_ledger(books: Books) -> None:
    begun = books.begin("a", 600)
    assert (books.left(), books.settled()) == (400, [])
    books.calls.end(begun, Bill(250))
    assert (books.left(), books.settled(), books.balances()) == (750, [250], (750, 250))


def test_what_does_not_fit_is_not_begun_and_the_summary_can_tell_it(books: Books) -> None:
    books.begin("a", 600)
    with pytest.raises(BudgetExceeded, match=r"budget_usd: .*judge by m.*way out") as raised:
        books.begin("b", 401)
    assert raised.value.field == "budget_usd"
    with books.services.database.transaction() as session:
        (found,) = side_costs(session, books.job.run_id)
    assert (found.questions, found.refused) == (2, 1)
    assert "1 of 2 questions were not asked" in side_alerts([found])[0]
    books.begin("b", 400)
    assert books.left() == 0


def test_shards_and_calls_have_one_budget(books: Books) -> None:
    shard, again = books.shard(700), Shard(estimate=500)
    with pytest.raises(BudgetExceeded):
        books.begin("a", 301)
    books.begin("a", 300)
    with books.services.database.transaction() as session:
        check_affordable(session, books.job, shard, [again], 200)
        with pytest.raises(DoesNotFit):
            check_affordable(session, books.job, shard, [again], 201)


def test_of_several_at_the_same_moment_one_gets_the_last_room(books: Books) -> None:
    together = Barrier(4)

    def begin(key: str) -> Begun | None:
        books.left()  # its connection is open before the race
        together.wait()
        try:
            return books.begin(key, 600)
        except BudgetExceeded:
            return None

    with ThreadPoolExecutor(4) as threads:
        for number in range(6):
            (only,) = filter(None, threads.map(begin, [f"{number}/{place}" for place in range(4)]))
            assert books.left() == 400
            books.calls.end(only, Bill(), failed=True)


def test_a_question_that_was_answered_is_remembered_and_booked_once(books: Books) -> None:
    books.calls.end(books.begin("a", 600), Bill(100), [1.0, 0.5])
    assert books.calls.begin(Call("a", "m", 600)) == Remembered((1.0, 0.5))
    assert isinstance(SideCalls(books.services, books.job, "entailment").begin(Call("a", "m", 600)), Begun)
    assert books.settled() == [100]


def test_after_a_kill_the_same_question_keeps_its_place_and_is_billed_once(books: Books) -> None:
    books.begin("a", 600, repeatable=True)
    begun = books.begin("a", 600, repeatable=True)
    assert books.left() == 400
    books.calls.end(begun, Bill(100), [1.0])
    assert (books.left(), books.settled()) == (900, [100])


def test_where_asking_again_is_billed_again_a_try_that_was_cut_off_keeps_its_place(books: Books) -> None:
    books.begin("a", 300)
    books.calls.end(books.begin("a", 300), Bill(100), [1.0])
    assert (books.left(), books.settled()) == (BUDGET - 300 - 100, [100])
    with books.services.database.transaction() as session:
        (alert,) = side_alerts(side_costs(session, books.job.run_id))
    assert "the provider's bill may be up to $0.0000000003 higher" in alert


@pytest.mark.parametrize(("repeatable", "booked"), [(False, [100, 120]), (True, [100])])
def test_two_workers_with_the_same_question_are_booked_as_they_are_billed(
    books: Books, repeatable: bool, booked: list[int]
) -> None:
    one, other = (books.begin("a", 300, repeatable=repeatable) for _ in range(2))
    books.calls.end(other, Bill(100), [1.0])
    books.calls.end(one, Bill(120), [0.5])
    assert (books.settled(), books.left()) == (booked, BUDGET - sum(booked))
    assert books.calls.begin(Call("a", "m", 300)) == Remembered((1.0,))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_workers_with_a_question_that_is_billed_once_the_last_failure_frees_its_place(
    books: Books, order: tuple[int, int]
) -> None:
    tries = [books.begin("a", 600, repeatable=True) for _ in range(2)]
    books.calls.end(tries[order[0]], Bill(), failed=True)
    assert books.left() == 400
    books.calls.end(tries[order[1]], Bill(), failed=True)
    assert (books.left(), books.costs.unheard) == (BUDGET, 0)


def test_an_answer_frees_the_place_that_two_workers_share(books: Books) -> None:
    one, other = (books.begin("a", 600, repeatable=True) for _ in range(2))
    books.calls.end(one, Bill(), failed=True)
    books.calls.end(other, Bill(100), [1.0])
    assert (books.left(), books.costs.unheard) == (900, 0)


def test_the_place_of_a_lost_answer_stays_until_its_question_is_answered(books: Books) -> None:
    books.calls.end(books.begin("a", 600, repeatable=True), Bill(lost=600), failed=True)
    books.calls.end(books.begin("a", 600, repeatable=True), Bill(), failed=True)
    assert books.left() == 400
    assert "answers that never came" in side_alerts([books.costs])[0]
    books.calls.end(books.begin("a", 600, repeatable=True), Bill(100), [1.0])
    assert (books.left(), side_alerts([books.costs])) == (900, [])


def test_a_key_is_sent_by_one_run_for_one_purpose_only(books: Books) -> None:
    other = replace(books, job=books.job.model_copy(update={"run_id": "other"}))
    entailment = SideCalls(books.services, books.job, "entailment")
    keys = [calls.sent_key("a" * 64) for calls in (books.calls, other.calls, entailment)]
    assert len({*keys, "a" * 64}) == 4
    assert books.calls.sent_key("a" * 64) == keys[0]


def test_a_lot_that_is_tried_several_times_is_counted_once(books: Books) -> None:
    for _ in range(3):
        with pytest.raises(ProviderUnavailable), books.calls.booked("m", 600, ["a", "b"]):
            raise ProviderUnavailable("503")
    assert books.costs.questions == 0
    with books.calls.booked("m", 600, ["a", "b"]) as bill:
        bill.cost = 100
    assert (books.costs.questions, books.settled(), books.left()) == (2, [100], 900)


def test_a_lot_that_is_asked_after_it_was_refused_is_told_no_more(books: Books) -> None:
    begun = books.begin("a", 600)
    with pytest.raises(BudgetExceeded), books.calls.booked("m", 600, ["a", "b"]):
        raise AssertionError("it is not asked")
    assert (books.costs.questions, books.costs.refused) == (3, 2)
    books.calls.end(begun, Bill())
    with books.calls.booked("m", 600, ["a", "b"]):
        pass
    assert (books.costs.questions, books.costs.refused) == (3, 0)


def test_texts_that_are_asked_again_after_their_answer_are_paid_again(books: Books) -> None:
    for cost in (100, 120):
        with books.calls.booked("m", 200, ["a", "b"]) as bill:
            bill.cost = cost
    assert (books.settled(), books.costs.questions, books.left()) == ([100, 120], 4, BUDGET - 220)


def test_a_refusal_costs_nothing_and_a_lost_answer_keeps_its_place(books: Books) -> None:
    with pytest.raises(ProviderRefused), books.calls.booked("m", 600, ["a"]):
        raise ProviderRefused("no key")
    assert books.left() == BUDGET
    with pytest.raises(AnswerLost), books.calls.booked("m", 600, ["b"]):
        raise AnswerLost("cut")
    assert (books.left(), books.settled()) == (400, [])
    with books.calls.booked("m", 400, ["c"]) as bill:
        bill.cost = 50
    assert (books.left(), books.settled()) == (350, [50])


@pytest.mark.parametrize("state", [RunState.CANCELLING, RunState.CANCELLED, RunState.PUBLISHED])
def test_nothing_more_is_asked_for_a_run_that_ends(books: Books, state: RunState) -> None:
    books.move(state)
    with pytest.raises(StateConflict, match="nothing more is asked"):
        books.begin("a", 1)


def test_an_answer_that_comes_after_the_end_of_its_run_is_booked_openly(books: Books) -> None:
    begun = books.begin("a", 600)
    with books.services.database.transaction() as session:  # the run's end has released its reservation
        session.scalars(select(Budget)).one().reserved -= BUDGET
    books.move(RunState.CANCELLED)
    books.calls.end(begun, Bill(100))
    with books.services.database.transaction() as session:
        budget = session.scalars(select(Budget)).one()
        adjusted = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "adjust", LedgerEntry.amount > 0))
        assert (budget.reserved, budget.spent, [entry.amount for entry in adjusted]) == (0, 100, [100])
