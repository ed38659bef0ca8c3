"""Instructions planted in documents: where they stand is known, so only the windows that hold them are attacks."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from nightshift.guardrails.training.corpus import OWN, Example

PLANTED = f"{OWN}:planted"
_PLACES = ("start", "middle", "end")
_SEED = 20


def plant(documents: Sequence[Example], instructions: Sequence[Example], each: int = 2) -> list[Example]:
    """Every instruction in `each` documents, at the start, in the middle (between lines) or at the end of one."""
    chance = random.Random(_SEED)
    return [
        _planted(chance.choice(documents), instruction, chance.choice(_PLACES), chance)
        for instruction in instructions
        for _ in range(each)
    ]


def _planted(document: Example, instruction: Example, place: str, chance: random.Random) -> Example:
    text, at = document.text, _position(document.text, place, chance)
    before, after = text[:at], text[at:]
    gap = "\n" if "\n" in text else " "
    lead = gap if before and not before.endswith(gap) else ""
    tail = gap if after and not after.startswith(gap) else ""
    start = len(before) + len(lead)
    whole = before + lead + instruction.text + tail + after
    span = (start, start + len(instruction.text))
    return Example(whole, 1, PLANTED, instruction.category, span)


def _position(text: str, place: str, chance: random.Random) -> int:
    if place == "start":
        return 0
    return len(text) if place == "end" else chance.choice(list(_gaps(text)) or [len(text)])


def _gaps(text: str) -> Iterator[int]:
    """Places between two lines; in a text of one line, between two sentences."""
    mark = "\n" if "\n" in text.strip() else ". "
    at = text.find(mark)
    while at >= 0:
        yield at + len(mark)
        at = text.find(mark, at + 1)
