"""Texts made ready for every model at once: cut into windows, hashed, looked up; in blocks that fit a cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.ngrams import ngrams
from nightshift.guardrails.classifier.phrases import PADS
from nightshift.guardrails.classifier.tokens import Tokens, tokenise
from nightshift.guardrails.classifier.vectors import PAD, Vocabulary
from nightshift.guardrails.classifier.windows import Window, windows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.tokens import Positions

_BLOCK = 20_000  # characters


@dataclass(frozen=True)
class Block:
    """Some windows in a row and what the models look at in them."""

    windows: Sequence[Window]
    ngrams: npt.NDArray[np.uint32]
    owner: Positions  # the window of each n-gram
    rows: Positions  # of the vocabulary, as `Phrases.logits` wants them
    first: Positions
    extra: npt.NDArray[np.int8]


def read(texts: Sequence[str], vocabulary: Vocabulary) -> list[Block]:
    return [_block(texts, some, vocabulary) for some in _blocks(windows(texts))]


def _blocks(pieces: Sequence[Window]) -> Iterator[Sequence[Window]]:
    begin = size = 0
    for end, piece in enumerate(pieces):
        size += piece.end - piece.start
        if size >= _BLOCK:
            yield pieces[begin : end + 1]
            begin, size = end + 1, 0
    if begin < len(pieces):
        yield pieces[begin:]


def _block(texts: Sequence[str], pieces: Sequence[Window], vocabulary: Vocabulary) -> Block:
    cut = [texts[piece.text][piece.start : piece.end] for piece in pieces]
    tokens = tokenise(cut)
    keys, owner = ngrams(tokens)
    known, extra = vocabulary.rows(tokens, "\n" + "\n".join(cut) + "\n")
    rows, first = _padded(tokens, known)
    return Block(pieces, keys, owner, rows, first, extra)


def _padded(tokens: Tokens, known: Positions) -> tuple[Positions, Positions]:
    import numpy as np

    texts = len(tokens.first) - 1
    first = tokens.first + PADS * np.arange(texts + 1)
    rows = np.full(first[-1] + PADS, PAD, dtype=np.int64)
    owner = np.repeat(np.arange(texts), np.diff(tokens.first))
    rows[np.arange(len(known)) + PADS * (owner + 1)] = known
    return rows, first
