"""The threshold: learnt from pairs, promised only on held-back ones, and off where the pairs do not suffice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from nightshift.similarity.embedding import Embedded, unit
from nightshift.similarity.learning import learn, measure
from nightshift.similarity.matching import REFUSED, Matcher, offline_matcher
from nightshift.similarity.pairs import Pair

PLACES = ("river", "mountain", "city", "village", "forest", "island", "desert", "bridge")
SIDES = ("north", "south", "east", "west", "upper", "lower", "old", "new")
SUBJECTS = [f"{place} {side}" for place in PLACES for side in SIDES]


def questions(count: int) -> list[str]:
    return [f"How long is the {SUBJECTS[place % 64]} road number {place}?" for place in range(count)]


def labelled(same: int, different: int) -> list[Pair]:
    """Polite twins, and the same question with another number; no text is in two pairs."""
    texts = questions(same + different)
    twins = [Pair(text, f"Hi! {text} Thanks!", True) for text in texts[:same]]
    return twins + [Pair(text, text.replace("number", "with number"), False) for text in texts[same:]]


class Scripted:
    """An embedding under which a text ending in `!` is a little apart, and every other one alike."""

    name, digest = "scripted", "0" * 64

    def embed(self, texts: Sequence[str]) -> Embedded:
        return Embedded(unit(np.array([[1.0, 0.3 if text.endswith("!") else 0.0] for text in texts], dtype=np.float32)))


def test_the_bound_is_promised_on_held_back_pairs() -> None:
    found = learn(offline_matcher(), labelled(300, 600), 0.01, 0.95)
    assert found.threshold is not None
    assert found.measured.false_hits == 0
    assert found.measured.different > 299
    held_back = f"0 of {found.measured.different} held-back different pairs; hit rate"
    assert found.statement.startswith(f"at most 1 % false hits at 95 % confidence: {held_back}")
    assert found.measured.hit_rate > 0.9


def test_too_few_pairs_promise_nothing() -> None:
    found = learn(offline_matcher(), labelled(100, 200), 0.01, 0.95)
    assert found.threshold is None
    assert found.statement == f"not enough pairs: {found.measured.different} of 299 held-back different pairs needed"
    assert found.measured.different == 200


def test_the_threshold_is_raised_until_the_bound_holds() -> None:
    apart = labelled(300, 0)
    alike = [Pair(f"Which {subject} is it?", f"which {subject} is it", True) for subject in SUBJECTS]
    wrong = [pair._replace(same=False) for pair in apart[150:]]
    found = learn(Matcher(Scripted()), [*alike, *apart[:150], *wrong, *labelled(0, 600)[300:]], 0.01, 0.95)
    assert (found.threshold, found.measured.false_hits) == (1.0, 0)
    assert 0 < found.measured.hit_rate < 0.5


def test_false_hits_above_the_bound_promise_nothing() -> None:
    apart = labelled(300, 0)
    wrong = [pair._replace(same=False) for pair in apart[150:]]
    found = learn(Matcher(Scripted()), [*apart[:150], *wrong, *labelled(0, 600)[300:]], 0.01, 0.95)
    assert found.threshold is None
    assert found.statement.startswith(
        f"too many false hits: 150 of {found.measured.different} held-back different pairs"
    )


def test_the_threshold_is_never_below_what_was_seen_among_pairs_that_are_the_same() -> None:
    matcher = offline_matcher()
    pairs = labelled(300, 600)
    seen = matcher.similarities([(pair.a, pair.b) for pair in pairs if pair.same])
    found = learn(matcher, pairs, 0.01, 0.95)
    assert found.threshold is not None
    assert found.threshold >= np.floor(seen[seen != REFUSED].min() * 1000) / 1000


def test_pairs_with_a_common_text_are_told() -> None:
    pairs = labelled(300, 0)
    crowd = [Pair(f"Why is text {number // 10} long?", f"Why is text {number // 10} of {number} long?", False)
             for number in range(1000)]  # fmt: skip
    found = learn(offline_matcher(), [*pairs, *crowd], 0.01, 0.95)
    assert found.measured.groups < found.measured.different
    assert f"held-back different pairs (in {found.measured.groups} groups)" in found.statement


def test_repeats_of_a_pair_are_no_further_evidence() -> None:
    pairs = labelled(10, 10)
    found = learn(offline_matcher(), [*pairs, *pairs[10:] * 59], 0.01, 0.95)
    assert found.threshold is None
    assert (found.measured.different, found.statement) == (
        10,
        "not enough pairs: 10 of 299 held-back different pairs needed; repeated pairs, counted once: 590",
    )


def test_figures_at_a_threshold() -> None:
    pairs = [Pair("a", "b", True), Pair("c", "d", True), Pair("e", "f", False), Pair("g", "h", False)]
    found = measure(pairs, np.array([0.9, 0.5, 0.95, REFUSED]), 0.8)
    assert (found.false_hits, found.different, found.hits, found.same) == (1, 2, 1, 2)
    assert found.hit_rate == pytest.approx(0.5)
    assert (
        measure(pairs, np.array([0.9, 0.5, 0.95, REFUSED]), -1.0).false_hits == 1
    )  # the guard stands at any threshold
