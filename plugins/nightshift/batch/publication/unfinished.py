"""Rows at which the cascade was not carried out: another model was due to answer them and did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightshift.batch.job import ResolvedJob
from nightshift.batch.publication.answer_files import ORIGINS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Mask = npt.NDArray[np.bool_]


def is_unfinished(job: ResolvedJob, final: pa.Table, doubt: npt.NDArray[np.float64], agreed: Mask) -> Mask:
    """Which accepted answers are of a cheaper model although they were doubted, or agreed with none.

    Budget or deadline did not allow to ask on, or the last tier gave no usable answer. Such answers are published, with
    the reason, but kept for no other run. One from the cache was finished when it was kept.
    """
    import numpy as np
    import pyarrow.compute as pc

    cheaper = pc.and_(
        pc.and_(pc.equal(final["verdict"], "accepted"), pc.less(final["tier"], len(job.tiers) - 1)),
        pc.not_equal(final["origin"], ORIGINS.index("cached")),
    )
    return np.asarray(_known(cheaper) & ~_is_settled(job, final, doubt, agreed))


def _known(mask: Any) -> Any:
    import pyarrow.compute as pc

    return pc.fill_null(mask, False).to_numpy()


def _is_settled(job: ResolvedJob, final: pa.Table, doubt: npt.NDArray[np.float64], agreed: Mask) -> Mask:
    import numpy as np

    cascade = job.cascade
    certain = np.zeros(final.num_rows, dtype=bool)
    if cascade.threshold is not None:
        certain = (doubt < cascade.threshold) & _from_first_tier(final)
    if cascade.strategy == "agreement":
        return agreed | certain
    if cascade.strategy == "verify":
        return certain | ~_from_first_tier(final)
    return np.ones(final.num_rows, dtype=bool)


def _from_first_tier(final: pa.Table) -> Mask:
    import numpy as np
    import pyarrow.compute as pc

    return np.asarray(_known(pc.equal(final["tier"], 0)))
