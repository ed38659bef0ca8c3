"""The product's own look-up: `find_cached`, on tables as packing makes them. Prints one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cache_lookup.keys import CHUNK, KEY_BYTES, peak_megabytes
from nightshift.batch import schemas
from nightshift.batch.analytics import analytics, quoted
from nightshift.batch.cache.lookup import find_cached
from nightshift.storage.lake import FileLake

if TYPE_CHECKING:
    import pyarrow as pa


def write_segments(folder: Path, segments: int) -> list[Path]:
    """The cached keys with their answers as so many segments, and the asked ones as prepared rows."""
    import pyarrow.parquet as pq

    rows = (folder / "cached").stat().st_size // KEY_BYTES
    paths = [folder / f"segment-{segments}-{number:03d}.parquet" for number in range(segments)]
    bounds = [rows * number // segments for number in range(segments + 1)]
    for path, first, after in zip(paths, bounds, bounds[1:], strict=False):
        with pq.ParquetWriter(path, schemas.cached(), compression="zstd") as writer:
            for _, keys in _read(folder / "cached", first, after):
                writer.write_table(_segment(keys))
    return paths


def write_rows(folder: Path) -> Path:
    """The asked keys as the columns of prepared rows that the look-up reads."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / "rows.parquet"
    schema = pa.schema([("row_number", pa.int64()), ("request_key", pa.binary())])
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        for first, keys in _read(folder / "asked"):
            numbers = pa.array(np.arange(first + 1, first + len(keys) + 1))
            writer.write_table(pa.table([numbers, keys.cast(pa.binary())], schema=schema))
    return path


def main() -> None:
    folder, segments = Path(sys.argv[1]), json.loads(sys.argv[2])
    lake = FileLake((folder / "lake").as_uri())
    with analytics(lake) as engine:
        # As packing leaves it; finding repeated rows is a step of its own and not part of the look-up.
        engine.execute(f"CREATE TABLE pending AS FROM read_parquet({quoted(folder / 'rows.parquet')})")
        engine.execute("CREATE TABLE repeated (row_number BIGINT, first_row BIGINT)")
        engine.execute("CREATE TABLE leaders AS SELECT request_key, row_number AS leader FROM pending")
        started, busy = time.perf_counter(), time.process_time()
        found = find_cached(engine, lake, lake.child("packed"), [Path(path).as_uri() for path in segments])
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
    print(json.dumps({"found": found.rows, "seconds": seconds, "cpu": busy, "load": 0, "peak": peak_megabytes()}))


def _read(path: Path, first: int = 0, after: int | None = None) -> Iterator[tuple[int, pa.Array]]:
    import numpy as np
    import pyarrow as pa

    keys = np.memmap(path, np.uint8, "r").reshape(-1, KEY_BYTES)
    for place in range(first, len(keys) if after is None else after, CHUNK):
        chunk = np.ascontiguousarray(keys[place : min(place + CHUNK, after or len(keys))])
        yield place, pa.Array.from_buffers(pa.binary(KEY_BYTES), len(chunk), [None, pa.py_buffer(chunk.tobytes())])


def _segment(keys: pa.Array) -> pa.Table:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = len(keys)
    numbers = np.frombuffer(keys.buffers()[1], np.uint32)[::4]
    text = pa.string()
    answers = pc.binary_join_element_wise("The answer is ", pa.array(numbers).cast(text), ".", pa.scalar("", text))
    columns = {"request_key": keys, "answer": answers, "paid": pa.array(np.full(rows, 12_000))}
    columns |= {
        name: pa.array(np.full(rows, value)) for name, value in {"input_tokens": 90, "output_tokens": 12}.items()
    }
    filled = {field.name: columns.get(field.name, pa.nulls(rows, field.type)) for field in schemas.cached()}
    return pa.table(filled, schema=schemas.cached())


if __name__ == "__main__":
    main()
