"""Texts to vectors by a provider's model: from the application's embedding cache, else asked and booked."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.batch.embeddings.in_use import EmbeddingInUse
from nightshift.batch.job import ResolvedJob
from nightshift.batch.room import left
from nightshift.batch.services import Services
from nightshift.batch.side_calls.books import SideCalls
from nightshift.errors import BudgetExceeded, ProviderRefused
from nightshift.finops.money import shown
from nightshift.finops.prices import Billable
from nightshift.similarity.embedding import Embedding, Made, ProviderEmbedding, most_tokens
from nightshift.similarity.vector_store import CachedEmbedding, VectorStore


def embedding_of_run(services: Services, job: ResolvedJob, found: EmbeddingInUse, kept: int = 0) -> Embedding:
    """Every request is in the run's ledger. Raises BudgetExceeded where the budget has no room for one.

    `kept` picodollars of the budget stay free for what is planned later.
    """
    books = SideCalls(services, job, "embedding")

    async def ask(texts: Sequence[str]) -> Made:
        most = _most(found, texts)
        if kept:  # else the books refuse, and remember what they refused
            _check_room(services, job, found, most, kept)
        with books.booked(found.model, most, texts) as bill:
            made = await _asked(services, found, texts)
            bill.cost = made.cost
            _check_whole(found, texts, made)
        return made

    inner = ProviderEmbedding(found, ask, found.limits)
    return CachedEmbedding(inner, VectorStore(services.database, services.lake), job.spec.application)


def embedding_outside_runs(services: Services, application: str, found: EmbeddingInUse) -> CachedEmbedding:
    """For commands: what it costs is told by whoever asked, and is in no run's ledger."""

    async def ask(texts: Sequence[str]) -> Made:
        made = await _asked(services, found, texts)
        _check_whole(found, texts, made)
        return made

    inner = ProviderEmbedding(found, ask, found.limits)
    return CachedEmbedding(inner, VectorStore(services.database, services.lake), application)


def _check_room(services: Services, job: ResolvedJob, found: EmbeddingInUse, most: int, kept: int) -> None:
    with services.database.transaction() as session:
        room = left(session, job) - kept
    if most > room:
        raise BudgetExceeded(
            f"it has no room for embeddings by {found.model} beside the answers of all rows",
            field="budget_usd",
            value=shown(job.budget),
            limit=f"they may cost up to {shown(most)}, and {shown(max(room, 0))} are left",
            way_out="raise budget_usd, or do without `embedding`",
        )


async def _asked(services: Services, found: EmbeddingInUse, texts: Sequence[str]) -> Made:
    made = await services.provider(found.provider, found.region).embed(texts, found.target)
    used = Billable(made.input_tokens, 0, 0, made.input_characters)
    return Made(made.vectors, found.price.cost(used))


def _check_whole(found: EmbeddingInUse, texts: Sequence[str], made: Made) -> None:
    if len(made.vectors) != len(texts) or len({len(vector) for vector in made.vectors}) > 1:
        raise ProviderRefused(f"{found.model} did not give a vector of one length for each of {len(texts)} texts")


def _most(found: EmbeddingInUse, texts: Sequence[str]) -> int:
    return found.price.cost(Billable(sum(map(most_tokens, texts)), 0, 0, sum(map(len, texts))))
