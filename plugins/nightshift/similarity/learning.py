"""The threshold of a prompt from labelled pairs, and a bound on its false hits from pairs that were held back.

Pairs that share a text stay on one side. A repeated pair counts once. The bound takes the held-back pairs as drawn one
by one, as new rows will be: many pairs made of few texts are weaker evidence than their number says, so the statement
names the number of groups with a text in common. A threshold is never below what was seen among pairs that are the
same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nightshift.similarity.matching import REFUSED, Matcher
from nightshift.similarity.pairs import Pair, distinct, groups
from nightshift.tiering.guarantee import certified, rows_needed, upper_bound

if TYPE_CHECKING:
    from nightshift.similarity.matching import Similarities

_LEARNT_FROM = 0.3  # share of the groups with a pair that is the same; the bound needs the rest
_MOST_CHOICES = 10
NEVER = 2.0  # no cosine reaches it
_STEP = 1000  # thresholds are whole thousandths


@dataclass(frozen=True)
class Measured:
    """What a threshold does on labelled pairs. `groups` of the different pairs have no text in common."""

    false_hits: int
    different: int
    groups: int
    hits: int
    same: int

    @property
    def hit_rate(self) -> float:
        return self.hits / self.same if self.same else 0.0


@dataclass(frozen=True)
class Learnt:
    """`threshold` is None where the bound cannot be promised; `statement` says why, or what is promised."""

    threshold: float | None
    measured: Measured
    statement: str


def learn(matcher: Matcher, pairs: Sequence[Pair], false_hits: float, confidence: float) -> Learnt:
    """The lowest threshold whose false-hit rate is at most `false_hits`, with that confidence."""
    once = distinct(pairs)
    found = _learn(matcher, once, false_hits, confidence)
    return replace(found, statement=found.statement + repeated(len(pairs) - len(once)))


def _learn(matcher: Matcher, pairs: Sequence[Pair], false_hits: float, confidence: float) -> Learnt:
    similarities = matcher.similarities([(pair.a, pair.b) for pair in pairs])
    learnt, held = _split(pairs)
    held_pairs = [pairs[place] for place in held]
    choices = _choices([pairs[place] for place in learnt], similarities[learnt])
    results = [(choice, measure(held_pairs, similarities[held], choice)) for choice in choices]
    different = sum(not pair.same for pair in held_pairs)
    passed = certified([(found, found[1].false_hits) for found in results], different, false_hits, 1 - confidence)
    if passed:
        threshold, measured = passed[-1]
        return Learnt(threshold, measured, promise(measured, false_hits, confidence))
    strictest = results[0][1] if results else measure(held_pairs, similarities[held], NEVER)
    return Learnt(None, strictest, _refusal(strictest, bool(results), false_hits, confidence))


def measure(pairs: Sequence[Pair], similarities: Similarities, threshold: float) -> Measured:
    """False hits and hits at a threshold."""
    hits = ((similarities >= threshold) & (similarities != REFUSED)).tolist()
    different = [pair for pair in pairs if not pair.same]
    return Measured(
        false_hits=sum(hit for pair, hit in zip(pairs, hits, strict=True) if not pair.same),
        different=len(different),
        groups=len(set(groups(different))),
        hits=sum(hit for pair, hit in zip(pairs, hits, strict=True) if pair.same),
        same=len(pairs) - len(different),
    )


def repeated(pairs: int) -> str:
    return f"; repeated pairs, counted once: {pairs:,}" if pairs else ""


def promise(measured: Measured, false_hits: float, confidence: float) -> str:
    grouped = f" (in {measured.groups:,} groups)" if measured.groups < measured.different else ""
    return (
        f"at most {false_hits * 100:g} % false hits at {confidence * 100:g} % confidence: {measured.false_hits:,} of "
        f"{measured.different:,} held-back different pairs{grouped}; hit rate {measured.hit_rate:.1%} of "
        f"{measured.same:,} held-back same pairs"
    )


def _refusal(strictest: Measured, is_tested: bool, false_hits: float, confidence: float) -> str:
    needed = rows_needed(0.0, false_hits, 1 - confidence)
    if needed is None or strictest.different < needed:
        wanted = f"{needed:,}" if needed else "more than a million"
        return f"not enough pairs: {strictest.different:,} of {wanted} held-back different pairs needed"
    if not is_tested:
        return "nothing learnt: no pair that is the same passes the guard"
    bound = upper_bound(strictest.false_hits, strictest.different, confidence)
    return (
        f"too many false hits: {strictest.false_hits:,} of {strictest.different:,} held-back different pairs, so up to "
        f"{bound:.2%} at {confidence * 100:g} % confidence, where {false_hits * 100:g} % are allowed"
    )


def _choices(pairs: Sequence[Pair], similarities: Similarities) -> list[float]:
    """Thresholds to be tested, strictest first: cosines of pairs that are the same and pass the guard."""
    import numpy as np

    seen = [
        cosine for pair, cosine in zip(pairs, similarities.tolist(), strict=True) if pair.same and cosine != REFUSED
    ]
    if not seen:
        return []
    steps = np.floor(np.quantile(seen, np.linspace(0, 1, _MOST_CHOICES), method="lower") * _STEP) / _STEP
    return [float(value) for value in np.unique(steps)[::-1]]


def _split(pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    """Places of the pairs that thresholds are chosen from and of those held back.

    Thresholds are cosines of pairs that are the same, so a group without one is held back. Of the others the text of
    the group's first pair decides, so that more pairs do not move earlier ones.
    """
    numbers = groups(pairs)
    first: dict[int, str] = {}
    for number, pair in zip(numbers, pairs, strict=True):
        first.setdefault(number, pair.a)
    usable = {number for number, pair in zip(numbers, pairs, strict=True) if pair.same}
    chosen = {number for number in usable if hashlib.sha256(first[number].encode()).digest()[0] < 256 * _LEARNT_FROM}
    places = range(len(pairs))
    return [at for at in places if numbers[at] in chosen], [at for at in places if numbers[at] not in chosen]
