"""One finding per place: of those that overlap, the likeliest; of equal ones, the longest."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable

from nightshift.guardrails.verdict import Hit


def keep_likeliest(hits: Iterable[Hit]) -> list[Hit]:
    """Hits that do not overlap, in the order of the text."""
    ranked = sorted(hits, key=_rank)
    if len(ranked) < 2:
        return ranked
    kept: list[tuple[int, int, Hit]] = []
    for place, hit in enumerate(ranked):
        after = bisect_right(kept, (hit.start, len(ranked)), key=lambda item: item[:2])
        if after and kept[after - 1][2].end > hit.start:
            continue
        if after < len(kept) and kept[after][2].start < hit.end:
            continue
        insort(kept, (hit.start, place, hit), key=lambda item: item[:2])
    return [hit for _, _, hit in kept]


def _rank(hit: Hit) -> tuple[float, int, int, str]:
    return (-hit.score, hit.start - hit.end, hit.start, hit.entity)
