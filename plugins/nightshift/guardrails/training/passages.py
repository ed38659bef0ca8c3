"""Rows as the detectors read them: the plain text and what is hidden in it, cut into windows with a label each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.reading import Block, read
from nightshift.guardrails.classifier.vectors import Vocabulary
from nightshift.guardrails.training.corpus import Example

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.injection.rules import InjectionRules

_NO_ATTACK, _LEFT_OUT = 0.0, -1.0
# A row's weight grows more slowly than its windows. Benign ones share less: a single bad window is a false alarm.
_SHARED_BY_ATTACK, _SHARED_BY_BENIGN = 0.5, 0.25
_SHARE = 0.6  # of a planted instruction that a window must hold to be an attack; less than that is left out


@dataclass(frozen=True)
class Piece:
    """A sentence that rules hit: what it says, where it stands in the row, and what the rules say of it."""

    text: str
    span: tuple[int, int]
    evidence: float
    is_plain: bool


@dataclass(frozen=True)
class Windows:
    """All windows of some rows. What belongs to row `i` is where `owner == i`."""

    blocks: Sequence[Block]
    owner: npt.NDArray[np.int64]
    labels: npt.NDArray[np.float64]  # -1: neither; not learnt from
    weights: npt.NDArray[np.float64]
    pieces: Sequence[Piece | None]  # the sentence that a window is, if rules hit it and it is read by itself


@dataclass(frozen=True)
class Ruled:
    """What the injection rules say of one row: as a whole, and of each sentence they hit."""

    evidence: float
    is_plain: bool
    pieces: Sequence[Piece] = ()


def ruled(examples: Sequence[Example]) -> list[Ruled]:
    from nightshift.guardrails.injection.rules import InjectionRules

    rules = InjectionRules()
    return [_ruled(example.text, rules) for example in examples]


def _ruled(text: str, rules: InjectionRules) -> Ruled:
    from nightshift.guardrails.injection.close_ups import close_ups
    from nightshift.guardrails.injection.detector import strongest
    from nightshift.guardrails.injection.plain import is_plain
    from nightshift.guardrails.normalisation import view

    seen = view(text)
    hits = rules.detect_text(seen)
    plain = seen.plain
    pieces = [
        Piece(plain.text[one.start : one.end], plain.span(one.start, one.end), one.evidence, one.is_plain)
        for one in close_ups(seen, hits)
    ]
    return Ruled(strongest(hits), is_plain(hits, len(text)), pieces)


def passages(text: str) -> list[str]:
    """What a detector reads of one text."""
    from nightshift.guardrails.normalisation import view

    seen = view(text)
    return [seen.plain.text, *(hidden.text for hidden in seen.decoded)]


def windows_of(examples: Sequence[Example], vocabulary: Vocabulary, rules: Sequence[Ruled] = ()) -> Windows:
    """`rules`: what they say of each row; the sentences that they hit are windows too."""
    import numpy as np

    texts: list[str] = []
    example_of: list[int] = []
    piece_of: list[Piece | None] = []
    for place, example in enumerate(examples):
        # A planted instruction is found by its characters, so such a text is read as it is.
        found = [example.text] if example.span else passages(example.text)
        pieces = rules[place].pieces if rules else ()
        texts += [*found, *(piece.text for piece in pieces)]
        piece_of += [*([None] * len(found)), *pieces]
        example_of += [place] * (len(found) + len(pieces))
    blocks = read(texts, vocabulary)
    windows = [window for block in blocks for window in block.windows]
    owner = np.array([example_of[window.text] for window in windows], dtype=np.int64)
    shown = [piece_of[window.text] for window in windows]
    places = [piece.span if piece else (window.start, window.end) for piece, window in zip(shown, windows, strict=True)]
    labels = np.array([_label(examples[o], place) for o, place in zip(owner.tolist(), places, strict=True)])
    counts = np.maximum(np.bincount(owner, weights=labels >= 0, minlength=len(examples)), 1)[owner]
    importance = np.array([example.weight for example in examples])[owner]
    shares = np.where(labels == 1, counts**-_SHARED_BY_ATTACK, counts**-_SHARED_BY_BENIGN)
    weights = np.where(labels >= 0, importance * shares, 0.0)
    return Windows(blocks, owner, labels, weights, shown)


def _label(example: Example, place: tuple[int, int]) -> float:
    if example.span is None or not example.label:
        return float(example.label)
    start, end = example.span
    inside = min(end, place[1]) - max(start, place[0])
    if inside <= 0:
        return _NO_ATTACK
    return 1.0 if inside >= _SHARE * min(end - start, place[1] - place[0]) else _LEFT_OUT


def best_of(
    logits: npt.NDArray[np.float64], owner: npt.NDArray[np.int64], rows: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    import numpy as np

    best = np.full(rows, -np.inf)
    np.maximum.at(best, owner, logits)
    return best, np.bincount(owner, minlength=rows)
