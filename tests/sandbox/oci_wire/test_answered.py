from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nightshift.sandbox.oci_wire.answered import TOKEN_SECONDS, Answered, AnswerStore
from nightshift.sandbox.store import Charge

FIRST = Answered(b"digest", 200, b"{}")
LATER = Answered(b"digest", 200, b"[]")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    found = AnswerStore(tmp_path)
    yield found
    found.close()


def requests(store: AnswerStore) -> int:
    found: int = store.rows("SELECT COALESCE(SUM(requests), 0) FROM charges")[0][0]
    return found


def charge() -> Charge:
    return Charge(1, "", "model", "standard", requests=1)


def test_of_two_answers_to_one_token_only_the_first_counts(store: AnswerStore) -> None:
    store.add_answer("token", FIRST, charge())
    store.add_answer("token", LATER, charge())
    assert (store.answered("token"), requests(store)) == (FIRST, 1)


def test_without_a_token_every_answer_counts_and_none_is_kept(store: AnswerStore) -> None:
    for _ in range(2):
        store.add_answer("", FIRST, charge())
    assert (store.answered(""), requests(store)) == (None, 2)


def test_a_token_is_forgotten_after_a_day(store: AnswerStore) -> None:
    store.add_answer("token", FIRST, charge())
    with store._transaction() as db:
        db.execute("UPDATE answered SET created_at = created_at - ?", (TOKEN_SECONDS,))
    assert store.answered("token") is None
    store.add_answer("token", LATER, charge())
    assert (store.answered("token"), requests(store)) == (LATER, 2)
