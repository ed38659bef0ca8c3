"""What the trained detectors read of a batch: each text as it reads without disguise, and what is hidden in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Protocol

from nightshift.guardrails.classifier.reading import Block, read
from nightshift.guardrails.classifier.vectors import KIND, Vocabulary
from nightshift.guardrails.classifier.weights import load, models_folder

if TYPE_CHECKING:
    from nightshift.guardrails.normalisation import View
    from nightshift.guardrails.subjects import Batch


class Passage(Protocol):
    """A text with the way back to the characters it came from."""

    @property
    def text(self) -> str: ...

    def span(self, start: int, end: int) -> tuple[int, int]: ...


@dataclass(frozen=True)
class Passages:
    """All passages of some texts. A window is in passage `window.text`, which belongs to text `owner[window.text]`."""

    passages: Sequence[Passage] = field(repr=False)
    owner: Sequence[int]
    blocks: Sequence[Block] = field(repr=False)


def passages(views: Sequence[View], vocabulary: Vocabulary) -> Passages:
    found: list[Passage] = []
    owner: list[int] = []
    for place, view in enumerate(views):
        found.append(view.plain)
        found += view.decoded
        owner += [place] * (1 + len(view.decoded))
    return Passages(found, owner, read([passage.text for passage in found], vocabulary))


def passages_of(batch: Batch) -> Passages:
    """The same for both detectors, so it is made once for a batch."""
    found: Passages = batch.shared("classifier.passages", lambda batch: passages(batch.views, vocabulary()))
    return found


@cache
def vocabulary() -> Vocabulary:
    """The table of words that ships with the project; loaded once in a process."""
    return Vocabulary.of(load(models_folder() / "words.bin", KIND))
