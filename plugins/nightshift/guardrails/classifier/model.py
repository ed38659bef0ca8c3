"""A trained text model: n-grams and phrases together, one logit per window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.ngrams import Ngrams
from nightshift.guardrails.classifier.phrases import Phrases

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.reading import Block
    from nightshift.guardrails.classifier.vectors import Vocabulary
    from nightshift.storage.weights import Array


class TextModel:
    def __init__(self, arrays: Mapping[str, Array], scales: Mapping[str, float], vocabulary: Vocabulary) -> None:
        self._ngrams = Ngrams(arrays)
        self._phrases = Phrases(arrays)
        self._vocabulary = vocabulary
        self._ngram_scale, self._phrase_scale = float(scales["ngrams"]), float(scales["phrases"])
        self._bias = float(scales["bias"])

    def logits(self, block: Block) -> npt.NDArray[np.float64]:
        """One number per window of the block; above zero speaks for the model's class."""
        ngrams, phrases = self.parts(block)
        return ngrams * self._ngram_scale + phrases * self._phrase_scale + self._bias

    def parts(self, block: Block) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """What the two halves say of every window, each in its own units."""
        ngrams = self._ngrams.logits(block.ngrams, block.owner, len(block.windows))
        return ngrams, self._phrases.logits(block.rows, block.first, self._vocabulary.vectors, block.extra)
