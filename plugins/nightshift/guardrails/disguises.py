"""Values that are found whatever they are disguised as: the same search in every reading of a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from nightshift.guardrails.normalisation import View
from nightshift.guardrails.normalisation.readings import disguised_readings
from nightshift.guardrails.verdict import Hit

Find = Callable[[str], list[Hit]]


def find_disguised(view: View, find: Find) -> list[Hit]:
    """What `find` hits in the original, and beyond that in its other readings, all at their places in the original.

    A value that was encoded is all of its code. What is inside of a hit already is no second one; hits that overlap
    otherwise stay both, so that nothing of either is left when they are masked.
    """
    hits = find(view.original)
    if not view.is_disguised:
        return hits
    beyond: dict[Hit, None] = {}
    for reading in disguised_readings(view):
        for hit in find(reading.text):
            place = reading.span(hit.start, hit.end)
            if place is not None and not _is_inside(*place, hits):
                beyond[replace(hit, start=place[0], end=place[1])] = None
    return sorted([*hits, *beyond], key=lambda hit: (hit.start, hit.end)) if beyond else hits


def _is_inside(start: int, end: int, hits: Sequence[Hit]) -> bool:
    """Whether one of the hits, which are in the order of the text and do not overlap, covers the place."""
    before = bisect_right(hits, start, key=lambda hit: hit.start)
    return bool(before) and hits[before - 1].end >= end
