"""Rows that a bundle's answer left in doubt are asked again alone; what the bundle cost them stands in a file apart.

So an answers file has an answer, or the end of trying, for each of its rows, and the receipts still add up to the bill.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.batch import schemas
from nightshift.batch.services import Services

if TYPE_CHECKING:
    import pyarrow.parquet as pq

CHUNK_ROWS = 8_192


def split_uri(answers_uri: str) -> str:
    """Where the shares of rows stand that are asked again alone."""
    return answers_uri.removesuffix(".parquet") + ".split.parquet"


def set_apart(services: Services, path: Path, uri: str) -> None:
    """Moves the rows with the verdict `split` from an answers file in the making to `uri`.

    Where there are none, no file is written; only one that an earlier try has left gives way to an empty one.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if not _holds_split(path) and not services.lake.exists(uri):
        return
    kept = path.with_name(f"{path.name}-kept")
    try:
        with (
            services.lake.create(uri) as apart,
            pq.ParquetFile(path) as answers,
            _open(kept) as rest,
            _open(apart) as out,
        ):
            for batch in answers.iter_batches(CHUNK_ROWS):
                is_split = pc.equal(batch["verdict"], "split")
                out.write_batch(batch.filter(is_split))
                rest.write_batch(batch.filter(pc.invert(is_split)))
        kept.replace(path)
    finally:
        kept.unlink(missing_ok=True)


def _holds_split(path: Path) -> bool:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as answers:
        batches = answers.iter_batches(CHUNK_ROWS, columns=["verdict"])
        return any(pc.any(pc.equal(batch["verdict"], "split")).as_py() for batch in batches)


def _open(path: Path) -> pq.ParquetWriter:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(path, schemas.answers(), compression="lz4")
