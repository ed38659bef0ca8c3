"""Values that are found whatever they are disguised as: the same search in every reading of a text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from nightshift.guardrails.normalisation import View
from nightshift.guardrails.normalisation.readings import disguised_readings
from nightshift.guardrails.verdict import Hit, is_inside

Find = Callable[[str], list[Hit]]


def find_disguised(view: View, find: Find, noted: Collection[str] = ()) -> list[Hit]:
    """What `find` hits in the original, and beyond that in its other readings, all at their places in the original.

    A value that was encoded is all of its code. What is inside of a hit already is no second one, unless that is only
    `noted`; hits that overlap otherwise stay both, so that nothing of either is left when they are masked.
    """
    hits = find(view.original)
    if not view.is_disguised:
        return hits
    clear = _Apart(hits, noted)
    beyond: dict[Hit, None] = {}
    whole: list[Hit] = []
    for reading in disguised_readings(view):
        for hit in find(reading.text):
            place = reading.span(hit.start, hit.end)
            if place is None or clear.covers(hit.entity, *place):
                continue
            found = replace(hit, start=place[0], end=place[1])
            beyond[found] = None
            if reading.text is view.unfolded.text:  # has its values where they stand; others have all of a code
                whole.append(found)
    if not beyond:
        return hits
    # What was found in clear of a value that is longer without its disguise is a part of it.
    longer = _Apart(whole, noted)
    apart = [hit for hit in hits if not longer.covers(hit.entity, hit.start, hit.end)]
    return sorted([*apart, *beyond], key=lambda hit: (hit.start, hit.end))


class _Apart:
    """Hits in the order of the text; what is only noted covers nothing that is acted on."""

    def __init__(self, hits: Sequence[Hit], noted: Collection[str]) -> None:
        self._noted = noted
        self._acted_on = [hit for hit in hits if hit.entity not in noted]
        self._beside = [hit for hit in hits if hit.entity in noted]

    def covers(self, entity: str, start: int, end: int) -> bool:
        return is_inside(start, end, self._acted_on) or (entity in self._noted and is_inside(start, end, self._beside))
