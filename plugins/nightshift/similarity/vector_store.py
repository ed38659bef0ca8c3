"""The embedding cache: vectors by text digest and shelf (model and owner) as files of the lake."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import delete, select

from nightshift.similarity.embedding import Embedded, Embedding
from nightshift.storage.database import Database
from nightshift.storage.lake import Lake
from nightshift.storage.tables import EmbeddingSegment

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Vector = npt.NDArray[np.float32]

MOST_SEGMENTS = 32  # files that a look-up reads; more are put together
_TEXTS_AT_ONCE = 1_024


class VectorStore:
    """Safe under any number of writers: a file appears whole, and a text embedded twice at once has two equal rows."""

    def __init__(self, database: Database, lake: Lake) -> None:
        self._database, self._lake = database, lake

    def look_up(self, model: str, digests: Sequence[bytes]) -> dict[bytes, Vector]:
        """The vectors there are, by text digest; one pass over the model's files, a row group at a time."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        found: dict[bytes, Vector] = {}
        wanted = pa.array(list(digests), pa.binary(16))
        for _, uri in self._segments(model) if digests else []:
            with self._lake.open(uri) as stream, pq.ParquetFile(stream) as file:
                for group in range(file.num_row_groups):
                    held = pc.is_in(
                        file.read_row_group(group, columns=["text_digest"])["text_digest"], value_set=wanted
                    )
                    if not pc.any(held).as_py():
                        continue
                    rows = file.read_row_group(group).filter(held)
                    found.update(zip(rows["text_digest"].to_pylist(), _vectors(rows["vector"]), strict=True))
        return found

    def add(self, model: str, vectors: Mapping[bytes, Vector]) -> None:
        """Keeps further vectors; when a model has many files, all of them become one."""
        import numpy as np
        import pyarrow as pa

        if not vectors:
            return
        present = self._segments(model)
        merged = present if len(present) >= MOST_SEGMENTS else []
        width = len(next(iter(vectors.values())))
        schema = _schema(width)
        keys = pa.array(list(vectors), pa.binary(16))
        values = pa.FixedSizeListArray.from_arrays(np.concatenate(list(vectors.values())), width)
        self._write(model, pa.table([keys, values], schema=schema), merged)

    def _segments(self, model: str) -> list[tuple[str, str]]:
        """(id, URI) of the model's files that are in the lake."""
        query = select(EmbeddingSegment.segment_id, EmbeddingSegment.uri).where(EmbeddingSegment.model == model)
        with self._database.transaction() as session:
            found = [(name, uri) for name, uri in session.execute(query.order_by(EmbeddingSegment.created_at))]
        return [(name, uri) for name, uri in found if self._lake.exists(uri)]

    def _write(self, model: str, table: pa.Table, merged: Sequence[tuple[str, str]]) -> None:
        import pyarrow.parquet as pq

        name, rows = uuid4().hex, table.num_rows
        uri = self._lake.child("embeddings", model, f"{name}.parquet")
        with self._lake.create(uri) as path, pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
            writer.write_table(table)
            for _, old in merged:
                with self._lake.open(old) as stream, pq.ParquetFile(stream) as file:
                    for group in range(file.num_row_groups):
                        writer.write_table(file.read_row_group(group))
                    rows += file.metadata.num_rows
        with self._database.transaction() as session:
            session.execute(delete(EmbeddingSegment).where(EmbeddingSegment.segment_id.in_([old for old, _ in merged])))
            session.add(
                EmbeddingSegment(segment_id=name, model=model, uri=uri, rows=rows, created_at=datetime.now(UTC))
            )


class CachedEmbedding:
    """An embedding that asks only for texts that its owner has never asked for before.

    Owners do not share: who has a text for nothing could tell by it that another has asked it.
    """

    def __init__(self, inner: Embedding, store: VectorStore, owner: str) -> None:
        self._inner, self._store = inner, store
        self.name, self.digest = inner.name, inner.digest
        self._shelf = hashlib.sha256(f"{inner.digest}/{owner}".encode()).hexdigest()

    def embed(self, texts: Sequence[str]) -> Embedded:
        import numpy as np

        digests = [text_digest(text) for text in texts]
        found = self._store.look_up(self._shelf, list(dict.fromkeys(digests)))
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in found}
        fresh, cost = self._ask(missing)
        found |= fresh
        vectors = np.zeros((len(texts), max(map(len, found.values()), default=1)), dtype=np.float32)
        for place, digest in enumerate(digests):
            if digest in found:
                vectors[place] = found[digest]
        return Embedded(vectors, cost)

    def _ask(self, missing: Mapping[bytes, str]) -> tuple[dict[bytes, Vector], int]:
        """Vectors and what they cost. What was paid for before a call fails is kept."""
        made: dict[bytes, Vector] = {}
        cost, digests = 0, list(missing)
        try:
            for start in range(0, len(digests), _TEXTS_AT_ONCE):
                asked = digests[start : start + _TEXTS_AT_ONCE]
                embedded = self._inner.embed([missing[digest] for digest in asked])
                # Zeros: there was nothing to embed.
                made |= {digest: vector for digest, vector in zip(asked, embedded.vectors, strict=True) if vector.any()}
                cost += embedded.cost
        finally:
            self._store.add(self._shelf, made)
        return made, cost


def text_digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _vectors(column: pa.ChunkedArray) -> npt.NDArray[np.float32]:
    """Without a Python object per number, of which there are millions."""
    width: int = column.type.list_size
    flat: npt.NDArray[np.float32] = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(-1, width)


def _schema(width: int) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([("text_digest", pa.binary(16)), ("vector", pa.list_(pa.float32(), width))])
