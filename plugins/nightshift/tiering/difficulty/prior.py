"""What is assumed about a prompt before outcome rows say otherwise; what is learnt is shrunk towards it.

Weights are gain (premium right minus light right) per unit of a feature. They are judgement, not measurement: rows of
a few dozen subjects say little about a subject that is not among them, so what is known of models in general counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightshift.tiering.difficulty.features import NAMES, SHAPES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

GAIN = 0.15  # one row in seven
CALIBRATION = (6.0, -2.6)
# Premium is ahead where a case is applied to rules, and where terms are a specialist's; a light model has read as much
# as premium of what many people write about.
_FIELDS = {
    "law": 0.03, "computing": 0.03,
    "mathematics": 0.02, "statistics": 0.02, "formal_logic": 0.02, "medicine": 0.02, "accounting": 0.02,
    "physics": 0.015, "engineering": 0.015, "economics": 0.015, "chemistry": 0.01, "biology": 0.01,
    "politics": -0.01, "history": -0.01, "mind": -0.015, "everyday": -0.015, "society": -0.02, "business": -0.025,
}  # fmt: skip
# Longer cases hold more to lose sight of; a negated question, or one about statements, is misread more often.
_READING = {
    "characters": 0.02, "pieces": 0.01, "negation": 0.01, "logic": 0.01, "comparison": 0.01, "reference": 0.01,
    "bracket": 0.01, "person_described": 0.03,
}  # fmt: skip
# Several statements are judged right only if each is; answers that differ in a word need exact knowledge. Where only
# a letter is asked for, a short sum is within premium's reach and a long one in nobody's.
_CHOICE = {
    "judged_together": 0.03, "options_mixed": 0.04, "options_most_alike": 0.06, "options_numeric": 0.03,
    "each": 0.02, "amount": 0.015, "many_digits": -0.02, "any_decimal": -0.04, "options_decimal": -0.08,
}  # fmt: skip
# The more is said and compared, the more steps an answer takes, and the sooner a light model goes wrong.
_STEPS = {
    "characters": 0.04, "pieces": 0.04, "number": 0.03, "comparison": 0.02, "fraction": 0.02, "condition": 0.01,
    "order": 0.01, "logic": 0.01, "each": 0.01, "rest": 0.01,
}  # fmt: skip
_WEIGHTS = dict(zip(SHAPES, (_FIELDS | _READING | _CHOICE, _FIELDS | _STEPS, _FIELDS | _READING), strict=True))
_CENTRE = {"characters": 5.3, "pieces": 4.2, "number": 1.4}


def prior_weights(shape: int) -> Floats:
    """One weight per feature, in the feature's own unit."""
    import numpy as np

    return np.array([_WEIGHTS[SHAPES[shape]].get(name, 0.0) for name in NAMES])


def prior_arrays() -> dict[str, npt.NDArray[Any]]:
    """Weights of every shape while nothing was learnt about it."""
    import numpy as np

    shapes = (len(SHAPES), 1)
    return {
        "mean": np.tile([_CENTRE.get(name, 0.0) for name in NAMES], shapes),
        "scale": np.ones((len(SHAPES), len(NAMES))),
        "weights": np.stack([prior_weights(shape) for shape in range(len(SHAPES))]),
        "bias": np.full(len(SHAPES), GAIN),
        "ngrams": np.zeros(1),
        "trained_on": np.zeros(0, dtype=np.uint64),
    }


def prior_card() -> dict[str, Any]:
    return {"name": "prior", "calibration": CALIBRATION, "tasks_known": {}, "tasks": {}, "rows": 0, "features": NAMES}
