"""What is asked of an embedding model outside of a run, and what of its answers is not taken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.batch.side_calls.test_books import BUDGET, Books, books

from nightshift.batch.embeddings.asking import embedding_of_run, embedding_outside_runs
from nightshift.batch.embeddings.in_use import EmbeddingInUse
from nightshift.batch.services import Services
from nightshift.errors import BudgetExceeded, ProviderRefused
from nightshift.finops.prices import Price
from nightshift.providers.port import Embeddings, Target
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake

__all__ = ["books"]  # a fixture

FOUND = EmbeddingInUse(
    model="m",
    digest="d" * 64,
    provider="toy",
    provider_model="m-1",
    options={"dimensions": "2"},
    region="global",
    context_tokens=100,
    texts_per_request=2,
    price=Price("m", "realtime", input=3, cached_input=3, output=0, version="test"),
)


class Provider:
    """Gives what it is told to, for ten tokens a text."""

    def __init__(self, *vectors: tuple[float, ...]) -> None:
        self.asked: list[tuple[list[str], Target]] = []
        self._vectors = vectors

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        self.asked.append((list(texts), target))
        return Embeddings(self._vectors, 10 * len(texts))


def services(database: Database, lake: FileLake, provider: Provider) -> Services:
    return Services(database, lake, lambda name, region: provider, lambda name, region: None)  # type: ignore[arg-type,return-value]


def test_the_deployment_is_asked_as_the_catalogue_names_it_and_only_once(database: Database, lake: FileLake) -> None:
    provider = Provider((3.0, 4.0), (0.0, 2.0))
    embedding = embedding_outside_runs(services(database, lake, provider), "desk", FOUND)
    assert embedding.embed(["one", "two"]).cost == 2 * 10 * 3
    again = embedding.embed(["two", "one"])
    assert again.cost == 0
    assert again.vectors.ravel().tolist() == pytest.approx([0, 1, 0.6, 0.8])
    assert provider.asked == [(["one", "two"], Target("m-1", {"dimensions": "2"}))]


@pytest.mark.parametrize("vectors", [(), ((1.0, 0.0),), ((1.0, 0.0), (1.0,))], ids=["none", "too few", "ragged"])
def test_vectors_that_do_not_fit_the_texts_are_an_error_of_the_provider(
    database: Database, lake: FileLake, vectors: tuple[tuple[float, ...], ...]
) -> None:
    embedding = embedding_outside_runs(services(database, lake, Provider(*vectors)), "desk", FOUND)
    with pytest.raises(ProviderRefused, match="m did not give a vector of one length for each of 2 texts"):
        embedding.embed(["one", "two"])


@pytest.mark.parametrize(("kept", "told"), [(0, 2), (1, 0)])
def test_what_a_run_has_no_room_for_is_told_by_its_books_or_by_who_keeps_room(
    books: Books, lake: FileLake, kept: int, told: int
) -> None:
    provider = Provider()
    books.begin("a", 900)
    found = services(books.services.database, lake, provider)
    with pytest.raises(BudgetExceeded, match=r"budget_usd: .*way out"):
        embedding_of_run(found, books.job, FOUND, kept).embed(["a" * 250, "b" * 250])
    refused = sum(item.refused for item in books.all_costs())
    assert (refused, provider.asked, books.left()) == (told, [], BUDGET - 900)
