"""Which of several answers to a row is published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from nightshift.batch.tiering.cascade import Cascade
from nightshift.batch.tiering.choosing import agreeing, doubts, preference
from nightshift.tiering.answers.comparators import Comparator

LADDER, VERIFY = Cascade(), Cascade(strategy="verify", threshold=0.5)
AGREEMENT = Cascade(strategy="agreement", comparator=Comparator.NUMERIC, together=True)


def answers(*rows: tuple[int, int, str, bytes | None]) -> pa.Table:
    """(wave, tier, verdict, key) of answers to row 1."""
    waves, tiers, verdicts, keys = zip(*rows, strict=True)
    return pa.table(
        {
            "row_number": pa.array([1] * len(rows), pa.int64()),
            "wave": pa.array(waves, pa.int8()),
            "tier": pa.array(tiers, pa.int8()),
            "verdict": pa.array(verdicts, pa.string()),
            "agreement_key": pa.array([key and key * 16 for key in keys], pa.binary(16)),
        }
    )


def chosen(table: pa.Table, cascade: Cascade, *, trial: bool = False) -> int:
    found: Any = preference(table, cascade, 2, np.full(table.num_rows, trial))
    assert len(set(found.tolist())) == table.num_rows, "two answers are equally good"
    return int(found.argmax())


def test_a_ladders_last_answer_counts_even_where_it_failed() -> None:
    assert chosen(answers((0, 0, "accepted", None), (1, 1, "failed", None)), LADDER) == 1


def test_a_cascade_keeps_the_answer_that_passed_its_checks_where_premium_failed() -> None:
    assert chosen(answers((0, 0, "accepted", None), (1, 2, "failed", None)), VERIFY) == 0
    assert chosen(answers((0, 0, "accepted", None), (1, 2, "accepted", None)), VERIFY) == 1


def test_of_two_that_agree_the_cheaper_is_published() -> None:
    table = answers((0, 0, "accepted", b"a"), (0, 1, "accepted", b"a"))
    assert chosen(table, AGREEMENT) == 0


def test_premium_is_published_where_it_was_asked_even_if_a_cheaper_model_says_the_same() -> None:
    table = answers((0, 0, "accepted", b"a"), (0, 1, "accepted", b"b"), (1, 2, "accepted", b"b"))
    assert not agreeing(table, 2).any()
    assert chosen(table, AGREEMENT) == 2


def test_answers_that_failed_their_checks_agree_with_nothing() -> None:
    table = answers((0, 0, "refused", b"a"), (0, 1, "accepted", b"a"))
    assert not agreeing(table, 2).any()


@pytest.mark.parametrize("cascade", [LADDER, VERIFY, AGREEMENT])
def test_a_trial_row_gets_the_best_tiers_accepted_answer(cascade: Cascade) -> None:
    table = answers((0, 0, "accepted", b"a"), (0, 1, "accepted", b"a"), (0, 2, "accepted", b"c"))
    assert chosen(table, cascade, trial=True) == 2
    table = answers((0, 0, "accepted", b"a"), (0, 1, "accepted", b"a"), (0, 2, "failed", None))
    assert chosen(table, cascade, trial=True) == 1


def test_equal_keys_of_different_rows_are_no_agreement() -> None:
    table = answers((0, 0, "accepted", b"a"), (0, 1, "accepted", b"a"))
    rows = pa.array([1, 2], pa.int64())
    assert not agreeing(table.set_column(0, "row_number", rows), 2).any()


def test_a_doubt_at_the_threshold_is_doubtful_and_without_one_nothing_is() -> None:
    assert doubts(VERIFY, 0.5)
    assert not doubts(VERIFY, 0.4999)
    assert not doubts(LADDER, 1.0)
