"""`python -m benchmarks.semantic_cache`: false hits against the bound, and hit rate, next to a plain cosine."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.semantic_cache.different import DIFFERENT, real_neighbours
from benchmarks.semantic_cache.questions import questions
from benchmarks.semantic_cache.same import SAME
from nightshift.similarity.learning import Learnt, learn
from nightshift.similarity.matching import REFUSED, offline_matcher
from nightshift.similarity.pairs import Pair
from nightshift.tiering.guarantee import upper_bound

FALSE_HITS, CONFIDENCE = 0.01, 0.95
NEIGHBOURS = "another question, the closest"
HIT_RATE_GOAL = 0.5  # of the same pairs; a cache that never hits has no false hits either


class Labelled(NamedTuple):
    kind: str
    pair: Pair


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=3_000, help="how many questions pairs are made of")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--show", type=int, default=0, help="false hits to print in full")
    asked = parser.parse_args()
    texts = questions()
    random.Random(asked.seed).shuffle(texts)
    texts = texts[: asked.questions]
    half = len(texts) // 2
    learnt = _learn(_labelled(texts[:half], asked.seed))
    sys.exit(_report(learnt, _labelled(texts[half:], asked.seed + 1), asked.show))


def _labelled(texts: Sequence[str], seed: int) -> list[Labelled]:
    """Every change of every question, and its closest neighbour among the others."""
    chance = random.Random(seed)
    found = [Labelled(NEIGHBOURS, Pair(a, b, False)) for a, b in real_neighbours(texts)]
    for changes, same in ((SAME, True), (DIFFERENT, False)):
        for text in texts:
            made = ((kind, change(text, chance)) for kind, change in changes.items())
            found += [Labelled(kind, Pair(text, other, same)) for kind, other in made if other not in (None, text)]
    return found


def _learn(labelled: Sequence[Labelled]) -> Learnt:
    found = learn(offline_matcher(), [item.pair for item in labelled], FALSE_HITS, CONFIDENCE)
    print(f"learnt from one half of the questions: {found.statement}")
    if found.threshold is None:
        sys.exit(1)
    print(f"threshold {found.threshold:.3f}; below, the other half of the questions\n")
    return found


def _report(learnt: Learnt, labelled: Sequence[Labelled], show: int) -> int:
    matcher = offline_matcher()
    pairs = [(item.pair.a, item.pair.b) for item in labelled]
    began = time.process_time()
    guarded = matcher.similarities(pairs)
    took = time.process_time() - began
    cosines = matcher.cosines(pairs)
    same = np.array([item.pair.same for item in labelled])
    hits = (guarded >= learnt.threshold) & (guarded != REFUSED)
    plain = _plain_at(cosines, same, int((hits & same).sum()))
    _table(labelled, hits, cosines >= plain, plain)
    false, different = int((hits & ~same).sum()), int((~same).sum())
    rate = float(hits[same].mean())
    bound = upper_bound(false, different, CONFIDENCE)
    print(f"\nfalse hits: {false} of {different:,} different pairs (below {bound:.3%} at {CONFIDENCE:.0%} confidence); "
          f"promised: at most {FALSE_HITS:.0%}")  # fmt: skip
    print(f"plain cosine at the same hit rate: {int(((cosines >= plain) & ~same).sum()):,} false hits")
    print(f"speed: {len(pairs) / took:,.0f} pairs per second of one core, guard and embedding")
    for place in np.flatnonzero(hits & ~same)[:show]:
        print(f"\n[{labelled[place].kind}]\n{labelled[place].pair.a}\n---\n{labelled[place].pair.b}")
    met = false <= FALSE_HITS * different and rate >= HIT_RATE_GOAL
    print(f"within the bound, at a hit rate of at least {HIT_RATE_GOAL:.0%}: {'met' if met else 'missed'}")
    return 0 if met else 1


def _plain_at(cosines: NDArray[np.float64], same: NDArray[np.bool_], hits: int) -> float:
    """The threshold at which a plain cosine has as many hits."""
    return float(np.sort(cosines[same])[::-1][max(hits - 1, 0)])


def _table(labelled: Sequence[Labelled], hits: NDArray[np.bool_], plain: NDArray[np.bool_], at: float) -> None:
    print(f"| pairs | | number | semantic cache: hits | plain cosine >= {at:.3f}: hits |\n|---|---|---:|---:|---:|")
    for same, name in ((True, "same"), (False, "different")):
        kinds = dict.fromkeys(item.kind for item in labelled if item.pair.same is same)
        for kind in kinds:
            mine = np.array([item.kind == kind and item.pair.same is same for item in labelled])
            print(f"| {name} | {kind} | {mine.sum():,} | {hits[mine].mean():.2%} | {plain[mine].mean():.2%} |")
        mine = np.array([item.pair.same is same for item in labelled])
        print(f"| **{name}** | all | {mine.sum():,} | {hits[mine].mean():.2%} | {plain[mine].mean():.2%} |")


if __name__ == "__main__":
    main()
