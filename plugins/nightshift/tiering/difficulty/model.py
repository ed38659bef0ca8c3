"""Prompts to scores: the chance that premium gets right what light gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.errors import Misconfigured
from nightshift.tiering.difficulty.features import NAMES, read
from nightshift.tiering.difficulty.ngrams import hashed
from nightshift.tiering.difficulty.prior import prior_arrays, prior_card
from nightshift.tiering.difficulty.ridge import Scaler
from nightshift.tiering.difficulty.vocabulary import pieces
from nightshift.tiering.weights import Weights, load, weights_folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

KIND = "difficulty"
FILE = "difficulty.bin"
BLOCK = 256  # prompts read together: enough for the arrays, little enough for a cache


class DifficultyModel:
    """`known` are the tasks whose own words were learnt: scores of others come from structure alone."""

    def __init__(self, weights: Weights) -> None:
        if tuple(weights.card["features"]) != NAMES:
            raise Misconfigured(
                "difficulty weights: trained by a version that reads other features of a prompt; "
                "way out: move the file away and run `nightshift tier train` on the outcome rows again"
            )
        self.card = weights.card
        self._arrays = weights.arrays
        self._offsets: dict[str, float] = dict(weights.card["tasks_known"])
        self._slope, self._intercept = weights.card["calibration"]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self._offsets)

    def scores(self, prompts: Sequence[str], tasks: Sequence[str | None] | None = None) -> Floats:
        """One number from 0 to 1 per prompt. The same prompt has the same score whatever stands beside it."""
        import numpy as np

        parts = [
            self._block(prompts[start : start + BLOCK], None if tasks is None else tasks[start : start + BLOCK])
            for start in range(0, len(prompts), BLOCK)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def trained_on(self, prompts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which prompts the model has seen the outcome of: those say nothing about what it is worth."""
        import numpy as np

        return np.isin(digests(prompts), self._arrays["trained_on"])

    def _block(self, prompts: Sequence[str], tasks: Sequence[str | None] | None) -> Floats:
        import numpy as np

        seen = read(prompts)
        scaled = Scaler(self._arrays["mean"][seen.shape], self._arrays["scale"][seen.shape])(seen.numbers)
        # Row by row: a matrix product may round otherwise in another batch, and scores must not.
        gain = (scaled * self._arrays["weights"][seen.shape]).sum(axis=1) + self._arrays["bias"][seen.shape]
        if tasks is not None and self._offsets:
            gain = gain + self._learnt(prompts, tasks)
        scores: Floats = 1.0 / (1.0 + np.exp(-(self._slope * gain + self._intercept)))
        return scores

    def _learnt(self, prompts: Sequence[str], tasks: Sequence[str | None]) -> Floats:
        import numpy as np

        own = np.array([task in self._offsets for task in tasks])
        offset = np.array([self._offsets.get(task or "", 0.0) for task in tasks])
        owner, bucket = hashed([pieces(prompt) if mine else [] for prompt, mine in zip(prompts, own, strict=True)])
        count = np.bincount(owner, minlength=len(prompts))
        words = np.bincount(owner, self._arrays["ngrams"][bucket], minlength=len(prompts))
        return offset + words / np.sqrt(np.maximum(count, 1))


def digests(prompts: Sequence[str]) -> npt.NDArray[np.uint64]:
    import hashlib

    import numpy as np

    texts = (prompt.encode(errors="surrogatepass") for prompt in prompts)
    return np.array([int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) for text in texts], dtype=np.uint64)


def load_model(path: Path | None = None) -> DifficultyModel:
    """The model in use: the file given, else the shipped one, else the prior."""
    if path is not None:
        return DifficultyModel(load(path, KIND))
    shipped = weights_folder() / FILE
    return DifficultyModel(load(shipped, KIND)) if shipped.exists() else prior()


def prior() -> DifficultyModel:
    """What is assumed while nothing was learnt."""
    return DifficultyModel(Weights(KIND, prior_arrays(), prior_card()))
