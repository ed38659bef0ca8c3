"""The embedding cache: every text is embedded once per model and owner, and the files stay few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import func, select

from nightshift.errors import ProviderRefused
from nightshift.similarity.embedding import Embedded
from nightshift.similarity.vector_store import MOST_SEGMENTS, CachedEmbedding, VectorStore
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake
from nightshift.storage.tables import EmbeddingSegment


class Counting:
    """Embeds a text by its length, for a dollar a text."""

    def __init__(self, digest: str = "a" * 64) -> None:
        self.name, self.digest = "counting", digest
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Embedded:
        self.asked += texts
        return Embedded(np.array([[len(text), 1.5, -2.25] for text in texts], dtype=np.float32), len(texts))


@pytest.fixture
def store(database: Database, any_lake: FileLake) -> VectorStore:
    return VectorStore(database, any_lake)


def files(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count()).select_from(EmbeddingSegment)).scalar_one()


def test_a_text_is_embedded_once(store: VectorStore) -> None:
    inner = Counting()
    embedding = CachedEmbedding(inner, store, "desk")
    first = embedding.embed(["one", "three", "one"])
    again = CachedEmbedding(inner, store, "desk").embed(["three", "seventeen", "one"])
    assert inner.asked == ["one", "three", "seventeen"]
    assert (first.cost, again.cost) == (2, 1)
    assert first.vectors.tolist() == [[3, 1.5, -2.25], [5, 1.5, -2.25], [3, 1.5, -2.25]]
    assert again.vectors[:, 0].tolist() == [5, 9, 3]
    assert embedding.embed([]).vectors.shape[0] == 0
    assert embedding.embed(["one"]).cost == 0


def test_another_model_has_vectors_of_its_own(store: VectorStore) -> None:
    first, second = Counting(), Counting("b" * 64)
    CachedEmbedding(first, store, "desk").embed(["one"])
    CachedEmbedding(second, store, "desk").embed(["one"])
    assert second.asked == ["one"]


def test_another_owner_pays_for_itself(store: VectorStore) -> None:
    inner = Counting()
    costs = [CachedEmbedding(inner, store, owner).embed(["one"]).cost for owner in ("desk", "tutor", "desk")]
    assert costs == [1, 1, 0]


class Failing(Counting):
    """Has no vectors for empty texts, and fails from its second request on."""

    def embed(self, texts: Sequence[str]) -> Embedded:
        if self.asked:
            raise ProviderRefused("no")
        found = super().embed(texts)
        return Embedded(np.where(np.array([[bool(text)] for text in texts]), found.vectors, 0), found.cost)


def test_what_was_paid_for_before_a_failure_is_kept(store: VectorStore) -> None:
    texts = [f"text {number}" for number in range(1_500)]
    with pytest.raises(ProviderRefused):
        CachedEmbedding(Failing(), store, "desk").embed(texts)
    inner = Counting()
    assert CachedEmbedding(inner, store, "desk").embed(texts).cost == len(inner.asked) == 1_500 - 1_024


def test_a_text_without_a_vector_is_zeros_and_is_not_kept(store: VectorStore) -> None:
    assert CachedEmbedding(Failing(), store, "desk").embed(["", "one"]).vectors.tolist() == [[0, 0, 0], [3, 1.5, -2.25]]
    inner = Counting()
    CachedEmbedding(inner, store, "desk").embed(["", "one"])
    assert inner.asked == [""]


def test_many_small_files_become_one(database: Database, lake: FileLake) -> None:
    store = VectorStore(database, lake)
    inner = Counting()
    texts = ["x" * number for number in range(1, MOST_SEGMENTS + 3)]
    for text in texts:
        CachedEmbedding(inner, store, "desk").embed([text])
    assert files(database) == 2
    assert CachedEmbedding(inner, store, "desk").embed(texts).vectors[:, 0].tolist() == [len(text) for text in texts]
    assert inner.asked == texts


def test_a_file_that_is_gone_is_embedded_again(database: Database, lake: FileLake) -> None:
    inner = Counting()
    CachedEmbedding(inner, VectorStore(database, lake), "desk").embed(["one"])
    with database.transaction() as session:
        session.scalars(select(EmbeddingSegment)).one().uri = lake.child("embeddings", "gone.parquet")
    CachedEmbedding(inner, VectorStore(database, lake), "desk").embed(["one"])
    assert inner.asked == ["one", "one"]
