"""Why each row was answered by its tier, as the receipt says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightshift.batch.job import ResolvedJob
from nightshift.batch.publication.window import Window

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_UNFINISHED = "; another model was due: budget or deadline did not allow it, or it gave no usable answer"


def tier_reasons(job: ResolvedJob, window: Window) -> pa.Array:
    """One text per row; null where no model answered it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cascade = job.cascade
    reasons = _of_ladder(window)
    if cascade.strategy == "direct":
        difficulty = window.prepared["difficulty"].combine_chunks().fill_null(float("nan")).to_numpy()
        reasons = pc.if_else(
            _climbed(window), reasons, _compared("difficulty", difficulty, "premium from", cascade.threshold)
        )
    elif cascade.strategy == "verify":
        doubted = _compared("doubt", window.doubt, "premium from", cascade.threshold)
        reasons = pc.if_else(_first_tier_was_judged(window), doubted, reasons)
    elif cascade.strategy == "agreement":
        reasons = _of_agreement(job, window, reasons)
    elif cascade.strategy in ("light_only", "premium_only"):
        planned = pa.scalar(f"planned: {cascade.strategy.replace('_', ' ')}")
        reasons = pc.if_else(_climbed(window), reasons, planned)
    reasons = pc.if_else(pa.array(window.trial), pa.scalar("trial: every tier was asked"), reasons)
    unfinished = pc.if_else(pa.array(window.unfinished), pa.scalar(_UNFINISHED), pa.scalar(""))
    reasons = pc.binary_join_element_wise(reasons, unfinished, pa.scalar(""))
    return pc.if_else(window.final["tier"].is_valid(), reasons, pa.scalar(None, pa.string()))


def _of_ladder(window: Window) -> Any:
    import pyarrow.compute as pc

    started_higher = pc.greater(window.final["tier"], 0)
    return pc.if_else(_climbed(window), "escalated", pc.if_else(started_higher, "start rule", "cheapest tier"))


def _of_agreement(job: ResolvedJob, window: Window, otherwise: Any) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    started_low = pc.equal(window.prepared["tier"], 0)
    last = pc.equal(window.final["tier"], len(job.tiers) - 1)
    found = pc.if_else(pc.and_(started_low, last), "no two cheaper models agree", otherwise)
    if job.cascade.threshold is not None:
        alone = pa.array(~window.agreed & ~np.isnan(window.doubt))
        doubted = _compared("doubt", window.doubt, "second opinion from", job.cascade.threshold)
        found = pc.if_else(pc.and_(alone, pc.equal(window.final["tier"], 0)), doubted, found)
    return pc.if_else(pa.array(window.agreed), pa.scalar("two cheaper models agree"), found)


def _climbed(window: Window) -> Any:
    import pyarrow.compute as pc

    return pc.greater(window.final["tier"], window.prepared["tier"])


def _first_tier_was_judged(window: Window) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    return pa.array(~np.isnan(window.doubt))


def _compared(what: str, numbers: np.ndarray[Any, np.dtype[np.float64]], then: str, threshold: float | None) -> Any:
    """`doubt 0.12, premium from 0.35`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    shown = pc.cast(pc.round(pa.array(numbers), ndigits=3), pa.string())
    limit = "" if threshold is None else f"{threshold:.3f}"
    return pc.binary_join_element_wise(pa.scalar(f"{what} "), shown, pa.scalar(f", {then} {limit}"), pa.scalar(""))
