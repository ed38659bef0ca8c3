"""An answer in all its readings: as it stands, without disguises, and what is encoded in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from nightshift.guardrails.normalisation import View


class Reading(NamedTuple):
    """One text, and where a part of it stands in the answer."""

    text: str
    span: Callable[[int, int], tuple[int, int]]


def readings(view: View) -> Iterator[Reading]:
    """Every reading once. A model that is talked into telling a secret is often told to encode it, too."""
    yield Reading(view.original, lambda start, end: (start, end))
    if view.plain.text != view.original:
        yield Reading(view.plain.text, view.plain.span)
    for part in view.decoded:
        yield Reading(part.text, part.span)
