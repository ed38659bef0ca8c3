"""The final answer and the whole cost of each row of one window.

A window's rows are consecutive, so a row's place is its number less the first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nightshift.batch.job import ResolvedJob
from nightshift.batch.publication.answer_files import ORIGINS
from nightshift.batch.publication.unfinished import is_unfinished
from nightshift.batch.tiering.choosing import agreeing, preference
from nightshift.batch.tiering.trials import is_trial

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BILLED = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "cost")


@dataclass(frozen=True)
class Window:
    """`final` has one row per input row, nulls where there is no answer; `billed` sums all waves of this run.

    `agreed` marks the rows whose answer another model gave too, `doubt` is what was thought of the first tier's answer
    (not a number where nobody asked), `trial` the rows that every tier was asked, `unfinished` those whose answer is of
    a cheaper model although another one was due.
    """

    prepared: pa.Table
    final: pa.Table
    billed: dict[str, np.ndarray[Any, np.dtype[np.int64]]]
    repeated: dict[int, int]  # row number -> earlier row with the same id
    agreed: np.ndarray[Any, np.dtype[np.bool_]]
    doubt: np.ndarray[Any, np.dtype[np.float64]]
    trial: np.ndarray[Any, np.dtype[np.bool_]]
    unfinished: np.ndarray[Any, np.dtype[np.bool_]]


def build(prepared: pa.Table, answers: pa.Table, repeated: pa.Table, job: ResolvedJob) -> Window:
    """Joins one slice of prepared rows with all their answers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    first, rows = prepared["row_number"][0].as_py(), prepared.num_rows
    billed = _billed(answers, first, rows)
    answers = answers.filter(pc.not_equal(answers["origin"], ORIGINS.index("split")))
    places = answers["row_number"].to_numpy() - first
    cached = answers["origin"].to_numpy() == ORIGINS.index("cached")
    last_tier = len(job.tiers) - 1
    trial = is_trial(prepared["request_key"], job.tier_policy.trial_share)
    trial[places[cached]] = False
    chosen = _chosen(places, preference(answers, job.cascade, last_tier, trial[places]), rows)
    final = answers.take(pa.array(chosen, mask=chosen < 0))
    pairs = zip(repeated["row_number"].to_pylist(), repeated["first_row"].to_pylist(), strict=True)
    doubt = np.full(rows, np.nan)
    light = answers["tier"].to_numpy() == 0
    doubt[places[light]] = answers["doubt"].to_numpy()[light]
    agreed = np.zeros(rows, dtype=bool)
    agreed[places[agreeing(answers, last_tier)]] = True
    unfinished = is_unfinished(job, final, doubt, agreed)
    return Window(prepared, final, billed, dict(pairs), agreed, doubt, trial, unfinished)


def _billed(answers: pa.Table, first: int, rows: int) -> dict[str, Any]:
    """What this run has paid for each row, its shares of bundles that came to nothing included."""
    import numpy as np

    paid = np.isin(answers["origin"].to_numpy(), [ORIGINS.index("asked"), ORIGINS.index("split")])
    places = answers["row_number"].to_numpy()[paid] - first
    return {name: _sums(places, answers[name].to_numpy()[paid], rows) for name in BILLED}


def _chosen(places: Any, preferred: Any, rows: int) -> Any:
    """Per row the place of the answer that is preferred; -1 where there is none."""
    import numpy as np

    order = np.lexsort((preferred, places))  # stable: the last of equal places is preferred
    ordered = places[order]
    is_last = np.ones(len(order), dtype=bool)
    is_last[:-1] = ordered[1:] != ordered[:-1]
    chosen = np.full(rows, -1, dtype=np.int64)
    chosen[ordered[is_last]] = order[is_last]
    return chosen


def _sums(places: Any, values: Any, rows: int) -> Any:
    import numpy as np

    total = np.zeros(rows, dtype=np.int64)
    np.add.at(total, places, values)  # whole numbers: exact, unlike bincount's floats
    return total
