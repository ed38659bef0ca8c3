"""What a judge's requests are booked at, and which of them are asked again."""

from __future__ import annotations

import asyncio

import pytest
from tests.batch.side_calls.test_books import BUDGET, Books, books

from nightshift.batch.side_calls.books import SideCalls
from nightshift.batch.side_calls.judging import PaidJudge
from nightshift.errors import AnswerLost, NightshiftError, ProviderRefused, RateLimited
from nightshift.finops.prices import Price
from nightshift.guardrails.remote import Question, Replied
from nightshift.providers.port import RowResult

__all__ = ["books"]  # a fixture

PRICE = Price(model="m", mode="realtime", input=1, cached_input=1, output=2, version="test")
QUESTION = Question("a" * 64, 300, 50)
MOST = 300 // 3 + 2 * 8 + 2 * 50


class Asking:
    """Replies with what it is given, one after the other."""

    def __init__(self, books: Books, *replies: Replied | NightshiftError, repeatable: bool = False) -> None:
        calls = SideCalls(books.services, books.job, "judge")
        self.replies, self.judge = list(replies), PaidJudge(calls, "m", PRICE, repeatable=repeatable)
        self.keys: list[str] = []

    def ask(self) -> Replied:
        return asyncio.run(self.judge.asked_once(QUESTION, self._reply))

    async def _reply(self, key: str) -> Replied:
        self.keys.append(key)
        reply = self.replies.pop(0)
        if isinstance(reply, NightshiftError):
            raise reply
        return reply


def used(given: int, got: int, answer: str | None = "{}", error: str | None = None) -> RowResult:
    return RowResult("1", answer, "stop", given, 0, got, 0, None, error, retryable=False)


def test_a_verdict_is_booked_at_what_it_used_and_kept(books: Books) -> None:
    asking = Asking(books, Replied(used(60, 5), (1.0, 0.5)))
    assert asking.ask().support == (1.0, 0.5)
    assert asking.ask().support == (1.0, 0.5)
    assert (asking.replies, books.settled(), books.left()) == ([], [70], BUDGET - 70)


def test_a_reply_without_a_verdict_is_paid_for_and_not_asked_again(books: Books) -> None:
    asking = Asking(books, Replied(used(60, 5), None, "did not give a verdict"))
    assert [asking.ask().support for _ in range(2)] == [None, None]
    assert books.settled() == [70]


@pytest.mark.parametrize("error", [ProviderRefused("no key"), RateLimited("slow down", 0.0)])
def test_after_an_error_that_costs_nothing_the_question_is_free_to_be_asked_again(
    books: Books, error: NightshiftError
) -> None:
    asking = Asking(books, error, Replied(used(0, 0, None, "too long"), None, "error"), Replied(used(60, 5), (1.0,)))
    with pytest.raises(type(error)):
        asking.ask()
    assert (asking.ask().support, books.left()) == (None, BUDGET)
    assert (asking.ask().support, books.settled()) == ((1.0,), [70])


@pytest.mark.parametrize(("repeatable", "kept"), [(False, MOST), (True, 0)])
def test_a_lost_answer_keeps_its_place_unless_the_next_try_is_billed_as_the_same(
    books: Books, repeatable: bool, kept: int
) -> None:
    asking = Asking(books, AnswerLost("cut"), Replied(used(60, 5), (1.0,)), repeatable=repeatable)
    with pytest.raises(AnswerLost):
        asking.ask()
    assert books.left() == BUDGET - MOST
    assert asking.ask().support == (1.0,)
    assert (books.settled(), books.left()) == ([70], BUDGET - 70 - kept)


def test_a_reply_that_cannot_be_read_may_be_on_the_bill(books: Books) -> None:
    assert Asking(books, Replied(None, None, "cannot be read")).ask().support is None
    assert (books.settled(), books.left()) == ([], BUDGET - MOST)


def test_a_question_that_failed_after_its_answer_was_lost_may_still_be_on_the_bill(books: Books) -> None:
    asking = Asking(books, AnswerLost("cut"), RateLimited("slow down", 0.0), repeatable=True)
    for error in (AnswerLost, RateLimited):
        with pytest.raises(error):
            asking.ask()
    assert books.left() == BUDGET - MOST


def test_every_try_of_a_run_sends_the_same_key_and_no_other_run_sends_it(books: Books) -> None:
    asking = Asking(books, RateLimited("slow down", 0.0), Replied(used(60, 5), (1.0,)))
    with pytest.raises(RateLimited):
        asking.ask()
    asking.ask()
    assert len(asking.keys) == 2
    assert set(asking.keys) == {SideCalls(books.services, books.job, "judge").sent_key(QUESTION.key)} != {QUESTION.key}
