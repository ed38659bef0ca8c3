"""Trial rows: a sample that is asked at every tier, so that outcomes are learnt without guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from nightshift.batch.services import Services
from nightshift.storage.tables import Run

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def is_trial(request_keys: pa.ChunkedArray, share: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows are in the sample. By request key: equal rows share their fate, in every try and every run."""
    import numpy as np

    if share <= 0:
        return np.zeros(len(request_keys), dtype=bool)
    below = int(share * 2**64)
    # The last half of the key: cache look-ups partition by the first.
    return np.array(
        [key is not None and int.from_bytes(key[8:]) < below for key in request_keys.to_pylist()], dtype=bool
    )


def trial_rows(services: Services, run_id: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Row numbers of the trial rows that were asked; equal rows and cached ones are not among them."""
    import pyarrow.parquet as pq

    with services.database.transaction() as session:
        packed = session.scalars(select(Run.packed_uri).where(Run.run_id == run_id)).one()
    with services.lake.open(f"{packed}/trials.parquet") as file:
        numbers: np.ndarray[Any, np.dtype[np.int64]] = pq.read_table(file)["row_number"].to_numpy()
    return numbers
