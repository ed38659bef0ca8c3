"""The weights of a prompt's structure, and the gain they expect of rows that were held back from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nightshift.tiering.difficulty.features import SHAPES, Read, read
from nightshift.tiering.difficulty.model import digests
from nightshift.tiering.difficulty.prior import prior_arrays, prior_weights
from nightshift.tiering.difficulty.ridge import Scaler, solve

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.outcomes import Outcome

    Floats = npt.NDArray[np.float64]
    Positions = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

FEWEST_ROWS = 200  # of a shape, or of a task whose own words are learnt
FOLDS = 5
_SHRINKAGE = 20_000.0  # rows that the prior counts as
# A feature of few rows would have a deviation near 0, and its prior weight be lost in what is cut off as an outlier.
_SMALLEST_DEVIATION = 0.25


@dataclass(frozen=True)
class Rows:
    seen: Read
    prompts: Sequence[str]
    light: Floats
    premium: Floats
    task: npt.NDArray[np.str_]
    group: Positions  # rows that belong together: a subject is held back whole

    @property
    def gain(self) -> Floats:
        return self.premium - self.light


def rows_of(outcomes: Sequence[Outcome]) -> Rows:
    import numpy as np

    task = np.array([outcome.of for outcome in outcomes])
    subjects = np.array([f"{outcome.of}/{outcome.subject}" for outcome in outcomes])
    group = np.unique(subjects, return_inverse=True)[1].astype(np.int64)
    for name in np.unique(task):
        mine = task == name
        if len(np.unique(group[mine])) < FOLDS:  # too few subjects to hold any back: single prompts then
            group[mine] = digests([outcomes[i].prompt for i in np.flatnonzero(mine).tolist()]).astype(np.int64)
    prompts = [outcome.prompt for outcome in outcomes]
    return Rows(
        read(prompts),
        prompts,
        np.array([outcome.light_correct for outcome in outcomes], dtype=np.float64),
        np.array([outcome.premium_correct for outcome in outcomes], dtype=np.float64),
        task,
        group,
    )


def structure(rows: Rows, used: Mask) -> dict[str, Any]:
    """Weights of every shape that has rows enough; the others keep the prior's."""
    import numpy as np

    arrays = prior_arrays()
    for shape in range(len(SHAPES)):
        mine = used & (rows.seen.shape == shape)
        if mine.sum() < FEWEST_ROWS:
            continue
        columns, gain = rows.seen.numbers[mine], rows.gain[mine]
        scaler = Scaler(columns.mean(axis=0), 1.0 / np.maximum(columns.std(axis=0), _SMALLEST_DEVIATION))
        scaled, assumed = scaler(columns), prior_weights(shape) / scaler.scale
        arrays["mean"][shape], arrays["scale"][shape] = scaler.mean, scaler.scale
        arrays["bias"][shape] = gain.mean()
        arrays["weights"][shape] = assumed + solve(scaled, gain - gain.mean() - scaled @ assumed, _SHRINKAGE)
    return arrays


def _expected(arrays: dict[str, Any], rows: Rows, wanted: Mask) -> Floats:
    shape = rows.seen.shape[wanted]
    scaled = Scaler(arrays["mean"][shape], arrays["scale"][shape])(rows.seen.numbers[wanted])
    gain: Floats = (scaled * arrays["weights"][shape]).sum(axis=1) + arrays["bias"][shape]
    return gain


def held_back(rows: Rows, group: Positions) -> Floats:
    import numpy as np

    gain = np.zeros(len(group))
    for wanted in folds(group):
        gain[wanted] = _expected(structure(rows, ~wanted), rows, wanted)
    return gain


def folds(group: Positions) -> Iterator[Mask]:
    import numpy as np

    groups = np.unique(group)
    fold = np.empty(len(groups), dtype=np.int64)
    fold[np.random.default_rng(FOLDS).permutation(len(groups))] = np.arange(len(groups)) % FOLDS
    place = fold[np.searchsorted(groups, group)]
    for number in range(FOLDS):
        yield place == number
