"""Rows as the detectors read them: the plain text and what is hidden in it, cut into windows with a label each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.reading import Block, read
from nightshift.guardrails.classifier.vectors import Vocabulary
from nightshift.guardrails.classifier.windows import Window
from nightshift.guardrails.training.corpus import Example

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_NO_ATTACK, _LEFT_OUT = 0.0, -1.0
# A row's weight grows more slowly than its windows. Benign ones share less: a single bad window is a false alarm.
_SHARED_BY_ATTACK, _SHARED_BY_BENIGN = 0.5, 0.25
_SHARE = 0.6  # of a planted instruction that a window must hold to be an attack; less than that is left out


@dataclass(frozen=True)
class Windows:
    """All windows of some rows. What belongs to row `i` is where `owner == i`."""

    blocks: Sequence[Block]
    owner: npt.NDArray[np.int64]
    labels: npt.NDArray[np.float64]  # -1: neither; not learnt from
    weights: npt.NDArray[np.float64]


def rule_evidence(examples: Sequence[Example]) -> npt.NDArray[np.float64]:
    """The weight of the strongest injection rule in each row."""
    import numpy as np

    from nightshift.guardrails.injection.detector import strongest
    from nightshift.guardrails.injection.rules import InjectionRules
    from nightshift.guardrails.normalisation import view

    rules = InjectionRules()
    return np.array([strongest(rules.detect_text(view(example.text))) for example in examples])


def passages(text: str) -> list[str]:
    """What a detector reads of one text."""
    from nightshift.guardrails.normalisation import view

    seen = view(text)
    return [seen.plain.text, *(hidden.text for hidden in seen.decoded)]


def windows_of(examples: Sequence[Example], vocabulary: Vocabulary) -> Windows:
    import numpy as np

    texts: list[str] = []
    example_of: list[int] = []
    for place, example in enumerate(examples):
        # A planted instruction is found by its characters, so such a text is read as it is.
        found = [example.text] if example.span else passages(example.text)
        texts += found
        example_of += [place] * len(found)
    blocks = read(texts, vocabulary)
    windows = [window for block in blocks for window in block.windows]
    owner = np.array([example_of[window.text] for window in windows], dtype=np.int64)
    labels = np.array([_label(examples[o], w) for o, w in zip(owner.tolist(), windows, strict=True)])
    counts = np.maximum(np.bincount(owner, weights=labels >= 0, minlength=len(examples)), 1)[owner]
    importance = np.array([example.weight for example in examples])[owner]
    shares = np.where(labels == 1, counts**-_SHARED_BY_ATTACK, counts**-_SHARED_BY_BENIGN)
    weights = np.where(labels >= 0, importance * shares, 0.0)
    return Windows(blocks, owner, labels, weights)


def _label(example: Example, window: Window) -> float:
    if example.span is None or not example.label:
        return float(example.label)
    start, end = example.span
    inside = min(end, window.end) - max(start, window.start)
    if inside <= 0:
        return _NO_ATTACK
    return 1.0 if inside >= _SHARE * min(end - start, window.end - window.start) else _LEFT_OUT


def best_of(
    logits: npt.NDArray[np.float64], owner: npt.NDArray[np.int64], rows: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    import numpy as np

    best = np.full(rows, -np.inf)
    np.maximum.at(best, owner, logits)
    return best, np.bincount(owner, minlength=rows)
