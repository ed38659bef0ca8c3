"""What a provider's own guardrail costs: by begun units of each text, lot by lot."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.batch.side_calls.test_books import Books, books
from tests.guardrails.answers.stand_ins import ListedModerator

from nightshift.batch.side_calls.books import SideCalls
from nightshift.batch.side_calls.moderating import PaidModeration, cost_of
from nightshift.errors import AnswerLost, NightshiftError, ProviderRefused
from nightshift.guardrails.answers.moderation import TEXTS_PER_LOT, ModerationCheck
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.model_registry.catalogue import ModerationEndpoint
from nightshift.providers.port import Target
from nightshift.storage.tables import SideCall

__all__ = ["books"]  # a fixture


def endpoint(price: str | None = "0.00000001", **more: Any) -> ModerationEndpoint:
    """A unit costs 10 picodollars."""
    content = {"model": "m", "provider": "acme", "regions": ["here"], "usd_per_1000_units": price, **more}
    return ModerationEndpoint.model_validate(content)


@pytest.fixture
def moderated(books: Books) -> Callable[..., list[bool]]:
    """Which of some texts could not be checked."""

    def detect(texts: list[str], *errors: NightshiftError, found: ModerationEndpoint | None = None) -> list[bool]:
        paid = PaidModeration(SideCalls(books.services, books.job, "moderation"), found or endpoint())
        check = ModerationCheck(ListedModerator(list(errors)), Target("m"), None, "model", 1, paid)
        hits = check.detect(Batch([Subject(text) for text in texts]))
        return [any(hit.entity == "CHECK_UNANSWERED" for hit in one) for one in hits]

    return detect


def lots(books: Books) -> list[tuple[str, int, int]]:
    with books.services.database.transaction() as session:
        found = session.query(SideCall).order_by(SideCall.begun_at)
        return [(lot.state, lot.questions, lot.cost) for lot in found]


@pytest.mark.parametrize(("length", "units"), [(1, 1), (1_000, 1), (1_001, 2), (10_000, 10)])
def test_a_begun_unit_costs_as_much_as_a_whole_one(length: int, units: int) -> None:
    assert cost_of(endpoint("0.38"), "é" * length) == units * Decimal("0.00038") * 10**12
    assert cost_of(endpoint(), "é" * length) == units * 10


def test_a_lot_is_one_entry_and_no_text_is_paid_twice(books: Books, moderated: Callable[..., list[bool]]) -> None:
    assert moderated(["a", "b", "a", " ", "c" * 1_001]) == [False] * 5
    assert (lots(books), books.settled(), books.left()) == ([("ended", 3, 40)], [40], 960)


def test_a_lot_without_room_is_not_asked_and_the_others_are(books: Books, moderated: Callable[..., list[bool]]) -> None:
    texts = [f"text {number}" for number in range(TEXTS_PER_LOT + 5)]
    assert moderated(texts) == [True] * TEXTS_PER_LOT + [False] * 5
    assert lots(books) == [("refused", TEXTS_PER_LOT, 0), ("ended", 5, 50)]


def test_texts_that_were_refused_cost_nothing(books: Books, moderated: Callable[..., list[bool]]) -> None:
    assert moderated(["a", "b", "c"], ProviderRefused("no key")) == [True, False, False]
    assert (books.settled(), books.left()) == ([20], 980)


def test_a_lost_try_keeps_its_place_beside_the_one_that_was_answered(
    books: Books, moderated: Callable[..., list[bool]]
) -> None:
    assert moderated(["a"], AnswerLost("cut")) == [False]
    assert (books.settled(), books.left()) == ([10], 980)


def test_a_lost_try_is_not_repeated_where_that_does_not_fit(books: Books, moderated: Callable[..., list[bool]]) -> None:
    assert moderated(["a"], AnswerLost("cut"), found=endpoint("0.000001")) == [True]
    assert (books.settled(), books.left()) == ([], 0)


def test_what_is_free_or_has_no_price_is_in_no_books() -> None:
    assert cost_of(endpoint(None), "text") == cost_of(endpoint("0"), "text") == 0


def test_a_text_that_is_judged_twice_is_asked_and_paid_once(books: Books) -> None:
    paid = PaidModeration(SideCalls(books.services, books.job, "moderation"), endpoint())
    moderator = ListedModerator([ProviderRefused("no key")])
    check = ModerationCheck(moderator, Target("m"), None, "model", 1, paid)
    lost, *first = check.detect(Batch([Subject(text) for text in ("later", "kill", "a")]))
    assert [hit.entity for hit in lost] == ["CHECK_UNANSWERED"]
    assert check.detect(Batch([Subject(text) for text in ("a", "kill", "later")])) == [*reversed(first), []]
    assert (moderator.asked, books.settled()) == (["later", "kill", "a", "later"], [10, 20])
