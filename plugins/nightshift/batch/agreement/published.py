"""The answers that were found to agree when they were compared two by two, given equal keys as they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightshift.batch.analytics import analytics, parquet_list, quoted
from nightshift.batch.publication.sorted_source import SortedSource
from nightshift.batch.services import Services
from nightshift.storage.tables import Run

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_TIERS = 8  # more than there can be
_KEY_BYTES = 16


class AgreedAnswers:
    """Which answers agree, window by window; also under the numbers of the rows that share them."""

    def __init__(self, services: Services, run_id: str, shared: str) -> None:
        """`shared` is the file of packing that names the rows which are equal to an earlier one."""
        uri = _write(services, run_id, shared)
        self._source = None if uri is None else SortedSource(services.lake, uri)

    def keyed(self, answers: pa.Table, last: int) -> pa.Table:
        """The answers up to row `last`, of which those to one row that agree have the same `agreement_key`."""
        import numpy as np
        import pyarrow as pa

        if self._source is None:
            return answers
        agreed = np.isin(_places(answers), _places(self._source.take(last)))
        place = answers.schema.get_field_index("agreement_key")
        keys = [
            number.to_bytes(_KEY_BYTES) if found else None
            for number, found in zip(answers["row_number"].to_pylist(), agreed.tolist(), strict=True)
        ]
        field = answers.schema.field(place)
        return answers.set_column(place, field, pa.array(keys, field.type))


def _places(table: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A number per row and tier."""
    import numpy as np

    rows, tiers = (table[name].to_numpy().astype(np.int64) for name in ("row_number", "tier"))
    places: np.ndarray[Any, np.dtype[np.int64]] = rows * _TIERS + tiers
    return places


def _write(services: Services, run_id: str, shared: str) -> str | None:
    """URI of a file (row_number, tier), sorted; None where no answers were compared."""
    with services.database.transaction() as session:
        files = session.get_one(Run, run_id).agreement_uris
    if not files:
        return None
    uri = services.run_folder(run_id, "publication", "agreed.parquet")
    with services.lake.create(uri) as path, analytics(services.lake) as engine:
        engine.execute(
            f"""
            COPY (
                WITH agreed AS (
                    SELECT row_number, unnest([tier_a, tier_b]) AS tier
                    FROM read_parquet({parquet_list(services.lake, files)})
                )
                SELECT row_number, tier FROM agreed
                UNION
                SELECT s.row_number, tier FROM read_parquet({parquet_list(services.lake, [shared])}) s
                JOIN agreed ON agreed.row_number = s.leader
                ORDER BY row_number, tier
            ) TO {quoted(path)} (FORMAT parquet, ROW_GROUP_SIZE 8192)
            """
        )
    return uri
