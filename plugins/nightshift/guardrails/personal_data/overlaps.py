"""One finding per place: of those that overlap, the likeliest; of equal ones, the longest."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Sequence

from nightshift.guardrails.verdict import Hit, is_inside


def keep_likeliest(hits: Iterable[Hit], noted: Collection[str] = ()) -> list[Hit]:
    """Hits that do not overlap, in the order of the text.

    Entities that are `noted` and not acted on hide nothing: they stand beside others, and around them.
    """
    if not noted:
        return _likeliest(hits)
    everything = list(hits)
    acted_on = _likeliest(hit for hit in everything if hit.entity not in noted)
    beside = _likeliest(hit for hit in everything if hit.entity in noted)
    around = [hit for hit in beside if not _is_cut(hit, acted_on)]
    return sorted([*acted_on, *around], key=lambda hit: (hit.start, -hit.end))


def _is_cut(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether one of the hits covers it or reaches over one of its ends."""
    if is_inside(hit.start, hit.end, hits):
        return True
    return any(is_inside(place - 1, place + 1, hits) for place in (hit.start, hit.end))


def _likeliest(hits: Iterable[Hit]) -> list[Hit]:
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
