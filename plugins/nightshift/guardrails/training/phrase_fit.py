"""Filters over word vectors: a small convolution with max-pooling, trained by gradient descent (Adam) in NumPy.

The word vectors stay as they are: they carry what the encoder knew of words that the training rows do not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.phrases import PADS, WIDTHS
from nightshift.guardrails.classifier.vectors import KINDS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.storage.weights import Array

    Floats = npt.NDArray[np.float32]
    Rows = npt.NDArray[np.int64]

UNIT = 64  # word vectors are trained as whole numbers over this
_FILTERS = 32  # of each width
_EPOCHS = 8
_BATCH = 64
_RATE = 3e-3
_WARM_UP = 50
_DECAY = 0.1  # of weights, times the rate
_DROPPED = 0.3  # of the filters' answers
_UNREAD = 0.1  # of the words
_MEAN_SHARE = 0.3
_UNKNOWN_WORD = 2  # the vocabulary's row of an unknown word


@dataclass
class PhraseNet:
    """The weights while they are floats."""

    filters: list[Floats]  # per width (words, dimensions, filters)
    bias: Floats
    head: Floats
    mean: Floats
    offset: Floats
    first: dict[str, Floats] = field(default_factory=dict)  # moments of the optimiser
    second: dict[str, Floats] = field(default_factory=dict)

    def parts(self) -> dict[str, Floats]:
        filters = {f"filters_{width}": matrix for width, matrix in zip(WIDTHS, self.filters, strict=True)}
        return {**filters, "bias": self.bias, "head": self.head, "mean": self.mean, "offset": self.offset}


@dataclass(frozen=True)
class _Pass:
    """One batch on its way through: which words stood where, where each filter answered best, and how."""

    words: Floats
    best: list[Rows]
    answers: Floats
    means: Floats


def fit_phrases(
    vectors: npt.NDArray[np.int8], texts: Sequence[Rows], labels: Floats, weights: Floats, seed: int = 0
) -> PhraseNet:
    """`texts` are rows of `vectors`, one array per window."""
    import numpy as np

    chance = np.random.default_rng(seed)
    table = vectors.astype(np.float32) / np.float32(UNIT)
    net = _fresh(table.shape[1], chance)
    steps, step = _EPOCHS * -(-len(texts) // _BATCH), 0
    for _ in range(_EPOCHS):
        order = chance.permutation(len(texts))
        for begin in range(0, len(order), _BATCH):
            step += 1
            chosen = order[begin : begin + _BATCH]
            batch = [_with_gaps(texts[place], chance) for place in chosen]
            slopes = _slopes(net, table, batch, labels[chosen], weights[chosen], chance)
            _move(net, slopes, step, _RATE * min(1.0, step / _WARM_UP) * (1 - step / (steps + 1)))
    return net


def _fresh(dimensions: int, chance: np.random.Generator) -> PhraseNet:
    import numpy as np

    def noise(scale: float, *shape: int) -> Floats:
        return (chance.normal(size=shape) * scale).astype(np.float32)

    count = _FILTERS * len(WIDTHS)
    return PhraseNet(
        filters=[noise(0.05, width, dimensions, _FILTERS) for width in WIDTHS],
        bias=np.zeros(count, np.float32),
        head=noise(0.1, count),
        mean=np.zeros(dimensions, np.float32),
        offset=np.zeros(1, np.float32),
    )


def _with_gaps(rows: Rows, chance: np.random.Generator) -> Rows:
    import numpy as np

    return np.where((chance.random(len(rows)) < _UNREAD) & (rows >= KINDS), _UNKNOWN_WORD, rows)


def _forward(net: PhraseNet, table: Floats, batch: Sequence[Rows]) -> _Pass:
    import numpy as np

    sizes = np.array([len(rows) for rows in batch])
    first = np.concatenate([[0], np.cumsum(sizes + PADS)])
    rows = np.zeros(first[-1] + PADS, dtype=np.int64)
    for start, some in zip(first, batch, strict=False):
        rows[start + PADS : start + PADS + len(some)] = some
    words = table[rows]
    best, answers = [], []
    for width, filters in zip(WIDTHS, net.filters, strict=True):
        sums = sum(words[step : first[-1] + step] @ filters[step] for step in range(width))
        places = np.array([sums[a:b].argmax(axis=0) + a for a, b in pairwise(first.tolist())])
        best.append(places)
        answers.append(sums[places, np.arange(filters.shape[2])])
    found = np.maximum(np.concatenate(answers, axis=1) + net.bias, 0)
    means = np.add.reduceat(words[: first[-1]], first[:-1], axis=0) / np.sqrt(np.maximum(sizes, 1))[:, None]
    return _Pass(words, best, found.astype(np.float32), (means * _MEAN_SHARE).astype(np.float32))


def _slopes(
    net: PhraseNet,
    table: Floats,
    batch: Sequence[Rows],
    labels: Floats,
    weights: Floats,
    chance: np.random.Generator,
) -> dict[str, Floats]:
    import numpy as np

    seen = _forward(net, table, batch)
    kept = ((chance.random(seen.answers.shape) >= _DROPPED) / (1 - _DROPPED)).astype(np.float32)
    answers = seen.answers * kept
    logits = answers @ net.head + seen.means @ net.mean + net.offset
    pull = ((1 / (1 + np.exp(-np.clip(logits, -30, 30))) - labels) * weights / len(batch)).astype(np.float32)
    back = pull[:, None] * net.head * kept * (seen.answers > 0)
    slopes = {"head": answers.T @ pull, "mean": seen.means.T @ pull, "offset": pull.sum(keepdims=True)}
    slopes["bias"] = back.sum(axis=0)
    for number, (width, places) in enumerate(zip(WIDTHS, seen.best, strict=True)):
        share = back[:, number * _FILTERS : (number + 1) * _FILTERS]
        slopes[f"filters_{width}"] = np.stack(
            [(seen.words[places + step] * share[:, :, None]).sum(axis=0).T for step in range(width)]
        )
    return slopes


def _move(net: PhraseNet, slopes: dict[str, Floats], step: int, rate: float) -> None:
    import numpy as np

    for name, values in net.parts().items():
        slope = slopes[name]
        first = net.first[name] = 0.9 * net.first.get(name, np.float32(0)) + np.float32(0.1) * slope
        second = net.second[name] = 0.99 * net.second.get(name, np.float32(0)) + np.float32(0.01) * slope * slope
        change = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        shrunk = _DECAY * values if name not in ("bias", "offset") else 0.0
        values -= (rate * (change + shrunk)).astype(np.float32)


def quantised(net: PhraseNet) -> tuple[dict[str, Array], float, float]:
    """The whole-number arrays of `Phrases`, the size of its logit's unit, and the bias."""
    import numpy as np

    arrays: dict[str, Array] = {}
    units = []
    for width, filters in zip(WIDTHS, net.filters, strict=True):
        unit = np.maximum(np.abs(filters).max(axis=(0, 1)), 1e-6) / 127
        arrays[f"filters_{width}"] = np.rint(filters / unit).astype(np.int8)
        units.append(unit / UNIT)
    size = np.concatenate(units)
    head, mean = net.head * size, net.mean * _MEAN_SHARE / UNIT
    scale = float(max(np.abs(head).max(), np.abs(mean).max())) / (1 << 19)
    arrays["filter_bias"] = np.rint(net.bias / size).astype(np.int32)
    arrays["filter_head"] = np.rint(head / scale).astype(np.int32)
    arrays["mean_head"] = np.rint(mean / scale).astype(np.int32)
    return arrays, scale, float(net.offset[0])
