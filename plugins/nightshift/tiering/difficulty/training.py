"""Outcome rows to a difficulty model with its card. The same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nightshift.tiering.difficulty.calibration import calibrate
from nightshift.tiering.difficulty.features import NAMES, SHAPES, Read, read
from nightshift.tiering.difficulty.model import KIND, digests, prior_arrays
from nightshift.tiering.difficulty.ngrams import hashed
from nightshift.tiering.difficulty.ridge import Scaler, solve, solve_hashed
from nightshift.tiering.evidence import compare, evidence
from nightshift.tiering.weights import Weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.outcomes import Outcome

    Floats = npt.NDArray[np.float64]
    Positions = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

FEWEST_ROWS = 200  # of a shape, or of a task whose own words are learnt
FOLDS = 5
_SHRINKAGE = 3000.0
_NGRAM_SHRINKAGE = 30.0
_OFFSET_ROWS = 50  # rows of evidence that the overall mean counts as, against a task's own
# Shrunk nine times less than the rest: what is known to matter for most pairs of models.
_LEADING = {"characters", "pieces", "number", "options_most_alike", "comparison"}
_IMPORTANCE = 3.0


@dataclass(frozen=True)
class _Rows:
    seen: Read
    light: Floats
    premium: Floats
    task: npt.NDArray[np.str_]
    group: Positions  # rows that belong together: a subject is held back whole

    @property
    def gain(self) -> Floats:
        return self.premium - self.light


def train(outcomes: Sequence[Outcome], *, trained_at: str) -> Weights:
    import numpy as np

    rows = _rows(outcomes)
    every = np.ones(len(outcomes), dtype=bool)
    arrays = _structure(rows, every)
    held_back = _held_back(rows, rows.group)
    slope, intercept = calibrate(held_back, rows.gain > 0)
    learnt, words = _own_words(rows)
    arrays |= {
        "ngrams": words.astype(np.float32),
        "trained_on": np.unique(digests([outcome.prompt for outcome in outcomes])),
    }
    card = {
        "name": "difficulty",
        "trained_at": trained_at,
        "rows": len(outcomes),
        "calibration": [slope, intercept],
        "tasks_known": learnt,
        "tasks": _task_card(rows, held_back),
        "shapes": {name: int((rows.seen.shape == place).sum()) for place, name in enumerate(SHAPES)},
        "says": "chance that the premium model is right where the light one is wrong",
        "not_for": "other pairs of models without outcome rows of their own; languages other than the rows'",
    }
    return Weights(KIND, arrays, card)


def train_structure(outcomes: Sequence[Outcome]) -> Weights:
    """Structure alone, uncalibrated: for measurements on splits, where calibration changes no order."""
    import numpy as np

    arrays = _structure(_rows(outcomes), np.ones(len(outcomes), dtype=bool))
    return Weights(KIND, arrays, {"name": "structure", "calibration": [1.0, 0.0], "tasks_known": {}, "tasks": {}})


def held_back_scores(outcomes: Sequence[Outcome]) -> Floats:
    """The difficulty of every row by a model that has seen neither it nor its subject."""
    import numpy as np

    rows = _rows(outcomes)
    gain = _held_back(rows, rows.group)
    slope, intercept = calibrate(gain, rows.gain > 0)
    scores: Floats = 1.0 / (1.0 + np.exp(-(slope * gain + intercept)))
    return scores


def _rows(outcomes: Sequence[Outcome]) -> _Rows:
    import numpy as np

    task = np.array([outcome.of for outcome in outcomes])
    subjects = np.array([f"{outcome.of}/{outcome.subject}" for outcome in outcomes])
    group = np.unique(subjects, return_inverse=True)[1].astype(np.int64)
    for name in np.unique(task):
        mine = task == name
        if len(np.unique(group[mine])) < FOLDS:  # too few subjects to hold any back: single prompts then
            group[mine] = digests([outcomes[i].prompt for i in np.flatnonzero(mine).tolist()]).astype(np.int64)
    return _Rows(
        read([outcome.prompt for outcome in outcomes]),
        np.array([outcome.light_correct for outcome in outcomes], dtype=np.float64),
        np.array([outcome.premium_correct for outcome in outcomes], dtype=np.float64),
        task,
        group,
    )


def _structure(rows: _Rows, used: Mask) -> dict[str, Any]:
    """Weights of every shape that has rows enough; the others keep the prior's."""
    import numpy as np

    arrays = prior_arrays()
    importance = np.array([_IMPORTANCE if name in _LEADING else 1.0 for name in NAMES])
    for shape in range(len(SHAPES)):
        mine = used & (rows.seen.shape == shape)
        if mine.sum() < FEWEST_ROWS:
            continue
        columns, gain = rows.seen.numbers[mine], rows.gain[mine]
        scaler = Scaler.of(columns, importance)
        arrays["mean"][shape], arrays["scale"][shape] = scaler.mean, scaler.scale
        arrays["bias"][shape] = gain.mean()
        arrays["weights"][shape] = solve(scaler(columns), gain - gain.mean(), _SHRINKAGE)
    return arrays


def _expected(arrays: dict[str, Any], rows: _Rows, wanted: Mask) -> Floats:
    shape = rows.seen.shape[wanted]
    scaled = Scaler(arrays["mean"][shape], arrays["scale"][shape])(rows.seen.numbers[wanted])
    gain: Floats = (scaled * arrays["weights"][shape]).sum(axis=1) + arrays["bias"][shape]
    return gain


def _held_back(rows: _Rows, group: Positions) -> Floats:
    import numpy as np

    gain = np.zeros(len(group))
    for wanted in _folds(group):
        gain[wanted] = _expected(_structure(rows, ~wanted), rows, wanted)
    return gain


def _folds(group: Positions) -> Iterator[Mask]:
    import numpy as np

    groups = np.unique(group)
    fold = np.empty(len(groups), dtype=np.int64)
    fold[np.random.default_rng(FOLDS).permutation(len(groups))] = np.arange(len(groups)) % FOLDS
    place = fold[np.searchsorted(groups, group)]
    for number in range(FOLDS):
        yield place == number


def _own_words(rows: _Rows) -> tuple[dict[str, float], Floats]:
    """The tasks whose own words improve the score on held-back rows, with their offsets, and the words' weights."""
    import numpy as np

    single = np.arange(len(rows.light))
    structure = _held_back(rows, single)
    with_words = np.zeros(len(single))
    for wanted in _folds(single):
        offsets, words = _fit_words(rows, structure, ~wanted)
        with_words[wanted] = structure[wanted] + _add_words(rows, offsets, words)[wanted]
    offsets, words = _fit_words(rows, structure, np.ones(len(single), dtype=bool))
    learnt = {}
    for name, offset in offsets.items():
        mine = rows.task == name
        if compare(structure[mine], with_words[mine], rows.light[mine], rows.premium[mine]).replaces:
            learnt[name] = offset
    return learnt, words


def _fit_words(rows: _Rows, structure: Floats, used: Mask) -> tuple[dict[str, float], Floats]:
    import numpy as np

    from nightshift.tiering.difficulty.ngrams import BUCKETS

    left = rows.gain - structure
    offsets: dict[str, float] = {}
    known = np.zeros(len(left), dtype=bool)
    for name in np.unique(rows.task[used]).tolist():
        mine = used & (rows.task == name)
        if mine.sum() >= FEWEST_ROWS:
            offsets[name] = float(left[mine].sum() / (mine.sum() + _OFFSET_ROWS))
            known |= mine
    places = np.flatnonzero(known)
    owner, bucket = hashed([rows.seen.pieces[i] for i in places.tolist()])
    target = left[places] - np.array([offsets[name] for name in rows.task[places].tolist()])
    return offsets, solve_hashed(owner, bucket, BUCKETS, target, _NGRAM_SHRINKAGE)


def _add_words(rows: _Rows, offsets: dict[str, float], words: Floats) -> Floats:
    import numpy as np

    owner, bucket = hashed(rows.seen.pieces)
    count = np.bincount(owner, minlength=len(rows.light))
    added = np.bincount(owner, words[bucket], minlength=len(rows.light)) / np.sqrt(np.maximum(count, 1))
    total: Floats = added + np.array([offsets.get(name, 0.0) for name in rows.task.tolist()])
    return total


def _task_card(rows: _Rows, held_back: Floats) -> dict[str, Any]:
    import numpy as np

    card = {}
    for name in np.unique(rows.task).tolist():
        mine = rows.task == name
        found = evidence(held_back[mine], rows.light[mine], rows.premium[mine])
        card[name] = {
            "rows": found.rows,
            "held_back_apgr": None if np.isnan(found.apgr) else round(found.apgr, 4),
            "lower_bound": None if np.isinf(found.low) else round(found.low, 4),
            "statement": found.statement(),
        }
    return card
