"""Which of a row's answers is published, where several models have answered it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightshift.batch.tiering.cascade import Cascade

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Mask = npt.NDArray[np.bool_]
    Whole = npt.NDArray[np.int64]

_TIERS = 8  # more than there can be
_ACCEPTED = _TIERS * _TIERS
_AGREED = _ACCEPTED * _TIERS


def preference(answers: pa.Table, cascade: Cascade, last_tier: int, trial: Mask) -> Whole:
    """A number per answer; of one row's answers the highest is published. `trial` is per answer.

    A ladder's last answer counts, even where it failed: the ones before it had failed too. A cascade asks again
    because it doubts: what passed its checks is better than nothing. Of cheaper answers that agree, the cheapest one.
    """
    import numpy as np

    tier, wave = (answers[name].to_numpy().astype(np.int64) for name in ("tier", "wave"))
    accepted = _accepted(answers)
    found: Whole = accepted * _ACCEPTED + tier
    if cascade.strategy == "ladder":
        found = np.where(trial, found, wave * _TIERS + tier)
    elif cascade.strategy == "agreement":
        found = np.where(agreeing(answers, last_tier) & ~trial, _AGREED - tier, found)
    return found


def doubts(cascade: Cascade, doubt: float) -> bool:
    """Whether an answer is doubtful enough to ask another model."""
    return cascade.threshold is not None and doubt >= cascade.threshold


def agreeing(answers: pa.Table, last_tier: int) -> Mask:
    """Which answers are the same as another accepted answer to the same row, the last tier's not counted."""
    import numpy as np

    keys = answers["agreement_key"].combine_chunks().dictionary_encode()
    code = keys.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    usable = np.flatnonzero(_accepted(answers) & (code >= 0) & (answers["tier"].to_numpy() < last_tier))
    pairs = np.stack([answers["row_number"].to_numpy()[usable], code[usable]])
    _, place, count = np.unique(pairs, axis=1, return_inverse=True, return_counts=True)
    found = np.zeros(answers.num_rows, dtype=bool)
    found[usable] = count[place.ravel()] > 1
    return found


def _accepted(answers: pa.Table) -> Any:
    import pyarrow.compute as pc

    return pc.fill_null(pc.equal(answers["verdict"], "accepted"), False).to_numpy()
