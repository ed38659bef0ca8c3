"""The sample of rows that every tier is asked."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pytest

from nightshift.batch.tiering.trials import is_trial


def keys(count: int) -> pa.ChunkedArray:
    found = [hashlib.sha256(str(number).encode()).digest()[:16] for number in range(count)]
    return pa.chunked_array([pa.array(found, pa.binary(16))])


@pytest.mark.parametrize("share", [0.01, 0.1, 0.2])
def test_about_the_asked_share_of_the_rows_is_in_it(share: float) -> None:
    count = 20_000
    deviation = (share * (1 - share) / count) ** 0.5
    assert abs(is_trial(keys(count), share).mean() - share) < 5 * deviation


def test_a_larger_share_has_the_smaller_ones_rows_and_more() -> None:
    small, large = is_trial(keys(5_000), 0.02), is_trial(keys(5_000), 0.1)
    assert (small <= large).all()
    assert small.sum() < large.sum()


def test_no_share_no_trial_and_a_row_without_a_key_is_none() -> None:
    assert not is_trial(keys(1_000), 0.0).any()
    assert not is_trial(pa.chunked_array([pa.array([None], pa.binary(16))]), 0.2).any()
