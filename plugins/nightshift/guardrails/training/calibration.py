"""Held-out scores to a probability and a threshold.

Every row is scored by a model that has not seen its source (of our own rows: its neighbours in the file). What a
detector says of rows it was trained on tells nothing.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.model import TextModel
from nightshift.guardrails.classifier.scoring import Calibration
from nightshift.guardrails.training.corpus import OWN
from nightshift.guardrails.training.text_model_fit import balanced, fit_text_model

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.vectors import Vocabulary
    from nightshift.guardrails.training.corpus import Example
    from nightshift.guardrails.training.passages import Windows

    Floats = npt.NDArray[np.float64]

FOLDS = 5
_NEIGHBOURS = 10
_FALSE_ALARMS = 0.011  # of all benign rows; ours are harder than what people send
_FALSE_ALARMS_IN_SYSTEM_PROMPTS = 0.06  # of ours, which all speak of instructions, secrets and what never to do
_SYSTEM_PROMPTS = f"{OWN}:system_prompts"
_MANY = 100
_PER_WINDOW = tuple(step / 20 for step in range(15))  # more costs more long attacks than it saves documents
_TAIL = 0.97
_STEPS = 60
_RIDGE = 1e-3
_FLATTEST = 0.05  # a higher logit never means less, however little there is to calibrate with


def folds_of(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    """Whole sources. Our own files are large and mixed: of those some neighbouring rows, which are about the same."""
    import numpy as np

    seen: Counter[str] = Counter()
    folds = []
    for example in examples:
        name = example.source
        if name.startswith(OWN):
            name = f"{name}/{example.category}"
            seen[name] += 1
            name = f"{name}/{seen[name] // _NEIGHBOURS}"
        folds.append(zlib.crc32(name.encode()) % FOLDS)
    return np.array(folds, dtype=np.int64)


def held_out(examples: Sequence[Example], windows: Windows, vocabulary: Vocabulary) -> Floats:
    """Every window's logit from a model that was not trained on its fold."""
    import numpy as np

    folds = folds_of(examples)
    logits = np.zeros(len(windows.owner))
    for fold in range(FOLDS):
        fitted = fit_text_model(windows, folds != fold, vocabulary)
        model = TextModel(fitted.arrays, fitted.scales, vocabulary)
        mine = folds[windows.owner] == fold
        logits[mine] = np.concatenate([model.logits(block) for block in windows.blocks])[mine]
    return logits


def calibrated(labels: Floats, best: Floats, counts: npt.NDArray[np.int64], evidence: Floats) -> Calibration:
    """Length first (on benign rows alone: attacks are long for reasons of their own), then slopes and offset."""
    import numpy as np

    per_window = _per_window(best[labels == 0], counts[labels == 0])
    lowered = best - per_window * np.log(counts)
    weights = balanced(labels, np.ones(len(labels)))
    design = np.stack([lowered, evidence, np.ones(len(lowered))], axis=1)
    point = np.zeros(3)
    for _ in range(_STEPS):  # Newton's method: three numbers only
        chance = 1 / (1 + np.exp(-np.clip(design @ point, -30, 30)))
        slope = design.T @ (weights * (chance - labels)) + _RIDGE * point
        bend = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.eye(3) * _RIDGE
        point = point - np.linalg.solve(bend, slope)
    return Calibration(max(float(point[0]), _FLATTEST), per_window, max(float(point[1]), 0.0), float(point[2]))


def _per_window(best: Floats, counts: npt.NDArray[np.int64]) -> float:
    """So much that long benign texts have the same tail as short ones."""
    import numpy as np

    if (counts > 2).sum() < _MANY:
        return _PER_WINDOW[-1]
    aim = np.quantile(best[counts == 1], _TAIL)
    gaps = [abs(np.quantile((best - rate * np.log(counts))[counts > 2], _TAIL) - aim) for rate in _PER_WINDOW]
    return _PER_WINDOW[int(np.argmin(gaps))]


def threshold(scores: Sequence[float], examples: Sequence[Example]) -> float:
    """The lowest score that keeps false alarms rare over all benign rows, and rarer in system prompts."""
    benign = [(score, row) for score, row in zip(scores, examples, strict=True) if not row.label]
    prompts = [score for score, row in benign if row.source.startswith(_SYSTEM_PROMPTS)]
    limits = [_quantile([score for score, _ in benign], 1 - _FALSE_ALARMS)]
    if prompts:
        limits.append(_quantile(prompts, 1 - _FALSE_ALARMS_IN_SYSTEM_PROMPTS))
    return round(max(limits) + 1e-4, 4)


def _quantile(scores: Sequence[float], share: float) -> float:
    import numpy as np

    return float(np.quantile(np.asarray(scores), share, method="higher"))
