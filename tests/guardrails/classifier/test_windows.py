from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nightshift.guardrails.classifier.windows import LONGEST, windows


def test_a_short_text_is_one_window() -> None:
    assert [(w.text, w.start, w.end) for w in windows(["", "a" * LONGEST])] == [(0, 0, 0), (1, 0, LONGEST)]


@given(st.integers(min_value=1, max_value=5000), st.sampled_from(["word ", "x", "ab\n"]))
def test_windows_overlap_and_cover_the_text(length: int, unit: str) -> None:
    text = (unit * length)[:length]
    cut = windows([text])
    assert cut[0].start == 0
    assert cut[-1].end == len(text)
    assert all(window.end - window.start <= LONGEST for window in cut)
    for before, after in pairwise(cut):
        assert before.start < after.start < before.end <= after.end


def test_a_long_text_has_windows_in_proportion() -> None:
    assert 3200 < len(windows(["word " * 200_000])) < 3500
